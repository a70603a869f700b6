import { useState } from 'react'
import type { Operation } from '../../../client/index.ts'
import { type OperationView, useLongrun } from '../../../client/react/index.ts'
import { Confirm } from '../../components/confirm.tsx'
import { Failure } from '../../components/states.tsx'
import { href, navigate } from '../../router.ts'

type Props = { operation: Operation; view: Pick<OperationView<Operation['type']>, 'cancel' | 'retry' | 'refresh'> }

/** Cancel, retry and purge, each with the reason where the status does not allow it. */
export function Actions({ operation, view }: Props) {
  const longrun = useLongrun()
  const [asked, setAsked] = useState<'cancel' | 'purge'>()
  const [reason, setReason] = useState('')
  const [error, setError] = useState<unknown>()
  const close = () => setAsked(undefined)

  async function retry() {
    setError(undefined)
    try {
      const handle = await view.retry()
      navigate(href(`operations/${handle.id}`))
    } catch (error) {
      setError(error)
    }
  }
  async function purge() {
    await (await longrun.operation(operation.operationId)).purge()
    view.refresh()
  }

  return (
    <div className="stack">
      <div className="row actions">
        <Action name="Cancel…" why={whyNotCancel(operation)} onClick={() => setAsked('cancel')} />
        <Action name="Retry" why={whyNotRetry(operation)} onClick={() => void retry()} />
        <Action
          name="Purge…"
          isDanger
          why={operation.done ? undefined : 'Only an operation that has ended can be purged.'}
          onClick={() => setAsked('purge')}
        />
      </div>
      {error !== undefined && <Failure error={error} />}
      {asked === 'cancel' && (
        <Confirm
          title="Cancel the operation?"
          action="Cancel the operation"
          isDanger
          onAct={() => view.cancel(reason.trim() ? { reason: reason.trim() } : {})}
          onClose={close}
        >
          <p>A running operation stops, and its finished steps are undone.</p>
          <div className="field">
            <label htmlFor="reason">Reason (optional)</label>
            <input
              id="reason"
              maxLength={200}
              value={reason}
              onInput={({ currentTarget }) => setReason(currentTarget.value)}
            />
          </div>
        </Confirm>
      )}
      {asked === 'purge' && (
        <Confirm title="Purge the operation?" action="Purge the operation" isDanger onAct={purge} onClose={close}>
          <p>
            The operation, its input, result, files and history are deleted. Links to its files stop working. This
            cannot be undone.
          </p>
        </Confirm>
      )}
    </div>
  )
}

function Action({
  name,
  why,
  isDanger,
  onClick,
}: {
  name: string
  why: string | undefined
  isDanger?: boolean
  onClick: () => void
}) {
  const id = `why-${name.replaceAll(/\W/g, '')}`
  return (
    <span className="action">
      <button
        type="button"
        className={isDanger ? 'danger' : ''}
        disabled={why !== undefined}
        aria-describedby={why && id}
        onClick={onClick}
      >
        {name}
      </button>
      {why && (
        <span id={id} className="help">
          {why}
        </span>
      )}
    </span>
  )
}

function whyNotCancel({ done, status }: Operation): string | undefined {
  if (done) return 'The operation has ended.'
  return status === 'CANCELLING' ? 'The operation is being cancelled.' : undefined
}

function whyNotRetry({ done, status, retriedBy, links }: Operation): string | undefined {
  if (!done) return 'Only an operation that has ended can be retried.'
  if (status === 'COMPLETED') return 'The operation has completed.'
  if (retriedBy) return 'The operation was retried before.'
  return links.retry ? undefined : 'The operation cannot be retried.'
}
