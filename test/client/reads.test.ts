import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createCalls } from '../../client/calls.ts'
import { createClient } from '../../client/index.ts'
import { createReads } from '../../client/reads.ts'
import { startTestService, type TestService } from '../support/service.ts'

const report = {
  reportType: 'SALES_BY_COUNTRY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const

let service: TestService
let ids: string[]
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api' })
  const longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
  const items = Array.from({ length: 1000 }, () => ({ type: 'generateReport', input: report }) as const)
  const batches = [await longrun.batchCreate(items), await longrun.batchCreate(items)]
  ids = batches.flatMap(({ results }) => results.map(({ operation }) => operation?.id ?? ''))
})
afterAll(() => service.close())

let requests: string[]
let inFlight: number
let most: number
let hold: Promise<unknown>
const reads = () =>
  createReads(
    createCalls({
      baseUrl: service.url,
      apiKey: service.apiKey,
      async fetch(request) {
        requests.push(`${request.method} ${new URL(request.url).pathname.replace('/api/v1/operations', '')}`)
        inFlight += 1
        most = Math.max(most, inFlight)
        try {
          await Promise.race([hold, new Promise((_, reject) => request.signal.addEventListener('abort', reject))])
          return await fetch(request)
        } finally {
          inFlight -= 1
        }
      },
    }),
  )
beforeEach(() => {
  requests = []
  inFlight = 0
  most = 0
  hold = Promise.resolve()
})
const { signal } = new AbortController()
const unknown = 'op_01890000-0000-7000-8000-000000000000'

it('one operation is read by GET, with its ETag', async () => {
  const { read } = reads()
  const { operation, etag } = await read(ids[0] ?? '', undefined, signal)
  expect(operation?.operationId).toBe(ids[0])
  expect(etag).toBeDefined()
  expect(await read(ids[0] ?? '', etag, signal)).toMatchObject({ etag, askAgainMs: expect.any(Number) })
  expect(requests).toEqual([`GET /${ids[0]}`, `GET /${ids[0]}`])
})

it('those that are wanted at once, or during a read, are read together', async () => {
  const { read } = reads()
  const released = Promise.withResolvers<void>()
  hold = released.promise
  const first = [0, 1].map((index) => read(ids[index] ?? '', undefined, signal))
  await expect.poll(() => requests.length).toBe(1)
  const next = [2, 3, 4, 2].map((index) => read(ids[index] ?? '', undefined, signal))
  released.resolve()
  const found = (await Promise.all([...first, ...next])).map(({ operation }) => operation?.operationId)
  expect(found).toEqual([0, 1, 2, 3, 4, 2].map((index) => ids[index]))
  expect(requests).toEqual(['POST :batchGet', 'POST :batchGet'])
  expect(most).toBe(1)
})

it('more than 1,000 take one request for each 1,000, one after the other', async () => {
  const { read } = reads()
  const found = await Promise.all(ids.map((id) => read(id, undefined, signal)))
  expect(found.map(({ operation }) => operation?.operationId)).toEqual(ids)
  expect(found.every(({ askAgainMs }) => (askAgainMs ?? 0) >= 1000)).toBe(true)
  expect(requests).toEqual(['POST :batchGet', 'POST :batchGet'])
  expect(most).toBe(1)
})

it('one that is not found rejects alone, with the problem of the service', async () => {
  const { read } = reads()
  const [one, missing, other] = [ids[0] ?? '', unknown, ids[1] ?? ''].map((id) => read(id, undefined, signal))
  await expect(missing).rejects.toMatchObject({ status: 404, code: 'OPERATION_NOT_FOUND' })
  expect((await one)?.operation?.operationId).toBe(ids[0])
  expect((await other)?.operation?.operationId).toBe(ids[1])
  expect(requests).toEqual(['POST :batchGet', `GET /${unknown}`])
})

it('a request ends when nobody waits for it any longer, and no earlier', async () => {
  const { read } = reads()
  hold = new Promise(() => {})
  const [one, other] = [new AbortController(), new AbortController()]
  const ended = [one, other].map((each, index) => read(ids[index] ?? '', undefined, each.signal))
  await expect.poll(() => inFlight).toBe(1)
  one.abort(new Error('enough'))
  await expect(ended[0]).rejects.toThrow('enough')
  expect(inFlight).toBe(1)
  other.abort(new Error('enough too'))
  await expect(ended[1]).rejects.toThrow('enough too')
  await expect.poll(() => inFlight).toBe(0)
  hold = Promise.resolve()
  expect((await read(ids[2] ?? '', undefined, signal)).operation?.operationId).toBe(ids[2])
  expect(requests).toHaveLength(2)
})

it('a refusal of the request rejects all, and later reads are sent', async () => {
  const refused = createReads(createCalls({ baseUrl: service.url, apiKey: 'not-a-key' }))
  const all = await Promise.allSettled(ids.slice(0, 3).map((id) => refused.read(id, undefined, signal)))
  const problem = { status: 'rejected', reason: expect.objectContaining({ code: 'UNAUTHENTICATED' }) }
  expect(all).toEqual([problem, problem, problem])
  await expect(refused.read(ids[0] ?? '', undefined, signal)).rejects.toMatchObject({ status: 401 })
})
