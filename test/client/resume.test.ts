import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import {
  createClient,
  type Longrun,
  LongrunProblem,
  OperationExpired,
  type OperationHandle,
  OperationTypeMismatch,
  type Transferred,
} from '../../client/index.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { flakyProxy } from './flaky-proxy.ts'

const report = {
  reportType: 'ORDERS_SUMMARY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const

let service: TestService
let proxy: Awaited<ReturnType<typeof flakyProxy>>
let longrun: Longrun
let folder: string
beforeAll(async () => {
  service = await startTestService()
  proxy = await flakyProxy(service.url)
  longrun = createClient({ baseUrl: proxy.url, apiKey: service.apiKey })
  folder = await mkdtemp(join(tmpdir(), 'longrun-client-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await proxy.close()
  await service.close()
})
beforeEach(() => {
  proxy.faults.length = 0
  proxy.requests.length = 0
})

const inAnHour = () => ({ startAfter: new Date(Date.now() + 3_600_000) })

describe('a handle as JSON', () => {
  it('is resumed by another client, with its type', async () => {
    const text = JSON.stringify({ report: await longrun.generateReport(report) })
    expect(Object.keys(JSON.parse(text).report)).toEqual(['id', 'type'])
    const other = createClient({ baseUrl: service.url, apiKey: service.apiKey })
    const resumed = await other.fromJSON<'generateReport'>(JSON.parse(text).report)
    expectTypeOf(resumed).toEqualTypeOf<OperationHandle<'generateReport'>>()
    expect((await resumed.result()).rowCount).toBe(1687)
  })

  it('of another type is refused', async () => {
    const { id } = await longrun.generateReport(report)
    await expect(longrun.fromJSON({ id, type: 'importOrders' })).rejects.toThrow(OperationTypeMismatch)
  })

  it('has no secret', async () => {
    const webhook = { url: 'https://hooks.example.com/longrun' }
    const operation = await longrun.generateReport(report, { ...inAnHour(), webhook })
    expect(operation.snapshot.webhook).toHaveProperty('secret')
    expect(JSON.stringify(operation)).not.toContain('whsec_')
    await operation.cancel()
  })
})

describe('a deleted operation', () => {
  it('is OperationExpired, for a handle and for a new one', async () => {
    const operation = await longrun.generateReport(report)
    await operation.result()
    await operation.purge()
    const readings = await Promise.allSettled([
      operation.refresh(),
      longrun.operation(operation.id),
      longrun.fromJSON(operation.toJSON()),
    ])
    for (const { reason: error } of readings as PromiseRejectedResult[]) {
      expect(error).toBeInstanceOf(OperationExpired)
      expect(error).toBeInstanceOf(LongrunProblem)
      expect(error).toMatchObject({
        name: 'OperationExpired',
        code: 'OPERATION_EXPIRED',
        expiredAt: expect.any(String),
      })
    }
  })
})

describe('timeoutMs', () => {
  /** A service that accepts each request and never responds. */
  const silent = () => {
    const fetch = (request: Request) =>
      new Promise<Response>((_, reject) =>
        request.signal.addEventListener('abort', () => reject(request.signal.reason)),
      )
    return createClient({ baseUrl: 'http://localhost:1', apiKey: 'key', fetch })
  }
  const timeoutMs = 20

  it.each<[string, (longrun: Longrun) => Promise<unknown>]>([
    ['a submit', (longrun) => longrun.generateReport(report, { timeoutMs })],
    ['a validation', (longrun) => longrun.validate.generateReport(report, { timeoutMs })],
    ['a read', (longrun) => longrun.operation('op_1', undefined, { timeoutMs })],
    ['a list', (longrun) => longrun.orders({}, { timeoutMs }).next()],
    ['the operations', (longrun) => longrun.operations({}, { timeoutMs }).next()],
    ['the events', (longrun) => longrun.events({}, { timeoutMs }).next()],
    ['an upload', (longrun) => longrun.upload('x', { mediaType: 'text/csv', timeoutMs })],
    ['an endpoint', (longrun) => longrun.api.GET('/keys', { timeoutMs })],
  ])('ends %s with a TimeoutError', async (_, call) => {
    await expect(call(silent())).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('ends each call of a handle, and not the operation', async () => {
    const operation = await longrun.generateReport(report, inAnHour())
    await expect(operation.result({ timeoutMs })).rejects.toMatchObject({ name: 'ResultTimeout' })
    await expect(operation.updates({ timeoutMs }).next()).resolves.toMatchObject({ done: false })
    const waiting = (async () => {
      for await (const _ of operation.updates({ timeoutMs }));
    })()
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' })
    await expect(operation.download(join(folder, 'x'), { timeoutMs })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect((await operation.refresh()).done).toBe(false)
    await operation.cancel()
  })

  it('does not hide the reason of a signal, also of one that is aborted already', async () => {
    const reason = new Error('left the page')
    const gone = AbortSignal.abort(reason)
    await expect(silent().generateReport(report, { signal: gone, timeoutMs: 60_000 })).rejects.toBe(reason)
    const leaving = new AbortController()
    const call = silent().api.GET('/keys', { signal: leaving.signal, timeoutMs: 60_000 })
    leaving.abort(reason)
    await expect(call).rejects.toBe(reason)
  })
})

describe('progress', () => {
  it.each<[string, () => Parameters<Longrun['upload']>[0], number | undefined]>([
    ['a text', () => 'Row ID\n'.repeat(40_000), 280_000],
    ['bytes', () => new Uint8Array(280_000).fill(65), 280_000],
    ['a Blob', () => new Blob(['Row ID\n'.repeat(40_000)]), 280_000],
    ['a stream', () => new Blob(['Row ID\n'.repeat(40_000)]).stream(), undefined],
    ['nothing', () => '', 0],
  ])('of an upload of %s ends with its size', async (_, source, totalBytes) => {
    const seen: Transferred[] = []
    const upload = await longrun.upload(source(), { mediaType: 'text/csv', onProgress: (at) => seen.push(at) })
    expect(upload.size).toBe(totalBytes ?? 280_000)
    expect(seen.at(-1)?.bytes ?? 0).toBe(totalBytes ?? 280_000)
    expect(seen.map(({ bytes }) => bytes)).toEqual(seen.map(({ bytes }) => bytes).sort((one, other) => one - other))
    for (const at of seen) expect(at.totalBytes).toBe(totalBytes)
  })

  it('of a download continues after a broken connection', async () => {
    const operation = await longrun.generateReport(report)
    const { size } = await operation.result()
    const seen: Transferred[] = []
    proxy.faults.push({ cutAfter: 1000 })
    await operation.download(join(folder, 'cut.csv'), { onProgress: (at) => seen.push(at) })
    expect(seen.length).toBeGreaterThan(1)
    expect(seen.at(-1)).toEqual({ bytes: size, totalBytes: size })
  })
})

describe('the operations', () => {
  it('are handles, page by page', async () => {
    const labels = { run: crypto.randomUUID() }
    const submitted = await Promise.all([1, 2, 3].map(() => longrun.generateReport(report, { ...inAnHour(), labels })))
    proxy.requests.length = 0
    const found = []
    for await (const operation of longrun.operations({ label: [`run:${labels.run}`], pageSize: 2 })) {
      found.push(operation.id)
      await operation.cancel({ reason: 'test' })
    }
    expect(found.toSorted()).toEqual(submitted.map(({ id }) => id).toSorted())
    expect(proxy.requests.filter(({ path }) => path.startsWith('/api/v1/operations?'))).toHaveLength(2)
  })

  it('of a query that the service refuses are its problem', async () => {
    const refused = longrun.list('/operations', { params: { query: { pageSize: 0 } } }).next()
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  })
})
