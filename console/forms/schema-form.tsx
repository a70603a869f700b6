import { type ComponentType, useId, useMemo } from 'react'
import { type FieldProps, FormContext } from './context.ts'
import { Field } from './field.tsx'
import { Fields } from './groups.tsx'
import { Violations } from './labelled.tsx'
import { kindOf, resolved, type Schema } from './schema.ts'
import { pointerTo, type Violation } from './violations.ts'

type Props = {
  schema: Schema
  /** What references of the schema point into, such as the OpenAPI document; default: the schema. */
  root?: unknown
  value: unknown
  onChange: (value: unknown) => void
  /** The violations of a problem, which are shown at their fields. */
  errors?: readonly Violation[]
  /** The fields of an object to show; default: all. Violations of other fields are not shown. */
  names?: readonly string[]
  /** Fields with a component of their own, by their JSON pointers. Memoize it. */
  fields?: Readonly<Record<string, ComponentType<FieldProps>>>
  /** The pointer of the value in the request; default: the value is its body. */
  pointer?: string
}

const none: never[] = []
const noFields = {}

/** The fields of a JSON Schema. It is no <form>: put it into one. */
export function SchemaForm({
  schema: given,
  root = given,
  value,
  onChange,
  errors = none,
  names,
  fields = noFields,
  pointer = '',
}: Props) {
  const id = useId()
  const form = useMemo(() => ({ id, root, errors, fields, Field }), [id, root, errors, fields])
  const schema = resolved(given, root)
  const all = Object.keys(schema.properties ?? {})
  return (
    <FormContext.Provider value={form}>
      <div className="fields">
        {kindOf(schema, root) === 'object' ? (
          <>
            <Fields
              schema={schema}
              pointer={pointer}
              value={value}
              onChange={onChange}
              {...(names && { names: names.filter((name) => all.includes(name)) })}
            />
            <Violations pointer={pointer} shown={all.map((name) => pointerTo(pointer, name))} />
          </>
        ) : (
          <Field name="Value" schema={schema} pointer={pointer} isRequired value={value} onChange={onChange} />
        )}
      </div>
    </FormContext.Provider>
  )
}
