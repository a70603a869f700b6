import { type ReactNode, useId } from 'react'

type FieldProps = {
  label: string
  help?: string
  children: (id: { id: string; 'aria-describedby'?: string }) => ReactNode
}

/** A control with its label, and what is to be entered. */
export function Field({ label, help, children }: FieldProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, ...(help && { 'aria-describedby': `${id}-help` }) })}
      {help && (
        <p className="quiet" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  )
}

type TextProps = {
  label: string
  value: string
  onChange: (value: string) => void
  help?: string
  type?: 'text' | 'url' | 'number' | 'datetime-local'
  required?: boolean
}

export function TextField({ label, value, onChange, help, type = 'text', required }: TextProps) {
  return (
    <Field label={label} {...(help && { help })}>
      {(ids) => (
        <input
          {...ids}
          type={type}
          autoComplete="off"
          required={required}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

type SelectProps<Value extends string> = {
  label: string
  value: Value
  options: Readonly<Record<Value, string>>
  onChange: (value: Value) => void
}

/** `options`: texts by their values. */
export function SelectField<Value extends string>({ label, value, options, onChange }: SelectProps<Value>) {
  return (
    <Field label={label}>
      {(ids) => (
        <select {...ids} value={value} onChange={(event) => onChange(event.currentTarget.value as Value)}>
          {Object.entries(options).map(([name, text]) => (
            <option key={name} value={name}>
              {text as string}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

type ChecksProps<Value extends string> = {
  legend: string
  options: readonly Value[]
  chosen: readonly Value[]
  onChange: (chosen: Value[]) => void
}

/** Any number of the options, in their order. */
export function Checks<Value extends string>({ legend, options, chosen, onChange }: ChecksProps<Value>) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      <div className="row">
        {options.map((option) => (
          <label key={option} className="row">
            <input
              type="checkbox"
              checked={chosen.includes(option)}
              onChange={(event) => {
                const isChosen = event.currentTarget.checked
                onChange(options.filter((other) => (other === option ? isChosen : chosen.includes(other))))
              }}
            />
            {option}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
