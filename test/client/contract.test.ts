import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { DataOf, EndpointOf, PathWith } from '../../client/api.ts'
import {
  createClient,
  type ItemOf,
  type ListPath,
  type Longrun,
  type OperationHandle,
  type ProblemCode,
} from '../../client/index.ts'
import type { components, paths } from '../../generated/schema.ts'
import type { problems } from '../../server/contract/problems.ts'

type Schemas = components['schemas']
type Method = 'get' | 'post' | 'patch' | 'delete' | 'put' | 'head' | 'options' | 'trace'
type Endpoints = {
  [P in keyof paths]: {
    [M in Method]: paths[P] extends Record<M, object> ? `${Uppercase<M>} ${P}` : never
  }[Method]
}[keyof paths]
type Api = { [M in keyof Longrun['api']]: `${M} ${PathWith<M>}` }[keyof Longrun['api']]

/** The endpoints that `api` does not have, by operationId, and what has them. */
const elsewhere = {
  streamOperations: 'events',
  createUpload: 'upload',
} satisfies Record<string, keyof Longrun>
const onHandles = {
  streamOperation: 'updates',
  openOperationSocket: 'events',
  getFile: 'download',
} satisfies Record<string, keyof OperationHandle<'generateReport'>>
const withoutKey = [
  'getHome',
  'getOpenapi',
  'getDialectOpenapi',
  'getDocs',
  'getDocsScript',
  'getGuides',
  'getGuide',
  'getConsole',
  'getConsoleFile',
  'getProblem',
  'getHealth',
  'getReadiness',
]

type Operation = { operationId: string; security?: object[] }
const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../generated/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>
}
const endpoints = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { operationId }]) => operationId)
    .map(([method, { operationId }]) => ({ operationId, method: method.toUpperCase(), path })),
)
const reached = endpoints.filter(
  ({ operationId }) => ![...Object.keys({ ...elsewhere, ...onHandles }), ...withoutKey].includes(operationId),
)

describe('the api of the client', () => {
  it('has every endpoint of the contract, except those that need no key, streams, uploads and files', () => {
    expectTypeOf<Exclude<Api, Endpoints>>().toBeNever()
    expectTypeOf<Exclude<Endpoints, Api>>().toEqualTypeOf<
      | 'GET /'
      | 'GET /healthz'
      | 'GET /readyz'
      | 'GET /openapi.json'
      | 'GET /openapi/{dialect}'
      | 'GET /docs'
      | 'GET /docs/files/{file}'
      | 'GET /docs/guides'
      | 'GET /docs/guides/{page}'
      | 'GET /console'
      | 'GET /console/{file}'
      | 'GET /problems/{code}'
      | 'GET /files/{fileId}'
      | 'GET /operations/stream'
      | 'GET /operations/{operationId}/stream'
      | 'GET /operations/{operationId}/status'
      | 'POST /uploads'
    >()
    expect(endpoints).toHaveLength(reached.length + 17)
  })

  it.each(reached)('sends $operationId as $method $path', async ({ method, path }) => {
    const sent: Request[] = []
    const fetch = async (request: Request) => {
      sent.push(request)
      return Response.json({ ok: true })
    }
    const { api } = createClient({ baseUrl: 'http://localhost:1/proxy/', apiKey: 'key', fetch })
    const call = api[method as 'GET'] as (path: string, init: object) => Promise<{ data: unknown }>
    const named = Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, `${name}/?#ü`]))
    const { data } = await call(path, { params: { path: named }, body: method === 'GET' ? undefined : {} })
    expect(data).toEqual({ ok: true })
    const expected = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(`${name}/?#ü`))
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `${method} http://localhost:1/proxy/api/v1${expected}`,
    ])
    expect(sent[0]?.headers.get('Authorization')).toBe('Bearer key')
  })

  it('repeats a parameter with several values, and encodes every value', async () => {
    const sent: string[] = []
    const fetch = async (request: Request) => {
      sent.push(new URL(request.url).search)
      return Response.json({ operations: [] })
    }
    const { api } = createClient({ baseUrl: 'http://localhost:1', apiKey: 'key', fetch })
    await api.GET('/operations', { params: { query: { status: ['FAILED', 'CANCELLED'], label: ['a:b c&d=ü+'] } } })
    await api.GET('/operations', { params: { query: {} } })
    expect(sent).toEqual(['?status=FAILED&status=CANCELLED&label=a%3Ab%20c%26d%3D%C3%BC%2B', ''])
  })

  it('is typed by the contract', () => {
    expectTypeOf<DataOf<EndpointOf<'/reports/{reportId}', 'GET'>>>().toEqualTypeOf<Schemas['Report']>()
    expectTypeOf<DataOf<EndpointOf<'/keys/{keyId}', 'DELETE'>>>().toEqualTypeOf<undefined>()
    const { api } = createClient({ baseUrl: 'http://localhost:1', apiKey: 'key' })
    // @ts-expect-error: the path has a parameter.
    void (() => api.GET('/keys/{keyId}'))
    // @ts-expect-error: the body is required.
    void (() => api.POST('/keys'))
    // @ts-expect-error: no such status.
    void (() => api.GET('/operations', { params: { query: { status: ['DONE'] } } }))
    // @ts-expect-error: no such endpoint.
    void (() => api.POST('/orders'))
  })

  it('has the type of the items of each list', () => {
    expectTypeOf<ListPath>().toEqualTypeOf<
      | '/orders'
      | '/customers'
      | '/operations'
      | '/operations/{operationId}/waits'
      | '/operations/{operationId}/deliveries'
      | '/schedules'
      | '/workers'
      | '/webhookReceivers'
      | '/keys'
    >()
    expectTypeOf<ItemOf<'/keys'>>().toEqualTypeOf<Schemas['Key']>()
    expectTypeOf<ItemOf<'/operations/{operationId}/waits'>>().toEqualTypeOf<Schemas['Wait']>()
  })

  it('knows the codes of all problems', () => {
    expectTypeOf<ProblemCode>().toEqualTypeOf<keyof typeof problems>()
  })
})
