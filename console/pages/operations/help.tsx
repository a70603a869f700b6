import { useEffect, useRef } from 'react'

const keys = [
  ['↑ ↓', 'Go to the previous or next operation of the list'],
  ['Page Up, Page Down, Home, End', 'Go further'],
  ['Enter', 'Open the operation'],
  ['Space', 'Select the operation'],
  ['Escape', 'Select nothing'],
  ['/', 'Find by id'],
  ['?', 'Show this help'],
] as const

/** The keys that work on the whole page, and a dialog that explains all of them. */
export function KeyboardHelp({ onSearch }: { onSearch: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const searching = useRef(onSearch)
  searching.current = onSearch
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === '/') searching.current()
      else if (event.key === '?') dialog.current?.showModal()
      else return
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button type="button" onClick={() => dialog.current?.showModal()}>
        Keyboard
      </button>
      <dialog ref={dialog} aria-labelledby="help-title">
        <h2 id="help-title">Keyboard</h2>
        <dl className="facts">
          {keys.map(([key, effect]) => (
            <div key={key} className="contents">
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{effect}</dd>
            </div>
          ))}
        </dl>
        <p>The keys of the list work when the list has the focus: reach it with Tab.</p>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </dialog>
    </>
  )
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input:not([type=checkbox]), textarea, select, dialog') !== null
}
