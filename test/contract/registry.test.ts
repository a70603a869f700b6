import { expect, it } from 'vitest'
import { contract, type Parameter, type SpecDocument } from '../../server/contract/document.ts'
import type { Implementation } from '../../server/contract/implementation.ts'
import { buildRoutes } from '../../server/contract/routes.ts'
import { dialects, routesOf } from '../../server/dialects/index.ts'
import { createApp } from '../../server/http/app.ts'
import type { Backend } from '../../server/http/backend.ts'
import { routingPath } from '../../server/http/request/path.ts'
import { createLog } from '../../server/telemetry/log.ts'

type Content = { content?: Record<string, unknown> }
type Operation = {
  parameters?: (Parameter | { $ref: string })[]
  requestBody?: Content & { required?: boolean }
  responses?: Record<string, Content | { $ref: string }>
}

/** Nothing but what is needed to mount the routes. */
const backend = { log: createLog('silent'), links: { origin: '' }, origins: new Set() }
const app = createApp(backend as unknown as Backend, {} as Implementation)
const registry = app.getOpenAPI31Document({ openapi: '3.1.1', info: { title: 'Longrun', version: '1' } })

const documents = [contract, ...dialects.map(({ document }) => document)]
/** All operations of the contract and of the dialects. */
const all = documents.flatMap((document) =>
  document.specOperations().map(({ method, path, operation }) => ({ method, path, operation, document })),
)

/** What survives the way from the spec to the registry and back. Header names are in lower case there. Schemas do not survive. */
function outline({ parameters = [], requestBody, responses = {} }: Operation, { document, parameterOf }: SpecDocument) {
  return {
    parameters: parameters
      .map(parameterOf)
      .map(
        (held) => `${held.in} ${held.in === 'header' ? held.name.toLowerCase() : held.name} ${held.required ?? false}`,
      )
      .toSorted(),
    body: requestBody && { required: requestBody.required ?? false, types: Object.keys(requestBody.content ?? {}) },
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, held]) => [
        status,
        Object.keys(responseOf(held, document).content ?? {}),
      ]),
    ),
  }
}

function responseOf(held: Content | { $ref: string }, document: SpecDocument['document']): Content {
  if (!('$ref' in held)) return held
  const components = document.components as unknown as { responses: Record<string, Content> }
  return components.responses[held.$ref.slice('#/components/responses/'.length)] ?? {}
}

it('the registry of the mounted routes has the paths, methods, parameters, statuses and media types of the spec', () => {
  const documentOf = new Map(all.map(({ method, path, document }) => [`${method} ${path}`, document]))
  const mounted = Object.entries(registry.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const name = `${method} ${path}`
      return [name, outline(operation as Operation, documentOf.get(name) ?? contract)] as const
    }),
  )
  const spec = all.map(
    ({ method, path, operation, document }) =>
      [`${method} ${path}`, outline(operation as Operation, document)] as const,
  )
  expect(Object.fromEntries(mounted)).toEqual(Object.fromEntries(spec))
})

it('the operations of dialects have names of their own, and call an operation of the contract that needs the same scopes', () => {
  expect(new Set(all.map(({ operation }) => operation.operationId)).size).toBe(all.length)
  const canonical = new Map(buildRoutes().map((route) => [route.operationId, route]))
  for (const { operationId, canonicalId, scopes } of dialects.flatMap(routesOf)) {
    expect({ operationId, scopes }).toEqual({ operationId, scopes: canonical.get(canonicalId)?.scopes })
  }
})

/** MCP has its own specification. */
const mcp = ['POST /mcp', 'GET /.well-known/oauth-protected-resource', 'GET /.well-known/oauth-protected-resource/mcp']

it('the router has the methods and paths of the spec, and those of MCP', () => {
  const routed = app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)
  const spec = all.map(
    ({ method, path }) => `${method.toUpperCase()} ${routingPath(path).replaceAll(/\{(\w+)\}/g, ':$1')}`,
  )
  expect([...new Set(routed)].toSorted()).toEqual([...spec, ...mcp].toSorted())
})

it('custom verbs and literals beside parameters are routed apart from other paths', () => {
  const paths = all.map(({ path }) => path)
  expect(new Set(paths.map(routingPath)).size).toBe(new Set(paths).size)
  expect(routingPath('/api/v1/operations/{operationId}:cancel')).toBe('/\u0000cancel/api/v1/operations/{operationId}')
  expect(routingPath('/api/v1/operations/stream')).toBe('/\u0000/api/v1/operations/stream')
  expect(routingPath('/api/v1/operations/{operationId}')).toBe('/api/v1/operations/{operationId}')
})
