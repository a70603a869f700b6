/** The controls of fields with one value. */
import { useState } from 'react'
import type { FieldProps } from './context.ts'
import { formatJson, isNumeric, numberOf, parseJson, textOf } from './exact-json.ts'
import { Labelled, useControl } from './labelled.tsx'
import { choicesOf } from './schema.ts'

const exampleOf = ({ schema }: FieldProps) => textOf(schema.default ?? schema.examples?.[0])
/** Longer texts have several lines, unless they are URLs. */
const manyCharacters = 500

export function TextField(props: FieldProps) {
  const { schema, pointer, value, onChange } = props
  const { ids, described } = useControl(pointer)
  const isLong = (schema.maxLength ?? 0) > manyCharacters && !/^https?:/.test(exampleOf(props))
  const common = {
    id: ids.control,
    value: textOf(value),
    placeholder: exampleOf(props),
    ...described,
  }
  const change = (text: string) => onChange(text === '' ? undefined : text)
  return (
    <Labelled {...props}>
      {isLong ? (
        <textarea {...common} rows={3} onInput={({ currentTarget }) => change(currentTarget.value)} />
      ) : (
        <input
          {...common}
          type={schema.format === 'date' && isDay(value) ? 'date' : 'text'}
          autoComplete="off"
          spellCheck={false}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      )}
    </Labelled>
  )
}

/** Whether a date field can show the value. */
function isDay(value: unknown): boolean {
  if (value === undefined) return true
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && isSame(value)
}

/** `2017-02-30` is another day, or none. */
function isSame(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day)
}

/** A time in the time zone of the browser, which is sent in UTC. */
export function TimeField(props: FieldProps) {
  const { pointer, value, onChange } = props
  const { ids, described } = useControl(pointer)
  const given = textOf(value)
  return (
    <Labelled {...props}>
      <input
        id={ids.control}
        type="datetime-local"
        step={1}
        value={localTime(given)}
        onInput={({ currentTarget }) => {
          const at = new Date(currentTarget.value)
          onChange(Number.isNaN(at.getTime()) ? undefined : at.toISOString())
        }}
        {...described}
      />
      {given && <code>{given}</code>}
    </Labelled>
  )
}

function localTime(text: string): string {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) return ''
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

export function NumberField(props: FieldProps) {
  const { schema, pointer, value, onChange } = props
  const { ids, described } = useControl(pointer)
  // What was typed, such as `1.` or `007`, until the value is another one.
  const [typed, setTyped] = useState<string>()
  const isCurrent = typed !== undefined && textOf(numberOf(typed)) === textOf(value)
  return (
    <Labelled {...props}>
      <input
        id={ids.control}
        inputMode={schema.type === 'integer' ? 'numeric' : 'decimal'}
        autoComplete="off"
        value={isCurrent ? typed : textOf(value)}
        placeholder={exampleOf(props)}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value)
          onChange(numberOf(currentTarget.value))
        }}
        {...described}
        aria-invalid={described['aria-invalid'] || (value !== undefined && !isNumeric(value))}
      />
    </Labelled>
  )
}

/** One of few values. What is not one of them is kept until another is chosen. */
export function ChoiceField(props: FieldProps & { choices?: readonly unknown[] }) {
  const { schema, pointer, isRequired, value, onChange, choices = choicesOf(schema) } = props
  const { ids, described } = useControl(pointer)
  const chosen = choices.findIndex((one) => JSON.stringify(one) === JSON.stringify(value))
  const isOther = chosen < 0 && value !== undefined
  return (
    <Labelled {...props}>
      <select
        id={ids.control}
        value={isOther ? 'other' : String(chosen)}
        onChange={({ currentTarget }) => onChange(choices[Number(currentTarget.value)])}
        {...described}
      >
        <option value="-1">{isRequired ? 'Choose…' : 'Not set'}</option>
        {choices.map((one, index) => (
          <option key={JSON.stringify(one)} value={String(index)}>
            {String(one)}
          </option>
        ))}
        {isOther && <option value="other">{textOf(value)}</option>}
      </select>
    </Labelled>
  )
}

export function BooleanField(props: FieldProps) {
  return <ChoiceField {...props} choices={[true, false]} />
}

/** A value that the schema does not describe further, as JSON. */
export function JsonField(props: FieldProps) {
  const { pointer, value, onChange } = props
  const { ids, described } = useControl(pointer)
  const [typed, setTyped] = useState<string>()
  const parsed = typed === undefined ? undefined : jsonOf(typed)
  const isCurrent = parsed !== undefined && (!parsed.ok || formatJson(parsed.value) === formatJson(value))
  return (
    <Labelled {...props}>
      <textarea
        id={ids.control}
        className="mono"
        rows={4}
        spellCheck={false}
        placeholder="{}"
        value={isCurrent ? typed : formatJson(value)}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value)
          const next = jsonOf(currentTarget.value)
          if (next.ok) onChange(next.value)
        }}
        {...described}
        aria-invalid={described['aria-invalid'] || parsed?.ok === false}
      />
      {parsed?.ok === false && <p className="violation">This is not JSON yet: {parsed.why}</p>}
    </Labelled>
  )
}

type Parsed = { ok: true; value: unknown } | { ok: false; why: string }

export function jsonOf(text: string): Parsed {
  if (text.trim() === '') return { ok: true, value: undefined }
  try {
    return { ok: true, value: parseJson(text) }
  } catch (error) {
    return { ok: false, why: (error as Error).message }
  }
}
