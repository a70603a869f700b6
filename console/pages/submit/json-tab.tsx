import { useState } from 'react'
import { jsonOf } from '../../forms/controls.tsx'
import { formatJson } from '../../forms/exact-json.ts'

type Props = {
  value: Record<string, unknown>
  onChange: (value: Record<string, unknown>) => void
  /** Whether the text is a JSON object; only then the value is that of the text. */
  onValid: (isValid: boolean) => void
}

/** The input as JSON. What is typed changes the form as soon as it is a JSON object. */
export function JsonTab({ value, onChange, onValid }: Props) {
  const [text, setText] = useState(() => formatJson(value))
  const why = faultOf(text)
  return (
    <div className="field">
      <label htmlFor="json">Input as JSON</label>
      <textarea
        id="json"
        className="mono"
        rows={16}
        spellCheck={false}
        value={text}
        aria-invalid={why !== undefined}
        aria-describedby="json-fault"
        onInput={({ currentTarget }) => {
          const next = currentTarget.value
          setText(next)
          onValid(faultOf(next) === undefined)
          const parsed = jsonOf(next)
          if (faultOf(next) === undefined && parsed.ok) onChange(parsed.value as Record<string, unknown>)
        }}
      />
      <div id="json-fault" role="status">
        {why && <p className="violation">{why}</p>}
      </div>
    </div>
  )
}

function faultOf(text: string): string | undefined {
  const parsed = jsonOf(text)
  if (!parsed.ok) return `This is not JSON yet: ${parsed.why}`
  const { value } = parsed
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? undefined : 'The input must be a JSON object.'
}
