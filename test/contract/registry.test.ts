import { expect, it } from 'vitest'
import { contractDocument, type Parameter, parameterOf, specOperations } from '../../server/contract/document.ts'
import type { Implementation } from '../../server/contract/implementation.ts'
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

/** What survives the way from the spec to the registry and back. Header names are in lower case there. Schemas do not survive. */
function outline({ parameters = [], requestBody, responses = {} }: Operation) {
  return {
    parameters: parameters
      .map(parameterOf)
      .map(
        (held) => `${held.in} ${held.in === 'header' ? held.name.toLowerCase() : held.name} ${held.required ?? false}`,
      )
      .toSorted(),
    body: requestBody && { required: requestBody.required ?? false, types: Object.keys(requestBody.content ?? {}) },
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, held]) => [status, Object.keys(responseOf(held).content ?? {})]),
    ),
  }
}

function responseOf(held: Content | { $ref: string }): Content {
  if (!('$ref' in held)) return held
  const components = contractDocument.components as unknown as { responses: Record<string, Content> }
  return components.responses[held.$ref.slice('#/components/responses/'.length)] ?? {}
}

it('the registry of the mounted routes has the paths, methods, parameters, statuses and media types of the spec', () => {
  const mounted = Object.entries(registry.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [`${method} ${path}`, outline(operation as Operation)] as const),
  )
  const spec = specOperations().map(
    ({ method, path, operation }) => [`${method} ${path}`, outline(operation as Operation)] as const,
  )
  expect(Object.fromEntries(mounted)).toEqual(Object.fromEntries(spec))
})

it('the router has the methods and paths of the spec', () => {
  const routed = app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)
  const spec = specOperations().map(
    ({ method, path }) => `${method.toUpperCase()} ${routingPath(path).replaceAll(/\{(\w+)\}/g, ':$1')}`,
  )
  expect([...new Set(routed)].toSorted()).toEqual(spec.toSorted())
})

it('custom verbs and literals beside parameters are routed apart from other paths', () => {
  const paths = specOperations().map(({ path }) => path)
  expect(new Set(paths.map(routingPath)).size).toBe(new Set(paths).size)
  expect(routingPath('/api/v1/operations/{operationId}:cancel')).toBe('/\u0000cancel/api/v1/operations/{operationId}')
  expect(routingPath('/api/v1/operations/stream')).toBe('/\u0000/api/v1/operations/stream')
  expect(routingPath('/api/v1/operations/{operationId}')).toBe('/api/v1/operations/{operationId}')
})
