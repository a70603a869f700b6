/** The fields with several values: objects, lists, maps and variants. */
import { type ReactNode, useState } from 'react'
import { type FieldProps, useForm } from './context.ts'
import { textOf } from './exact-json.ts'
import { Help, useControl, Violations } from './labelled.tsx'
import { choicesOf, initialOf, kindOf, resolved, type Schema, variantsOf } from './schema.ts'
import { pointerTo } from './violations.ts'

type Values = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A copy of `values` in which the field has the value; undefined removes it. */
export function withField(values: unknown, name: string, value: unknown): Record<string, unknown> {
  const next: Record<string, unknown> = isObject(values) ? { ...values } : {}
  if (value === undefined) delete next[name]
  else Object.defineProperty(next, name, { value, enumerable: true, configurable: true, writable: true })
  return next
}

function Group({
  props: { name, schema, pointer, isRequired },
  shown,
  children,
}: {
  props: FieldProps
  shown: readonly string[]
  children: ReactNode
}) {
  const { ids } = useControl(pointer, shown)
  return (
    <fieldset aria-describedby={`${ids.help} ${ids.errors}`}>
      <legend>
        {name}
        {isRequired && <span className="quiet"> (required)</span>}
      </legend>
      <Help id={ids.help} schema={schema} />
      {children}
      <Violations pointer={pointer} shown={shown} />
    </fieldset>
  )
}

/** The fields of an object. `names`: which, and in which order. */
export function Fields({
  schema,
  pointer,
  value,
  onChange,
  names = Object.keys(schema.properties ?? {}),
}: Pick<FieldProps, 'schema' | 'pointer' | 'value' | 'onChange'> & { names?: readonly string[] }) {
  const { root, Field } = useForm()
  return names.map((name) => (
    <Field
      key={name}
      name={name}
      schema={resolved(schema.properties?.[name], root)}
      pointer={pointerTo(pointer, name)}
      isRequired={schema.required?.includes(name) ?? false}
      value={isObject(value) ? value[name] : undefined}
      onChange={(next) => onChange(withField(value, name, next))}
    />
  ))
}

/** An object that may be absent is added first: its required fields are required only if it is there. */
export function ObjectField(props: FieldProps) {
  const { name, schema, pointer, isRequired, value, onChange } = props
  const { root } = useForm()
  const isOpen = isRequired || value !== undefined
  const names = Object.keys(schema.properties ?? {})
  return (
    <Group props={props} shown={isOpen ? names.map((one) => pointerTo(pointer, one)) : []}>
      {isOpen && <Fields schema={schema} pointer={pointer} value={value} onChange={onChange} />}
      {!isRequired && (
        <button type="button" onClick={() => onChange(isOpen ? undefined : (initialOf(schema, root) ?? {}))}>
          {isOpen ? `Remove ${name}` : `Add ${name}`}
        </button>
      )}
    </Group>
  )
}

export function ListField(props: FieldProps) {
  const { name, schema, pointer, value, onChange } = props
  const { root, Field } = useForm()
  const items = Array.isArray(value) ? (value as unknown[]) : []
  const ofItem = resolved(schema.items, root)
  const set = (next: unknown[]) => onChange(next.length > 0 ? next : undefined)
  // An entry that is not set yet: a text is empty, anything else null, which JSON has for it.
  const empty = kindOf(ofItem, root) === 'text' || kindOf(ofItem, root) === 'choice' ? '' : null
  return (
    <Group props={props} shown={items.map((_, index) => pointerTo(pointer, index))}>
      {items.map((item, index) => (
        // Entries have no identity of their own, and show nothing but their values.
        <div key={index} className="entry">
          <Field
            name={`${name} ${index + 1}`}
            schema={ofItem}
            pointer={pointerTo(pointer, index)}
            isRequired
            value={item === empty ? undefined : item}
            onChange={(next) => set(items.with(index, next ?? empty))}
          />
          <button
            type="button"
            aria-label={`Remove ${name} ${index + 1}`}
            onClick={() => set(items.toSpliced(index, 1))}
          >
            Remove
          </button>
        </div>
      ))}
      <button
        type="button"
        disabled={items.length >= (schema.maxItems ?? Number.POSITIVE_INFINITY)}
        onClick={() => set([...items, initialOf(ofItem, root) ?? empty])}
      >
        Add to {name}
      </button>
    </Group>
  )
}

/** Some of few values, in the order in which they were chosen. */
export function ChoicesField(props: FieldProps) {
  const { schema, pointer, value, onChange } = props
  const { root } = useForm()
  const { ids } = useControl(pointer)
  const chosen = Array.isArray(value) ? (value as unknown[]) : []
  const others = (one: unknown) => chosen.filter((each) => each !== one)
  return (
    <Group props={props} shown={[]}>
      <div className="row">
        {choicesOf(resolved(schema.items, root)).map((one) => (
          <label key={String(one)} htmlFor={`${ids.control}/${String(one)}`} className="check">
            <input
              id={`${ids.control}/${String(one)}`}
              type="checkbox"
              checked={chosen.includes(one)}
              onChange={({ currentTarget }) => {
                const next = currentTarget.checked ? [...others(one), one] : others(one)
                onChange(next.length > 0 ? next : undefined)
              }}
            />
            {String(one)}
          </label>
        ))}
      </div>
      {chosen.length > 1 && <p className="quiet">In this order: {chosen.join(', ')}</p>}
    </Group>
  )
}

