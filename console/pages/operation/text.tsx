/** Text that operations, workers and callers have written. */
import { useState } from 'react'
import { Copy } from '../../components/copy.tsx'
import { formatJson } from '../../forms/exact-json.ts'

/** Characters that are not seen, or that change the order in which others are seen. */
const invisible = /(?![\t\n])[\p{Cc}\p{Cf}]/gu
const mostCharacters = 20_000

export function visible(text: string): string {
  return text.replace(invisible, (one) => `‹U+${one.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}›`)
}

/** The text, of a long one its beginning. */
export function Plain({ text }: { text: string }) {
  const isLong = text.length > mostCharacters
  return <>{visible(isLong ? `${text.slice(0, mostCharacters)}…` : text)}</>
}

/** A value as JSON; of a long one its beginning, until all of it is wanted. */
export function Json({ value, label }: { value: unknown; label: string }) {
  const [isAll, setIsAll] = useState(false)
  const text = formatJson(value)
  const isCut = !isAll && text.length > mostCharacters
  return (
    <div className="stack">
      <section aria-label={label}>
        {/* It scrolls, so that it must be reached by the keyboard. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above. */}
        <pre tabIndex={0}>{visible(isCut ? `${text.slice(0, mostCharacters)}…` : text)}</pre>
      </section>
      <div className="row">
        {isCut && (
          <button type="button" onClick={() => setIsAll(true)}>
            Show all {text.length.toLocaleString('en')} characters
          </button>
        )}
        <Copy text={text} label={label} />
      </div>
    </div>
  )
}
