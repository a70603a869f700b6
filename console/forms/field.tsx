import type { ComponentType } from 'react'
import { type FieldProps, useForm } from './context.ts'
import { BooleanField, ChoiceField, JsonField, NumberField, TextField, TimeField } from './controls.tsx'
import { ChoicesField, ListField, MapField, ObjectField, VariantsField } from './groups.tsx'
import { isNullable, type Kind, kindOf } from './schema.ts'

const components: Record<Kind, ComponentType<FieldProps>> = {
  choice: ChoiceField,
  text: TextField,
  number: NumberField,
  boolean: BooleanField,
  list: ListField,
  choices: ChoicesField,
  object: ObjectField,
  map: MapField,
  variants: VariantsField,
  json: JsonField,
}

/** The field of a value: that of the form for its pointer, or the one for its schema. */
export function Field(props: FieldProps) {
  const { schema, pointer, name, value, onChange } = props
  const { root, fields, id } = useForm()
  const kind = kindOf(schema, root)
  const Own = Object.hasOwn(fields, pointer) ? fields[pointer] : undefined
  const Component = Own ?? (kind === 'text' && schema.format === 'date-time' ? TimeField : components[kind])
  if (!isNullable(schema, root)) return <Component {...props} />
  return (
    <div className="stack">
      {value !== null && <Component {...props} />}
      <label htmlFor={`${id}${pointer}-null`} className="check">
        <input
          id={`${id}${pointer}-null`}
          type="checkbox"
          checked={value === null}
          onChange={({ currentTarget }) => onChange(currentTarget.checked ? null : undefined)}
        />
        {name} is null
      </label>
    </div>
  )
}
