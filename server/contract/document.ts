import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OperationId } from '../../generated/operations.ts'
import { packageRoot } from '../lib/package.ts'

/** A JSON Schema (2020-12), read as data. */
export type Schema = { readonly [keyword: string]: unknown }

export type Parameter = {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description?: string
  schema: Schema
  example?: unknown
}

type Ref = { $ref: string }

/** The limits of a JSON body: bytes as sent, and values (objects, arrays, strings, numbers, true, false and null). */
export type BodyLimit = { bytes: number; values: number }

/** The classes of requests, each with its own rate limit. */
export type RateClass = 'submits' | 'reads' | 'uploads'

/** The classes of requests that need no credential. */
type AnonymousRateClass = 'address' | 'link' | 'callback'

export type SpecOperation = {
  operationId: OperationId
  summary?: string
  description?: string
  /** What a language model needs to know to use it well. Default: the beginning of the description. */
  'x-agent-description'?: string
  security?: Record<string, string[]>[]
  parameters?: (Parameter | Ref)[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }>; 'x-body-limit'?: BodyLimit }
  responses: Record<string, unknown>
  'x-long-running-operation'?: Schema
  'x-rate-limit'?: RateClass | AnonymousRateClass
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
export type Method = (typeof methods)[number]

type PathItem = { servers?: { url: string }[] } & { [M in Method]?: SpecOperation }

type Document = {
  'x-body-limit': BodyLimit
  servers: { url: string }[]
  paths: Record<string, PathItem>
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> }
}

/** The bundled OpenAPI document, as it is served. */
export const contractDocument: Document & Schema = JSON.parse(
  readFileSync(join(packageRoot, 'generated/openapi.json'), 'utf8'),
)

/** The path of the API, `/api/v1`. System paths are outside of it. */
export const basePath = contractDocument.servers[0]?.url ?? ''

/** The document for clients of the service at a public address; empty if the address is unknown, and the servers are relative. */
export function documentAt(origin: string): Schema {
  if (origin === '') return contractDocument
  const at = (servers: readonly { url: string }[] = []) =>
    // A client appends a path, which starts with a slash.
    servers.map((server) => ({ ...server, url: (origin + server.url).replace(/\/$/, '') }))
  const paths = Object.entries(contractDocument.paths).map(([path, item]) => [
    path,
    item.servers ? { ...item, servers: at(item.servers) } : item,
  ])
  return { ...contractDocument, servers: at(contractDocument.servers), paths: Object.fromEntries(paths) }
}

/** The limits of an operation's JSON body: its own, or those of the document. */
export function bodyLimitOf({ requestBody }: SpecOperation): BodyLimit {
  return requestBody?.['x-body-limit'] ?? contractDocument['x-body-limit']
}

/** All operations of the spec, with method and full path as in the spec. */
export function specOperations(): { method: Method; path: string; operation: SpecOperation }[] {
  return Object.entries(contractDocument.paths).flatMap(([path, item]) => {
    const base = item.servers?.[0]?.url ?? basePath
    return methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ method, path: base.replace(/\/$/, '') + path, operation }] : []
    })
  })
}

export function parameterOf(parameter: Parameter | Ref): Parameter {
  if (!('$ref' in parameter)) return parameter
  const found = contractDocument.components.parameters[nameOf(parameter.$ref)]
  if (!found) throw new Error(`the spec refers to ${parameter.$ref}, which does not exist`)
  return found
}

/**
 * The schema with all schemas that it refers to as `$defs`, for `z.fromJSONSchema`. Without `format: uri-reference`, which zod does not
 * support.
 */
export function standalone(schema: Schema): Schema {
  return { ...(localRefs(schema) as Schema), $defs: definitions }
}

/** The schema that a reference points to. */
export function resolved(schema: Schema): Schema {
  return typeof schema.$ref === 'string'
    ? resolved(contractDocument.components.schemas[nameOf(schema.$ref)] ?? {})
    : schema
}

/** The schema with the schemas that it refers to in place of the references, for a reader who does not have the document. */
export function selfContained(schema: Schema): Schema {
  return inlined(schema, []) as Schema
}

/** `above`: the references that `value` is in. */
function inlined(value: unknown, above: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => inlined(item, above))
  if (value === null || typeof value !== 'object') return value
  const { $ref, ...own }: Schema = { ...value }
  const rest = Object.fromEntries(Object.entries(own).map(([key, held]) => [key, inlined(held, above)]))
  if (typeof $ref !== 'string') return rest
  if (above.includes($ref)) throw new Error(`${$ref} refers to itself, so it cannot be shown without references`)
  return { ...(inlined(resolved({ $ref }), [...above, $ref]) as Schema), ...rest }
}

/**
 * PostgreSQL has no year 0, and JavaScript writes years after 9999 in another format. With an offset, the first and the last day of that range
 * may be in another year.
 */
export const storableYears = {
  date: '^(?!0000)',
  'date-time': '^(?!0000|0001-01-01[Tt ].*[+]|9999-12-31[Tt ].*-\\d\\d:?\\d\\d$)',
}

const definitions = localRefs(contractDocument.components.schemas)

/** The pattern of storable years for dates and times that have no other pattern. */
function yearsOf(value: object): object {
  const format = 'format' in value && typeof value.format === 'string' ? value.format : ''
  if ('pattern' in value || !Object.hasOwn(storableYears, format)) return {}
  return { pattern: storableYears[format as keyof typeof storableYears] }
}

function localRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(localRefs)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries({ ...value, ...yearsOf(value) })
      .filter(([key, held]) => !(key === 'format' && held === 'uri-reference'))
      .map(([key, held]) =>
        key === '$ref' && typeof held === 'string' ? [key, `#/$defs/${nameOf(held)}`] : [key, localRefs(held)],
      ),
  )
}

function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1)
}
