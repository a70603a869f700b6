import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolved, type Schema } from '../../server/contract/document.ts'
import type { Bindings, Fetch } from '../../server/http/server.ts'
import { defaultTimeouts } from '../../server/http/timeouts.ts'
import { openRig } from '../faults/rig.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { send } from './hostile/pattern.ts'
import { endpoints } from './rig.ts'
import { worstHeaders, worstPaths, worstQueries } from './worst-addresses.ts'
import { jsonEndpoints, worstBodies } from './worst-bodies.ts'

/** Limit of the response to a refused body, whatever its names, violations and depth. */
const maxResponseBytes = 100_000
/**
 * Limit of the serving thread's processor time for one request, as a ratio to the time in which the same thread reads and writes `document`,
 * which takes 6 ms on an idle machine.
 */
const maxCost = 2.5
/** The same for a batch, whose body may be 15 times as long. */
const maxBatchCost = 15
const document = JSON.stringify(
  Array.from({ length: 4_000 }, (_, index) => ({ [`name-${index}`]: [index, `${index}`] })),
)
/** A request without a connection. */
const incoming = { socket: { remoteAddress: '127.0.0.1', bytesRead: 0 }, headers: {}, complete: true }
const bindings = { incoming, timeouts: defaultTimeouts, startBytes: 0 } as unknown as Bindings

let api: Fetch
let idleDocumentMs: number
let service: TestService
beforeAll(async () => {
  const wrapFetch = (fetch: Fetch) => {
    api = fetch
    return fetch
  }
  service = await startTestService({ ROLES: 'api' }, undefined, undefined, { wrapFetch })
  idleDocumentMs = Math.min(...Array.from({ length: 20 }, cpuOfDocument))
})
afterAll(() => service.close())

const cpuMs = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

const cpuOfDocument = () => {
  const startMs = cpuMs()
  JSON.stringify(JSON.parse(document))
  return cpuMs() - startMs
}
/**
 * The processor time of one request, from its arrival to the text of its response, as a ratio to that of `document`. Above `enough` both are
 * measured again, one after the other: the machine is shared, and the first requests run code that is not yet compiled.
 */
async function cost(request: () => Request, enough = maxCost): Promise<number> {
  for (let round = 0; ; round += 1) {
    const ofDocument = round === 0 ? idleDocumentMs : cpuOfDocument()
    const one = request()
    const startMs = cpuMs()
    await api(one, bindings)
    const ratio = (cpuMs() - startMs) / ofDocument
    if (ratio < enough || round === 10) return ratio
  }
}

const pathOf = (path: string, id = 'x') => path.replaceAll(/\{\w+\}/g, id)

describe.each(jsonEndpoints)('$operationId', ({ operationId, method, path, schema, limit, properties }) => {
  const bodies = worstBodies(limit, properties)
  const isBatch = operationId === 'batchCreateOperations'
  const bound = isBatch ? maxBatchCost : maxCost

  // Of a batch, the contract states how many values its operations may have together.
  if (!isBatch) {
    it('accepts the largest body that its schema allows', () => {
      expect(limit.values).toBeGreaterThanOrEqual(mostValues(schema))
    })
  }

  it('refuses a body with many violations, long names and deep nesting within the limits of time and size', async () => {
    for (const [title, body] of bodies) {
      const length = Buffer.byteLength(body)
      expect(length, title).toBeLessThanOrEqual(limit.bytes)
      const headers = {
        authorization: `Bearer ${service.apiKey}`,
        'content-type': 'application/json',
        'content-length': String(length),
      }
      const init: RequestInit = { method, headers, body }
      const request = () => new Request(service.url + pathOf(path), init)
      const response = await api(request(), bindings)
      const text = await response.text()
      expect([400, 404, 413, 422], title).toContain(response.status)
      expect(Buffer.byteLength(text), title).toBeLessThan(maxResponseBytes)
      expect(JSON.parse(text).errors?.length ?? 0, title).toBeLessThanOrEqual(100)
      expect(await cost(request, bound), title).toBeLessThan(bound)
    }
  })
})

describe.each(endpoints)('$operationId', ({ method, path, operation }) => {
  const body = operation.requestBody?.required ? { body: '{}' } : {}
  const credential = { authorization: `Bearer ${service?.apiKey}`, 'content-type': 'application/json' }
  const request =
    (at: string, headers: Record<string, string> = {}) =>
    () =>
      new Request(service.url + at, { method, ...body, headers: { ...credential, ...headers } })

  it('responds to long queries, paths and headers within the limit of time', async () => {
    for (const [title, query] of worstQueries) {
      expect(await cost(request(`${pathOf(path)}?${query}`)), title).toBeLessThan(maxCost)
    }
    for (const [title, id] of path.includes('{') ? worstPaths : []) {
      expect(await cost(request(pathOf(path, id))), title).toBeLessThan(maxCost)
    }
    for (const [name, value] of worstHeaders) {
      expect(await cost(request(pathOf(path), { [name]: value })), name).toBeLessThan(maxCost)
    }
  })
})

it('survives with a small heap when a read-only key sends all of these concurrently', async () => {
  await using rig = await openRig()
  const key = 'reader-0123456789abcdef'
  const { url, printed } = await rig.startApi({
    API_KEYS: `reader:${key}:operations:read`,
    NODE_OPTIONS: '--max-old-space-size=96',
  })
  const large = `{"${'a'.repeat(500_000)}":[${Array(80_000).fill('1e999')}]}`
  for (const { method, path, limit, properties } of jsonEndpoints) {
    const responses = worstBodies(limit, properties).map(([, body]) =>
      send(url, { method, path: pathOf(path), key, body }),
    )
    for (const { status } of await Promise.all(responses)) expect([400, 403, 404, 413, 422]).toContain(status)
    // The connection may end before the whole body is sent.
    await send(url, { method, path: pathOf(path), key, body: large }).catch(() => {})
  }
  expect((await send(url, { path: '/healthz' })).status).toBe(200)
  expect(printed()).not.toMatch(/heap|memory/i)
})

/** The largest number of values in a body that conforms to its schema. */
function mostValues(schema: Schema): number {
  const {
    properties = {},
    items,
    maxItems,
    additionalProperties,
    maxProperties,
  } = resolved(schema) as {
    properties?: Record<string, Schema>
    items?: Schema
    maxItems?: number
    additionalProperties?: Schema | false
    maxProperties?: number
  }
  const ofProperties = Object.values(properties).reduce((sum, property) => sum + mostValues(property), 0)
  const ofItems = items ? mostValues(items) * (maxItems ?? Number.POSITIVE_INFINITY) : 0
  const ofMap = additionalProperties
    ? mostValues(additionalProperties) * (maxProperties ?? Number.POSITIVE_INFINITY)
    : 0
  return 1 + ofProperties + ofItems + ofMap
}
