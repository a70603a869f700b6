import { resolved, type Schema } from './document.ts'

/** Finds the schema that a `$ref` stands for. */
export type Resolve = (schema: Schema) => Schema

/**
 * The value without everything that its schema marks `writeOnly`, at any depth. Where several schemas apply to one place (`allOf`, `oneOf`, …),
 * one that marks it is enough: which branch of a `oneOf` a secret was meant for is not guessed.
 */
export function withoutWriteOnly(value: unknown, schema: Schema, resolve: Resolve = resolved): unknown {
  return pruned(value, applicable([schema], resolve), resolve)
}

/** `schemas`: all that apply to the value, with their references and combinations resolved. */
function pruned(value: unknown, schemas: readonly Schema[], resolve: Resolve): unknown {
  const kept = (child: unknown, own: readonly Schema[]): [unknown] | [] => {
    const all = applicable(own, resolve)
    return all.some(({ writeOnly }) => writeOnly === true) ? [] : [pruned(child, all, resolve)]
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => kept(item, itemSchemas(schemas, index)))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([name, child]) =>
    kept(child, memberSchemas(schemas, name)).map((left) => [name, left] as const),
  )
  return Object.fromEntries(entries)
}

/** Keywords whose values are data and no schemas. */
const dataKeywords = new Set(['const', 'enum', 'default', 'example', 'examples'])

/** Whether the schema marks anything `writeOnly`, at any depth. */
export function hasWriteOnly(schema: Schema, resolve: Resolve = resolved): boolean {
  const seen = new Set<unknown>()
  const visit = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return false
    seen.add(value)
    if (Array.isArray(value)) return value.some(visit)
    const at = value as Schema
    if (at.writeOnly === true) return true
    if (typeof at.$ref === 'string' && visit(resolve(at))) return true
    return Object.entries(at).some(([keyword, child]) => !dataKeywords.has(keyword) && visit(child))
  }
  return visit(schema)
}

const combining = ['allOf', 'anyOf', 'oneOf'] as const
const conditional = ['if', 'then', 'else'] as const

/** The schemas and those that they refer to or combine, for the same place. */
function applicable(schemas: readonly Schema[], resolve: Resolve): Schema[] {
  const found = new Set<Schema>()
  const visit = (schema: unknown) => {
    if (!isSchema(schema) || found.has(schema)) return
    found.add(schema)
    if (schema.$ref !== undefined) visit(resolve(schema))
    for (const keyword of combining) listOf(schema[keyword]).forEach(visit)
    for (const keyword of conditional) visit(schema[keyword])
    Object.values(recordOf(schema.dependentSchemas)).forEach(visit)
  }
  schemas.forEach(visit)
  return [...found]
}

function memberSchemas(schemas: readonly Schema[], name: string): Schema[] {
  return schemas.flatMap((schema) => {
    const properties = recordOf(schema.properties)
    const own = Object.hasOwn(properties, name) ? [properties[name]] : []
    const matching = Object.entries(recordOf(schema.patternProperties)).flatMap(([pattern, each]) =>
      new RegExp(pattern, 'u').test(name) ? [each] : [],
    )
    const found = [...own, ...matching]
    return [...(found.length > 0 ? found : [schema.additionalProperties]), schema.unevaluatedProperties].filter(
      isSchema,
    )
  })
}

function itemSchemas(schemas: readonly Schema[], index: number): Schema[] {
  return schemas.flatMap(({ prefixItems, items, contains, unevaluatedItems }) =>
    [listOf(prefixItems)[index] ?? items, contains, unevaluatedItems].filter(isSchema),
  )
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isSchema(value) ? value : {}
}
