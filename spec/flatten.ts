type Schema = Record<string, unknown>
type Components = { components: { schemas: Record<string, Schema> } }

/**
 * Rewrites what generators of clients and servers do not understand into what all of them do. Without it, they lose the types of these schemas.
 * A closed composition (`allOf` and `unevaluatedProperties: false`) becomes one object, and `const` becomes a typed `enum` with one value.
 * Schemas that only compositions used are removed.
 */
export function flatten<D extends Components>(document: D): D {
  const { schemas } = document.components
  const bases = new Set<string>()
  const flat = rewritten(document, (schema) => {
    if (!Array.isArray(schema.allOf) || schema.unevaluatedProperties !== false) return schema
    return merged(schema, (ref) => {
      bases.add(ref)
      return schemas[ref.slice(ref.lastIndexOf('/') + 1)] ?? {}
    })
  })
  const result = rewritten(flat, withoutConst)
  const used = new Set(referencesIn(result))
  for (const ref of bases) {
    if (!used.has(ref)) delete result.components.schemas[ref.slice(ref.lastIndexOf('/') + 1)]
  }
  return result
}

/** The fields of the bases, then those of the schema itself. A field of both has the keywords of both. */
function merged({ allOf, unevaluatedProperties, ...own }: Schema, baseOf: (ref: string) => Schema): Schema {
  const parts = [...(allOf as { $ref: string }[]).map(({ $ref }) => baseOf($ref)), own]
  const properties: Record<string, Schema> = {}
  for (const part of parts) {
    for (const [name, schema] of Object.entries((part.properties ?? {}) as Record<string, Schema>)) {
      properties[name] = { ...properties[name], ...schema }
    }
  }
  const required = [...new Set(parts.flatMap((part) => (part.required ?? []) as string[]))]
  return { ...own, additionalProperties: false, required, properties }
}

function withoutConst(schema: Schema): Schema {
  const { const: value, ...rest } = schema
  if (value === undefined || typeof value === 'object') return schema
  return { ...rest, type: rest.type ?? typeof value, enum: [value] }
}

/** The keywords whose values are data, in which `change` must find no schemas. */
const data = new Set(['default', 'enum', 'example', 'examples'])

/** A copy of `value` in which each object is replaced by what `change` makes of it. */
function rewritten<T>(value: T, change: (schema: Schema) => Schema): T {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, change)) as T
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(change(value as Schema))
  return Object.fromEntries(entries.map(([key, held]) => [key, data.has(key) ? held : rewritten(held, change)])) as T
}

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, held] of Object.entries(value)) {
    if (key === '$ref' && typeof held === 'string') yield held
    else yield* referencesIn(held)
  }
}
