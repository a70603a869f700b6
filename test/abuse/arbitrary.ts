import fc from 'fast-check'
import { resolved, type Schema } from '../../server/contract/document.ts'

/** Replaces the schema's values of a property or parameter, by its name. */
export type Overrides = Readonly<Record<string, fc.Arbitrary<unknown>>>

type Bounds = Partial<
  Record<'minimum' | 'maximum' | 'minLength' | 'maxLength' | 'minItems' | 'maxItems' | 'maxProperties', number>
>

/** Values that a schema of the contract allows, except for the few rules that a schema cannot express. */
export function arbitraryOf(given: Schema, overrides: Overrides = {}): fc.Arbitrary<unknown> {
  const schema = resolved(given)
  const generated = generatedOf(schema, overrides)
  const examples = schema.examples as unknown[] | undefined
  return examples && examples.length > 0 ? fc.oneof(fc.constantFrom(...examples), generated) : generated
}

function generatedOf(schema: Schema, overrides: Overrides): fc.Arbitrary<unknown> {
  const { minimum = -1e6, maximum = 1e6 } = schema as Bounds
  const choices = (schema.oneOf ?? schema.anyOf) as Schema[] | undefined
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...(schema.enum as unknown[]))
  if (choices) return fc.oneof(...choices.map((choice) => arbitraryOf(choice, overrides)))
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type) => generatedOf({ ...schema, type }, overrides)))
  }
  switch (schema.type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: minimum, max: maximum })
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true })
    case 'string':
      return texts(schema)
    case 'array':
      return arrays(schema, overrides)
    case 'object':
      return objects(schema, overrides)
    default:
      throw new Error(`no values are known for ${JSON.stringify(schema).slice(0, 200)}`)
  }
}

function texts(schema: Schema): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = 100 } = schema as Bounds
  const { pattern, format } = schema as { pattern?: string; format?: string }
  // Around the dates of the sample data.
  const instants = fc.date({ min: new Date('2013-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
  if (format === 'date') return instants.map((date) => date.toISOString().slice(0, 10))
  if (format === 'date-time') return instants.map((date) => date.toISOString())
  const plain = fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 100)), unit: 'grapheme' })
  if (!pattern) return plain.filter((text) => text.length >= minLength && text.length <= maxLength)
  const rule = new RegExp(pattern)
  const fits = (text: string) => rule.test(text) && text.length >= minLength && text.length <= maxLength
  return matching(rule, { minLength, maxLength }).filter(fits)
}

/** fast-check cannot generate strings for look-aheads, so those patterns are matched by filtering random strings. */
function matching(rule: RegExp, { minLength, maxLength }: { minLength: number; maxLength: number }) {
  if (!rule.source.includes('(?!')) return fc.stringMatching(rule)
  return fc.string({ minLength, maxLength, unit: 'grapheme-ascii' })
}

function arrays(schema: Schema, overrides: Overrides): fc.Arbitrary<unknown[]> {
  const { minItems: minLength = 0, maxItems = 5 } = schema as Bounds
  const items = arbitraryOf((schema.items ?? { type: 'string' }) as Schema, overrides)
  const size = { minLength, maxLength: Math.max(minLength, Math.min(maxItems, 5)) }
  return schema.uniqueItems ? fc.uniqueArray(items, size) : fc.array(items, size)
}

function objects(schema: Schema, overrides: Overrides): fc.Arbitrary<unknown> {
  const properties = (schema.properties ?? {}) as Record<string, Schema>
  const { required = [] } = schema as { required?: string[] }
  const { additionalProperties: more } = schema
  if (Object.keys(properties).length === 0 && typeof more === 'object' && more !== null) {
    const { maxProperties: maxKeys = 5 } = schema as Bounds
    const names = schema.propertyNames ? texts(schema.propertyNames as Schema) : fc.string()
    return fc.dictionary(names, arbitraryOf(more as Schema, overrides), { maxKeys: Math.min(maxKeys, 5) })
  }
  const model = Object.entries(properties).map(([name, held]) => [
    name,
    overrides[name] ?? arbitraryOf(held, overrides),
  ])
  return fc.record(Object.fromEntries(model), { requiredKeys: required as never[], noNullPrototype: true })
}
