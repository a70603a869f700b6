import { type ComponentType, createContext, useContext } from 'react'
import type { Schema } from './schema.ts'
import type { Violation } from './violations.ts'

/** What a field gets. `pointer`: its JSON pointer. `value`: undefined if it is not set. */
export type FieldProps = {
  name: string
  schema: Schema
  pointer: string
  isRequired: boolean
  value: unknown
  onChange: (value: unknown) => void
}

type Form = {
  /** Begins the ids of all elements of the form. */
  id: string
  /** What references of the schema point into. */
  root: unknown
  errors: readonly Violation[]
  /** Fields with a component of their own, by their pointers. */
  fields: Readonly<Record<string, ComponentType<FieldProps>>>
  /** The field of any schema, for fields that contain others. */
  Field: ComponentType<FieldProps>
}

export const FormContext = createContext<Form>({ id: '', root: {}, errors: [], fields: {}, Field: () => null })

export const useForm = () => useContext(FormContext)
