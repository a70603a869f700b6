/** JSON Schema as OpenAPI 3.1 uses it, as far as forms need it. */
export type Schema = {
  $ref?: string
  type?: string | readonly string[]
  title?: string
  description?: string
  enum?: readonly unknown[]
  const?: unknown
  default?: unknown
  examples?: readonly unknown[]
  format?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  multipleOf?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  items?: Schema
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  additionalProperties?: Schema | boolean
  oneOf?: readonly Schema[]
  anyOf?: readonly Schema[]
  allOf?: readonly Schema[]
  discriminator?: { propertyName: string; mapping?: Readonly<Record<string, string>> }
}

/** More references one after the other than any schema has: then they form a circle. */
const mostReferences = 50

/** The schema without references and `allOf` of its own; those of its parts remain. `root`: what references point into. */
export function resolved(schema: Schema | boolean | undefined, root: unknown): Schema {
  let found: Schema = typeof schema === 'object' ? schema : {}
  for (let count = 0; found.$ref !== undefined && count < mostReferences; count += 1) {
    const { $ref, ...beside } = found
    // What stands beside a reference comes before what it points at, for example another description.
    found = { ...at(root, $ref), ...beside }
  }
  const { allOf, ...own } = found
  return allOf ? [...allOf.map((part) => resolved(part, root)), own].reduce(merged, {}) : found
}

function merged(one: Schema, other: Schema): Schema {
  return {
    ...one,
    ...other,
    ...((one.properties ?? other.properties) && { properties: { ...one.properties, ...other.properties } }),
    ...((one.required ?? other.required) && { required: [...(one.required ?? []), ...(other.required ?? [])] }),
  }
}

/** The part of the document at `#/a/b`; nothing for references into other documents. */
function at(root: unknown, reference: string): Schema {
  if (!reference.startsWith('#/')) return {}
  let part: unknown = root
  for (const segment of reference.slice(2).split('/')) {
    const name = decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~')
    part =
      typeof part === 'object' && part !== null ? Object.entries(part).find(([key]) => key === name)?.[1] : undefined
  }
  return typeof part === 'object' && part !== null ? (part as Schema) : {}
}

export type Kind =
  | 'choice'
  | 'text'
  | 'number'
  | 'boolean'
  | 'list'
  | 'choices'
  | 'object'
  | 'map'
  | 'variants'
  | 'json'

/** How a value of the schema is entered. */
export function kindOf(schema: Schema, root: unknown): Kind {
  if (schema.enum || schema.const !== undefined) return 'choice'
  if (variantsOf(schema, root).length > 0) return 'variants'
  const [type] = typesOf(schema)
  if (type === 'string') return 'text'
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'boolean') return 'boolean'
  if (type === 'array' || schema.items) return isChoices(schema, root) ? 'choices' : 'list'
  if (schema.properties) return 'object'
  if (typeof schema.additionalProperties === 'object') return 'map'
  return 'json'
}

function isChoices({ items, uniqueItems }: Schema, root: unknown): boolean {
  return uniqueItems === true && resolved(items, root).enum !== undefined
}

function typesOf({ type }: Schema): readonly string[] {
  return [type ?? []].flat().filter((one) => one !== 'null')
}

export function isNullable(schema: Schema, root: unknown): boolean {
  const variants = schema.oneOf ?? schema.anyOf ?? []
  return (
    [schema.type ?? []].flat().includes('null') ||
    schema.enum?.includes(null) === true ||
    variants.some((one) => resolved(one, root).type === 'null')
  )
}

/** The schemas of which a value has one, without that of null. */
export function variantsOf(schema: Schema, root: unknown): Schema[] {
  const variants = (schema.oneOf ?? schema.anyOf ?? []).map((one) => resolved(one, root))
  const types = typesOf(schema)
  if (variants.length === 0 && types.length > 1) return types.map((type) => ({ ...schema, type }))
  return variants
    .filter(({ type }) => type !== 'null')
    .map((one) => ({ ...(one.properties && schema.properties ? merged({ properties: schema.properties }, one) : one) }))
}

/** The values of a choice, without those that differ from an earlier one in letter case only: aliases. */
export function choicesOf({ enum: values, const: only }: Schema): unknown[] {
  const seen = new Set<string>()
  return (values ?? [only]).filter((value) => {
    const text = String(value).toLowerCase()
    return value !== null && !seen.has(text) && seen.add(text)
  })
}

/** A value that a required field begins with: what the schema leaves no choice about. */
export function initialOf(schema: Schema, root: unknown): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum?.length === 1) return schema.enum[0]
  const kind = kindOf(schema, root)
  if (kind === 'list' || kind === 'choices') return []
  if (kind === 'map') return {}
  if (kind !== 'object') return undefined
  const fields = (schema.required ?? []).map((name) => [
    name,
    initialOf(resolved(schema.properties?.[name], root), root),
  ])
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined))
}
