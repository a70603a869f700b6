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

export type SpecOperation<Id extends string = string> = {
  operationId: Id
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
  /** In the document of a dialect: the operation of the contract that does the work. */
  'x-canonical-operation'?: OperationId
  /** The longest time, in seconds, for which the response is held on purpose. Default: that of the header `Prefer`. */
  'x-held-seconds'?: number
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
export type Method = (typeof methods)[number]

type PathItem<Id extends string> = { servers?: { url: string }[] } & { [M in Method]?: SpecOperation<Id> }

type Document<Id extends string> = {
  'x-body-limit': BodyLimit
  servers: { url: string }[]
  paths: Record<string, PathItem<Id>>
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> }
}

/** An OpenAPI document of the service, and its parts. */
export type SpecDocument = ReturnType<typeof openDocument<string>>

/** Reads a bundled document, whose references are all internal. `path` begins at the root of the package. */
export function openDocument<Id extends string>(path: string) {
  const document: Document<Id> & Schema = JSON.parse(readFileSync(join(packageRoot, path), 'utf8'))
  const basePath = document.servers[0]?.url ?? ''
  const definitions = localRefs(document.components.schemas) as Record<string, unknown>

  /** The schema that a reference points to. */
  function resolved(schema: Schema): Schema {
    return typeof schema.$ref === 'string' ? resolved(document.components.schemas[nameOf(schema.$ref)] ?? {}) : schema
  }

  return {
    document,
    basePath,
    resolved,

    /** The document for clients of the service at a public address; empty if the address is unknown, and the servers are relative. */
    documentAt(origin: string): Schema {
      if (origin === '') return document
      const at = (servers: readonly { url: string }[] = []) =>
        // A client appends a path, which starts with a slash.
        servers.map((server) => ({ ...server, url: (origin + server.url).replace(/\/$/, '') }))
      const paths = Object.entries(document.paths).map(([path, item]) => [
        path,
        item.servers ? { ...item, servers: at(item.servers) } : item,
      ])
      return { ...document, servers: at(document.servers), paths: Object.fromEntries(paths) }
    },

    /** The limits of an operation's JSON body: its own, or those of the document. */
    bodyLimitOf({ requestBody }: SpecOperation): BodyLimit {
      return requestBody?.['x-body-limit'] ?? document['x-body-limit']
    },

    /** All operations of the document, with method and full path as in the document. */
    specOperations(): { method: Method; path: string; operation: SpecOperation<Id> }[] {
      return Object.entries(document.paths).flatMap(([path, item]) => {
        const base = item.servers?.[0]?.url ?? basePath
        return methods.flatMap((method) => {
          const operation = item[method]
          return operation ? [{ method, path: base.replace(/\/$/, '') + path, operation }] : []
        })
      })
    },

    parameterOf(parameter: Parameter | Ref): Parameter {
      if (!('$ref' in parameter)) return parameter
      const found = document.components.parameters[nameOf(parameter.$ref)]
      if (!found) throw new Error(`the spec refers to ${parameter.$ref}, which does not exist`)
      return found
    },

    /**
     * The schema with the schemas that it refers to as `$defs`, for `z.fromJSONSchema`, which copies all of them. Without `format:
     * uri-reference`, which zod does not support.
     */
    standalone(schema: Schema): Schema {
      const local = localRefs(schema) as Schema
      const $defs: Record<string, unknown> = {}
      addReferred($defs, local, definitions)
      return { ...local, $defs }
    },
  }
}

function addReferred(added: Record<string, unknown>, value: unknown, definitions: Readonly<Record<string, unknown>>) {
  if (value === null || typeof value !== 'object') return
  for (const [key, held] of Object.entries(value)) {
    const name = key === '$ref' && typeof held === 'string' ? nameOf(held) : undefined
    if (name === undefined) {
      addReferred(added, held, definitions)
    } else if (!Object.hasOwn(added, name)) {
      added[name] = definitions[name]
      addReferred(added, definitions[name], definitions)
    }
  }
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

/** The contract: the document that clients of the API use. */
export const contract = openDocument<OperationId>('generated/openapi.json')

/** The bundled OpenAPI document, as it is served. */
export const contractDocument = contract.document

/** The path of the API, `/api/v1`. System paths are outside of it. */
export const basePath = contract.basePath

export const { documentAt, bodyLimitOf, specOperations, parameterOf, standalone, resolved } = contract
