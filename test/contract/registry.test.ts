import { expect, it } from 'vitest'
import { contractDocument, type Parameter, parameterOf, specOperations } from '../../server/contract/document.ts'
import type { Implementation } from '../../server/contract/implementation.ts'
import { createApp } from '../../server/http/app.ts'
import type { Backend } from '../../server/http/backend.ts'
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

it('the router has the operations of the spec, with each custom verb as a segment of its own', () => {
  const routed = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}').replace('/\u0000', ':')}`)
  const spec = specOperations().map(({ method, path }) => `${method.toUpperCase()} ${path}`)
  expect([...new Set(routed)].toSorted()).toEqual(spec.toSorted())
})
