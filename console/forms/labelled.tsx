import { Fragment, type ReactNode } from 'react'
import { type FieldProps, useForm } from './context.ts'
import { textOf } from './exact-json.ts'
import type { Schema } from './schema.ts'
import { violationsAt } from './violations.ts'

/** What a control needs for its label, its description and its violations. */
export function useControl(pointer: string, shown: readonly string[] = []) {
  const { id, errors } = useForm()
  const own = violationsAt(errors, pointer, shown)
  const controlId = `${id}${pointer}`
  return {
    own,
    ids: { control: controlId, help: `${controlId}-help`, errors: `${controlId}-errors` },
    described: {
      'aria-describedby': `${controlId}-help ${controlId}-errors`,
      'aria-invalid': own.length > 0,
    },
  }
}

/** A control with its label above, its description and its violations below. */
export function Labelled({
  name,
  schema,
  pointer,
  isRequired,
  children,
}: Pick<FieldProps, 'name' | 'schema' | 'pointer' | 'isRequired'> & { children: ReactNode }) {
  const { ids } = useControl(pointer)
  return (
    <div className="field">
      <label htmlFor={ids.control}>
        {name}
        {isRequired && <span className="quiet"> (required)</span>}
      </label>
      {children}
      <Help id={ids.help} schema={schema} />
      <Violations pointer={pointer} />
    </div>
  )
}

export function Violations({ pointer, shown }: { pointer: string; shown?: readonly string[] }) {
  const { own, ids } = useControl(pointer, shown)
  return (
    <div id={ids.errors} role={own.length > 0 ? 'alert' : undefined}>
      {own.map(({ message, below }) => (
        <p key={`${below} ${message}`} className="violation">
          {below && <code>{below}</code>} {message}
        </p>
      ))}
    </div>
  )
}

export function Help({ id, schema }: { id?: string; schema: Schema }) {
  const limits = limitsOf(schema)
  return (
    <div id={id} className="help">
      {schema.description && <Words text={schema.description} />}
      {limits && ` ${limits}`}
    </div>
  )
}

/** A description of the contract: Markdown of which code is shown as such, and links as their text. */
export function Words({ text }: { text: string }) {
  const parts = text
    .trim()
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .split('`')
  return parts.map((part, index) => {
    const key = `${index} ${part}`
    return index % 2 === 1 ? <code key={key}>{part}</code> : <Fragment key={key}>{part}</Fragment>
  })
}

function limitsOf({ type, minimum, maximum, minItems, maxItems, default: byDefault }: Schema): string {
  const isNumber = type === 'integer' || type === 'number'
  const [low, high, of] = isNumber ? [minimum, maximum, ''] : [minItems, maxItems, ' entries']
  return [
    low !== undefined && high !== undefined && `${low}–${high}${of}.`,
    low !== undefined && high === undefined && `At least ${low}${of}.`,
    low === undefined && high !== undefined && `At most ${high}${of}.`,
    byDefault !== undefined && `Default: ${textOf(byDefault)}.`,
  ]
    .filter(Boolean)
    .join(' ')
}
