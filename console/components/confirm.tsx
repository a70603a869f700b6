import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Failure } from './states.tsx'

type Props = {
  title: string
  /** The text of the button that acts, such as "Cancel 12 operations". */
  action: string
  isDanger?: boolean
  isReady?: boolean
  onAct: () => Promise<unknown>
  onClose: () => void
  children: ReactNode
}

/** A modal dialog that asks before something is done, and shows why it was refused. */
export function Confirm({ title, action, isDanger, isReady = true, onAct, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  useEffect(() => dialog.current?.showModal(), [])

  async function act() {
    setIsBusy(true)
    setError(undefined)
    try {
      await onAct()
      dialog.current?.close()
    } catch (error) {
      setError(error)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="confirm-title">
      <h2 id="confirm-title">{title}</h2>
      <div className="stack">
        {children}
        {error !== undefined && <Failure error={error} />}
        <div className="row">
          <button
            type="button"
            className={isDanger ? 'danger' : 'primary'}
            disabled={isBusy || !isReady}
            onClick={() => void act()}
          >
            {action}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Back
          </button>
        </div>
      </div>
    </dialog>
  )
}
