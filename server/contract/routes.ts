import { z } from 'zod'
import type { OperationId } from '../../generated/operations.ts'
import {
  type BodyLimit,
  bodyLimitOf,
  type Method,
  type Parameter,
  parameterOf,
  type RateClass,
  resolved,
  type Schema,
  type SpecOperation,
  specOperations,
  standalone,
} from './document.ts'

/** An operation of the spec, prepared for routing and validation. */
export type Route = {
  operationId: OperationId
  method: Method
  /** As in the spec, with the base path. */
  path: string
  /** The scopes that the credential must have; undefined if no credential is needed. */
  scopes: readonly string[] | undefined
  /** The rate limit that it counts for: by default reads for GET, submits otherwise. */
  rateClass: RateClass
  /** Needs no credential, and counts for the client's address. */
  countsAddress: boolean
  /** A signed link is the credential. A valid link counts for its owner, an invalid one for the client's address. */
  countsLink: boolean
  /** The media types of the request body; empty if it has none. */
  bodyTypes: readonly string[]
  bodyRequired: boolean
  /** The limits of a JSON body. */
  bodyLimit: BodyLimit
  /** Whether it isWebSocket to WebSocket. */
  isWebSocket: boolean
  /** The path in Hono's format, with parameters as `:name`. */
  routed: string
  query: Part
  params: Part
  headers: Part & { names: readonly string[] }
  /** The schema of a JSON body. */
  json: z.ZodType | undefined
}

/** A part of the request. `absent`: the validated value when the part is empty; undefined if that violates the schema. */
export type Part = { schema: z.ZodType; absent: unknown }

/**
 * Builds the route table from the spec. Literal paths come before those with parameters, because Hono uses the first match. `routingPath`
 * converts a path of the spec into the one that the application routes by.
 */
export function buildRoutes(routingPath: (path: string) => string): Route[] {
  return specOperations()
    .map(({ method, path, operation }) => buildRoute(method, path, operation, routingPath))
    .sort((a, b) => specificity(a.path) - specificity(b.path))
}

function specificity(path: string): number {
  return path.split('{').length
}

function buildRoute(
  method: Method,
  path: string,
  operation: SpecOperation,
  routingPath: (path: string) => string,
): Route {
  const parameters = (operation.parameters ?? []).map(parameterOf)
  const content = operation.requestBody?.content ?? {}
  const json = content['application/json']?.schema
  const required = operation.requestBody?.required ?? false
  return {
    operationId: operation.operationId,
    method,
    path,
    scopes: scopesOf(operation),
    rateClass: rateClassOf(operation, method),
    countsAddress: operation['x-rate-limit'] === 'address',
    countsLink: operation['x-rate-limit'] === 'link',
    bodyTypes: Object.keys(content),
    bodyRequired: required,
    bodyLimit: bodyLimitOf(operation),
    isWebSocket: '101' in operation.responses,
    routed: routingPath(path).replaceAll(/\{(\w+)\}/g, ':$1'),
    query: partOf(group(parameters, 'query')),
    params: partOf(group(parameters, 'path')),
    headers: headerGroup(parameters),
    json: json && z.fromJSONSchema(standalone(json)),
  }
}

/** Most parts of most requests are empty: the empty part is validated once. */
function partOf(schema: z.ZodType): Part {
  const read = schema.safeParse({})
  return { schema, absent: read.success ? Object.freeze(read.data) : undefined }
}

/** The scopes that an operation requires: those of the first security scheme, since all schemes require the same. */
export function scopesOf({ operationId, security }: SpecOperation): readonly string[] | undefined {
  if (!security) throw new Error(`the spec has no security for ${operationId}`)
  return security.length === 0 ? undefined : Object.values(security[0] ?? {}).flat()
}

function rateClassOf({ 'x-rate-limit': named }: SpecOperation, method: Method): RateClass {
  if (named !== undefined && named !== 'address' && named !== 'link') return named
  return method === 'get' ? 'reads' : 'submits'
}

/** Only the headers in the spec are passed on, by lower-case name. */
function headerGroup(parameters: readonly Parameter[]): Route['headers'] {
  const shape = parameters
    .filter((parameter) => parameter.in === 'header')
    .map(({ name, required, schema }) => {
      const text = z.fromJSONSchema(standalone(schema))
      return [name.toLowerCase(), required ? text : text.optional()] as const
    })
  return { ...partOf(z.object(Object.fromEntries(shape))), names: shape.map(([name]) => name) }
}

/** The closed schema of the path or the query. Each parameter is converted from text to the type in its schema. */
function group(parameters: readonly Parameter[], place: 'path' | 'query') {
  const chosen = parameters.filter((parameter) => parameter.in === place)
  const schema = z.fromJSONSchema(
    standalone({
      type: 'object',
      properties: Object.fromEntries(chosen.map((parameter) => [parameter.name, parameter.schema])),
      required: chosen.filter((parameter) => parameter.required).map(({ name }) => name),
      additionalProperties: false,
    }),
  )
  const types = new Map(chosen.map((parameter) => [parameter.name, resolved(parameter.schema)]))
  return z.preprocess((raw: Record<string, string | string[]>, context) => {
    const read: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(raw)) {
      const type = types.get(name)
      if (place === 'query' && [value].flat().some((text) => text.includes('\u0000'))) {
        context.addIssue({ code: 'custom', path: [name], message: 'must not contain the character NUL' })
      }
      Object.defineProperty(read, name, { value: type ? coerce(value, type) : value, enumerable: true })
    }
    return read
  }, schema)
}

function coerce(value: string | string[], { type }: Schema): unknown {
  if (type === 'array') return [value].flat()
  if (Array.isArray(value)) return value
  // Only the canonical spelling of a whole number: the expiry of a signed link is one.
  if (type === 'integer' && /^(?:0|-?[1-9]\d*)$/.test(value)) return Number(value)
  if (type === 'number' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}