/** An object whose field names are free. */
export function MapField(props: FieldProps) {
  const { name, schema, pointer, value, onChange } = props
  const { root, id, Field } = useForm()
  const given = isObject(value) ? value : {}
  // Names are typed letter by letter, so that two may be equal, or empty, for a while.
  const [typed, setTyped] = useState<[string, unknown][]>([])
  const isCurrent = JSON.stringify(objectOf(typed)) === JSON.stringify(given)
  const entries = isCurrent ? typed : Object.entries(given)
  const ofValue = resolved(schema.additionalProperties, root)
  function set(next: [string, unknown][]) {
    setTyped(next)
    const fields = objectOf(next)
    onChange(Object.keys(fields).length > 0 ? fields : undefined)
  }
  return (
    <Group props={props} shown={entries.map(([key]) => pointerTo(pointer, key))}>
      {entries.map(([key, each], index) => (
        // The name of an entry changes while it is typed.
        <div key={index} className="entry">
          <div className="field">
            <label htmlFor={`${id}${pointer}-name-${index}`}>
              {name} name {index + 1}
            </label>
            <input
              id={`${id}${pointer}-name-${index}`}
              value={key}
              autoComplete="off"
              onInput={({ currentTarget }) => set(entries.with(index, [currentTarget.value, each]))}
            />
          </div>
          <Field
            name={`${name} value ${index + 1}`}
            schema={{ ...ofValue, description: '' }}
            pointer={key === '' ? `${pointer}/(${index})` : pointerTo(pointer, key)}
            isRequired={false}
            value={each}
            onChange={(next) => set(entries.with(index, [key, next ?? '']))}
          />
          <button
            type="button"
            aria-label={`Remove ${name} ${index + 1}`}
            onClick={() => set(entries.toSpliced(index, 1))}
          >
            Remove
          </button>
        </div>
      ))}
      <button type="button" onClick={() => setTyped([...entries, ['', '']])}>
        Add to {name}
      </button>
    </Group>
  )
}

function objectOf(entries: readonly [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([key]) => key !== ''))
}

/** One of several schemas: the one that was chosen, or else the first that may describe the value. */
export function VariantsField(props: FieldProps) {
  const { name, schema, pointer, isRequired, value, onChange } = props
  const { root, id, Field } = useForm()
  const variants = variantsOf(schema, root)
  const [chosen, setChosen] = useState<number>()
  const matching = variants.findIndex((one) => mayDescribe(one, value, root))
  const index = chosen ?? (value === undefined ? -1 : matching)
  const variant = variants[index]
  const names = variants.map((one, at) => variantName(one, schema, root) ?? `Variant ${at + 1}`)
  if (variants.length === 1 && variants[0])
    return (
      <Field {...props} schema={{ ...variants[0], description: schema.description ?? variants[0].description ?? '' }} />
    )
  const isObjectVariant = variant !== undefined && kindOf(variant, root) === 'object'
  // The field of a scalar shows the violations, and has the ids of the pointer.
  const own = variant && !isObjectVariant ? `${pointer}~` : pointer
  const shown = isObjectVariant ? Object.keys(variant.properties ?? {}).map((one) => pointerTo(pointer, one)) : []
  return (
    <Group props={{ ...props, pointer: own }} shown={shown}>
      <div className="field">
        <label htmlFor={`${id}${pointer}-variant`}>Kind of {name}</label>
        <select
          id={`${id}${pointer}-variant`}
          value={String(index)}
          onChange={({ currentTarget }) => {
            const next = Number(currentTarget.value)
            const found = variants[next]
            setChosen(found ? next : undefined)
            onChange(found && initialOf(found, root))
          }}
        >
          <option value="-1">{isRequired ? 'Choose…' : 'Not set'}</option>
          {names.map((one, at) => (
            <option key={one} value={String(at)}>
              {one}
            </option>
          ))}
        </select>
      </div>
      {variant &&
        (isObjectVariant ? (
          <Fields schema={variant} pointer={pointer} value={value} onChange={onChange} />
        ) : (
          <Field name={name} schema={variant} pointer={pointer} isRequired value={value} onChange={onChange} />
        ))}
    </Group>
  )
}

function variantName(variant: Schema, { discriminator }: Schema, root: unknown): string | undefined {
  const by = discriminator && resolved(variant.properties?.[discriminator.propertyName], root)
  const value: unknown = by?.const ?? by?.enum?.[0]
  const type = [variant.type ?? []].flat()[0]
  return value === undefined ? (variant.title ?? type) : textOf(value)
}

/** Whether the value has the type and the constants of the schema, and its required fields. */
function mayDescribe(schema: Schema, value: unknown, root: unknown): boolean {
  const kind = kindOf(schema, root)
  if (kind === 'choice') return choicesOf(schema).includes(value)
  if (kind === 'text') return typeof value === 'string'
  if (kind === 'number') return typeof value === 'number'
  if (kind === 'boolean') return typeof value === 'boolean'
  if (kind === 'list' || kind === 'choices') return Array.isArray(value)
  if (kind !== 'object') return isObject(value)
  if (!isObject(value)) return false
  const constants = Object.entries(schema.properties ?? {}).map(([name, one]) => [name, resolved(one, root).const])
  return (
    constants.every(([name, only]) => only === undefined || value[name as string] === only) &&
    (schema.required ?? []).every((name) => value[name] !== undefined)
  )
}
