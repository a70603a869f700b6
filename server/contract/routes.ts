import type { RouteConfig } from '@hono/zod-openapi'
import { z } from 'zod'
import {
  type BodyLimit,
  contract,
  type Method,
  type Parameter,
  type RateClass,
  type Schema,
  type SpecDocument,
  type SpecOperation,
} from './document.ts'
import type { ProblemDocument } from './problem.ts'
import { type RequestName, requestNames } from './request-names.ts'

/** An operation of the spec, prepared for routing and validation. */
export type Route = {
  operationId: string
  /** The operation of the contract that does the work: this one, or for a route of a dialect another one. */
  canonicalId: string
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
  /** The same for the token of a callback URL, which is verified before the body is read. */
  countsCallback: boolean
  /** The media types of the request body; empty if it has none. */
  bodyTypes: readonly string[]
  bodyRequired: boolean
  /** The limits of a JSON body. */
  bodyLimit: BodyLimit
  isWebSocket: boolean
  /** Requests of pages of other origins than the configured ones are refused, because no browser refuses them. */
  checksOrigin: boolean
  /** The closed schema of the query, also if the spec has no query parameters: then every parameter is refused. */
  query: z.ZodType
  /** What `OpenAPIHono` validates: only the parts of the request that the spec has, because each validator takes time. */
  request: NonNullable<RouteConfig['request']>
  /** Everything that a request may have, for the messages of violations. */
  names: readonly RequestName[]
  /** The names of the headers in `request`, in lower case. */
  headerNames: readonly string[]
  responses: RouteConfig['responses']
  /** How long the response may be held on purpose, unless the header `Prefer` says so. */
  heldSeconds: number
  /** The error shape of a dialect; undefined: problem documents. */
  renderProblem: RenderProblem | undefined
}

/**
 * A problem in the error shape of a dialect, sent as JSON. The response has the status of the problem, unless it is given, and the headers of the problem
 * and these headers.
 */
export type RenderProblem = (problem: ProblemDocument) => {
  status?: number
  headers?: Record<string, string>
  body: unknown
}

const built = new Map<SpecDocument, readonly Route[]>()

/**
 * The route table of a document, built once: compiling its schemas takes time. Literal paths come before those with parameters, because Hono
 * uses the first match.
 */
export function buildRoutes(document: SpecDocument = contract, renderProblem?: RenderProblem): readonly Route[] {
  const known = built.get(document)
  if (known) return known
  const routes = document
    .specOperations()
    .map(({ method, path, operation }) => ({ ...buildRoute(document, method, path, operation), renderProblem }))
    .sort((a, b) => specificity(a.path) - specificity(b.path))
  built.set(document, routes)
  return routes
}

function specificity(path: string): number {
  return path.split('{').length
}

function buildRoute(
  document: SpecDocument,
  method: Method,
  path: string,
  operation: SpecOperation,
): Omit<Route, 'renderProblem'> {
  const { bodyLimitOf, parameterOf, resolved } = document
  const parameters = (operation.parameters ?? []).map(parameterOf)
  const has = (place: Parameter['in']) => parameters.some((parameter) => parameter.in === place)
  const { requestBody } = operation
  const query = group(document, parameters, 'query')
  return {
    operationId: operation.operationId,
    canonicalId: operation['x-canonical-operation'] ?? operation.operationId,
    method,
    path,
    scopes: scopesOf(operation),
    rateClass: rateClassOf(operation, method),
    countsAddress: operation['x-rate-limit'] === 'address',
    countsLink: operation['x-rate-limit'] === 'link',
    countsCallback: operation['x-rate-limit'] === 'callback',
    bodyTypes: Object.keys(requestBody?.content ?? {}),
    bodyRequired: requestBody?.required ?? false,
    bodyLimit: bodyLimitOf(operation),
    isWebSocket: '101' in operation.responses,
    checksOrigin: '101' in operation.responses,
    query,
    request: {
      ...(has('query') ? { query } : {}),
      ...(has('path') ? { params: group(document, parameters, 'path') } : {}),
      ...(has('header') ? { headers: headerGroup(document, parameters) } : {}),
      ...(requestBody
        ? { body: { required: requestBody.required ?? false, content: bodyContent(document, requestBody) } }
        : {}),
    },
    names: requestNames(parameters, requestBody?.content['application/json']?.schema, resolved),
    headerNames: parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name.toLowerCase()),
    responses: operation.responses as RouteConfig['responses'],
    heldSeconds: operation['x-held-seconds'] ?? 0,
  }
}

/** JSON bodies are validated; others are streamed. */
function bodyContent({ standalone }: SpecDocument, { content }: NonNullable<SpecOperation['requestBody']>) {
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, { schema }]) => [
      mediaType,
      { schema: mediaType === 'application/json' ? synchronous(z.fromJSONSchema(standalone(schema))) : {} },
    ]),
  )
}

/**
 * The library awaits `safeParseAsync`, for which zod does not use its compiled parsers. Most requests have neither query parameters nor headers
 * that the spec names, so the result for an empty object is kept.
 */
function synchronous<S extends z.ZodType>(schema: S): S {
  const forNothing = schema.safeParse({})
  if (forNothing.success) Object.freeze(forNothing.data)
  schema.safeParseAsync = async (data, context) =>
    forNothing.success && isEmptyObject(data) ? forNothing : schema.safeParse(data, context)
  return schema
}

function isEmptyObject(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false
  for (const _ in data) return false
  return true
}

/** The scopes that an operation requires: those of the first security scheme, since all schemes require the same. */
export function scopesOf({ operationId, security }: SpecOperation): readonly string[] | undefined {
  if (!security) throw new Error(`the spec has no security for ${operationId}`)
  return security.length === 0 ? undefined : Object.values(security[0] ?? {}).flat()
}

function rateClassOf({ 'x-rate-limit': named }: SpecOperation, method: Method): RateClass {
  if (named === 'reads' || named === 'submits' || named === 'uploads') return named
  return method === 'get' ? 'reads' : 'submits'
}

/** Only the headers in the spec are passed on, by lower-case name. */
function headerGroup({ standalone }: SpecDocument, parameters: readonly Parameter[]): z.ZodObject {
  const shape = parameters
    .filter((parameter) => parameter.in === 'header')
    .map(({ name, required, schema }) => {
      const text = z.fromJSONSchema(standalone(schema))
      return [name.toLowerCase(), required ? text : text.optional()] as const
    })
  return synchronous(z.object(Object.fromEntries(shape)))
}

/** The closed schema of the path or the query. Each parameter is converted from text to the type in its schema. */
function group({ resolved, standalone }: SpecDocument, parameters: readonly Parameter[], place: 'path' | 'query') {
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
  const convert = (raw: Record<string, string | string[]>) =>
    Object.fromEntries(
      Object.entries(raw).map(([name, value]) => {
        const type = types.get(name)
        return [name, type ? coerce(value, type) : value]
      }),
    )
  return synchronous(z.preprocess(convert, schema))
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
