import { z } from 'zod'
import type { OperationId } from '../../generated/operations.ts'
import {
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

/** A request of the contract, ready to be mounted. */
export type Route = {
  operationId: OperationId
  method: Method
  /** As the spec writes it, base path included. */
  path: string
  /** Scopes that a credential must have; undefined: no credential is needed. */
  scopes: readonly string[] | undefined
  /** Which limit of its credential it counts for: what reads is a GET, unless the spec says otherwise. */
  rateClass: RateClass
  /** The media types of the request body; empty when it has none. */
  bodyTypes: readonly string[]
  bodyRequired: boolean
  /** Whether it switches to WebSocket. */
  switches: boolean
  /** The path as Hono routes by it, parameters as `:name`. */
  routed: string
  query: Part
  params: Part
  headers: Part & { names: readonly string[] }
  /** The schema of a JSON body. */
  json: z.ZodType | undefined
}

/** A part of the request: its schema, and what a request without any of it is read as, unless that breaks the schema. */
export type Part = { schema: z.ZodType; absent: unknown }

/**
 * Builds the route table from the bundled spec, literals before parameters, because Hono takes the first that fits.
 * `routingPath` turns a path of the spec into the one that the application routes by.
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
    rateClass: operation['x-rate-limit'] ?? (method === 'get' ? 'reads' : 'submits'),
    bodyTypes: Object.keys(content),
    bodyRequired: required,
    switches: '101' in operation.responses,
    routed: routingPath(path).replaceAll(/\{(\w+)\}/g, ':$1'),
    query: partOf(group(parameters, 'query')),
    params: partOf(group(parameters, 'path')),
    headers: headerGroup(parameters),
    json: json && z.fromJSONSchema(standalone(json)),
  }
}

/** Most requests leave out most parts: these are read once, here. */
function partOf(schema: z.ZodType): Part {
  const read = schema.safeParse({})
  return { schema, absent: read.success ? Object.freeze(read.data) : undefined }
}

/** The scopes that a request asks for: those of the first way to authenticate; all ways ask for the same. */
export function scopesOf({ operationId, security }: SpecOperation): readonly string[] | undefined {
  if (!security) throw new Error(`the contract does not say who may call ${operationId}`)
  return security.length === 0 ? undefined : Object.values(security[0] ?? {}).flat()
}

/** Of the headers only those of the spec are passed on, by lower-case name. */
function headerGroup(parameters: readonly Parameter[]): Route['headers'] {
  const shape = parameters
    .filter((parameter) => parameter.in === 'header')
    .map(({ name, required, schema }) => {
      const text = z.fromJSONSchema(standalone(schema))
      return [name.toLowerCase(), required ? text : text.optional()] as const
    })
  return { ...partOf(z.object(Object.fromEntries(shape))), names: shape.map(([name]) => name) }
}

/** The closed schema of the path or the query. Parameters arrive as text: each is read as what its schema says. */
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
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}
