import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient, type Longrun, type OperationHandle } from '../../client/index.ts'
import { createDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { flakyProxy } from './flaky-proxy.ts'
import { historian } from './history.ts'

const report = {
  reportType: 'SALES_BY_COUNTRY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const

let service: TestService
let proxy: Awaited<ReturnType<typeof flakyProxy>>
let history: ReturnType<typeof historian>
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api' })
  history = historian(service)
})
afterAll(async () => {
  await history.close()
  await proxy.close()
  await service.close()
})

type Handle = OperationHandle<'generateReport'>

let longrun: Longrun
beforeEach(async () => {
  await proxy?.close()
  proxy = await flakyProxy(service.url)
  longrun = createClient({ baseUrl: proxy.url, apiKey: service.apiKey })
})

/** New operations; only later requests are counted. */
async function batchOf(count: number): Promise<Handle[]> {
  const items = Array.from({ length: count }, () => ({ type: 'generateReport', input: report }) as const)
  const { results } = await longrun.batchCreate(items)
  proxy.requests.length = 0
  return results.map(({ operation }) => operation as Handle)
}

const idsOf = (handles: readonly Handle[]) => handles.map(({ id }) => id)
const streams = () => proxy.requests.filter(({ path }) => path.includes('/stream'))
const reads = () => proxy.requests.filter(({ path }) => !path.includes('/stream'))
const cancelled = { name: 'OperationCancelled' }
const endOf = (handle: Handle) => expect(handle.result()).rejects.toMatchObject(cancelled)
const endsOf = (handles: readonly Handle[]) => handles.map(endOf)
/** Resolves when the shared stream is open and all operations were read after that. */
async function sharing() {
  await expect.poll(() => streams().length > 0 && reads().length > 0).toBe(true)
  await expect.poll(() => proxy.openStreams.size).toBe(1)
}
const problem = (status: number, code: string, retryAfter?: number) => ({
  status,
  contentType: 'application/problem+json',
  body: JSON.stringify({ type: `/problems/${code}`, title: code, code }),
  ...(retryAfter === undefined ? {} : { retryAfter }),
})
/** Milliseconds between the requests. */
const pauses = (requests: readonly { at: number }[]) =>
  requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0))

describe('1,000 operations that a client awaits', () => {
  it('need two connections and few requests', async () => {
    const handles = await batchOf(1000)
    const ends = endsOf(handles)
    await sharing()
    // In parts, as workers end them.
    for (let from = 0; from < 1000; from += 100) {
      const part = idsOf(handles.slice(from, from + 100))
      await history.start(part)
      await history.end(part)
    }
    await Promise.all(ends)
    expect(streams()).toHaveLength(1)
    expect(proxy.connections.most).toBeLessThanOrEqual(2)
    expect(reads().length).toBeLessThan(200)
  })

  it('are read at most once a second where streams are refused', async () => {
    proxy.behaviour.ofStreams = 'refused'
    const handles = await batchOf(1000)
    const ends = endsOf(handles)
    await expect.poll(() => reads().length).toBeGreaterThanOrEqual(2)
    await history.end(idsOf(handles.slice(0, 500)))
    await Promise.all(ends.slice(0, 500))
    await history.end(idsOf(handles.slice(500)))
    await Promise.all(ends)
    expect(proxy.connections.most).toBeLessThanOrEqual(2)
    expect(reads().every(({ path }) => path.endsWith(':batchGet'))).toBe(true)
    // A timer may end a moment early.
    expect(Math.min(...pauses(reads()))).toBeGreaterThanOrEqual(990)
  })
})

describe('operations that share a stream', () => {
  it('miss nothing when the connection breaks, at any byte', async () => {
    proxy.cuts.push(3, 200, 1200, 3000, 3001)
    const handles = await batchOf(20)
    const ends = endsOf(handles)
    for (const handle of handles) await history.start(handle.id)
    await expect.poll(() => proxy.cuts.length).toBeLessThan(5)
    for (let percentage = 1; percentage <= 20; percentage++) {
      for (const { id } of handles.slice(0, 5)) await history.progress(id, percentage)
    }
    for (const handle of handles) await history.end(handle.id)
    await Promise.all(ends)
    expect(handles.every(({ snapshot }) => snapshot.status === 'CANCELLED')).toBe(true)
  })

  it('continue after the cursor when the connection breaks, without a read', async () => {
    const handles = await batchOf(3)
    const ends = endsOf(handles)
    await sharing()
    await history.start(handles[0]?.id ?? '')
    await expect.poll(() => handles[0]?.snapshot.status).toBe('RUNNING')
    const before = reads().length
    for (const stream of proxy.openStreams) stream.socket.destroy()
    await expect.poll(() => streams().length).toBe(2)
    expect(streams()[1]?.headers['last-event-id']).toBeDefined()
    await expect.poll(() => proxy.openStreams.size).toBe(1)
    expect(reads()).toHaveLength(before)
    await history.end(idsOf(handles))
    await Promise.all(ends)
  })

  it('are polled when the cursor has expired', async () => {
    const handles = await batchOf(3)
    const ends = endsOf(handles)
    await sharing()
    await history.start(handles[0]?.id ?? '')
    await expect.poll(() => handles[0]?.snapshot.status).toBe('RUNNING')
    proxy.faults.push(problem(410, 'CURSOR_GONE'))
    for (const stream of proxy.openStreams) stream.socket.destroy()
    await history.end(idsOf(handles))
    await Promise.all(ends)
    expect(streams().map(({ headers }) => headers['last-event-id'] !== undefined)).toEqual([false, true])
  })

  it.each([
    ['429', problem(429, 'RATE_LIMITED', 1)],
    ['403', problem(403, 'INSUFFICIENT_SCOPE')],
    ['404', problem(404, 'NOT_FOUND')],
  ])('are polled together where the service refuses the stream with %s', async (_, answer) => {
    proxy.behaviour.ofOwnerStreams = answer
    const handles = await batchOf(10)
    const ends = endsOf(handles)
    await expect.poll(() => reads().length).toBeGreaterThanOrEqual(2)
    await history.end(idsOf(handles))
    await Promise.all(ends)
    expect(streams().length).toBeLessThanOrEqual(2)
    const together = reads().filter(({ path }) => path.endsWith(':batchGet'))
    expect(Math.min(...pauses(together))).toBeGreaterThanOrEqual(990)
    // If a read found all but a few at their end, each of these few has a long poll.
    expect(reads().length - together.length).toBeLessThanOrEqual(4)
    // An operation alone still has a stream.
    const [last] = (await batchOf(1)) as [Handle]
    const end = endOf(last)
    await expect.poll(() => streams().filter(({ path }) => path.endsWith('/stream')).length).toBe(1)
    await history.end(last.id)
    await end
  })

  it('keep their own stream while the shared one cannot be opened', async () => {
    proxy.behaviour.ofOwnerStreams = problem(429, 'RATE_LIMITED', 60)
    const [first, second] = (await batchOf(2)) as [Handle, Handle]
    const ends = [endOf(first)]
    await expect.poll(() => proxy.openStreams.size).toBe(1)
    ends.push(endOf(second))
    await expect.poll(() => streams().length).toBe(2)
    await history.end([first.id, second.id])
    await Promise.all(ends)
    expect(streams()).toHaveLength(2)
  })

  it('are polled while a proxy buffers the stream, and use it as soon as it works', async () => {
    proxy.behaviour.ofStreams = 'held back'
    const handles = await batchOf(6)
    const ends = endsOf(handles)
    await history.end(idsOf(handles.slice(0, 3)))
    await Promise.all(ends.slice(0, 3))
    proxy.behaviour.ofStreams = 'open'
    await expect.poll(() => streams().length, { timeout: 20_000 }).toBe(2)
    await expect.poll(() => proxy.openStreams.size).toBe(1)
    await history.end(idsOf(handles.slice(3)))
    await Promise.all(ends)
  })

  it('use long polls where streams are refused and they are few', async () => {
    proxy.behaviour.ofStreams = 'refused'
    const handles = await batchOf(3)
    await Promise.all(handles.map((handle) => handle.refresh()))
    const ends = endsOf(handles)
    await expect.poll(() => reads().filter(({ headers }) => headers.prefer === 'wait=10').length).toBe(3)
    await history.end(idsOf(handles))
    await Promise.all(ends)
  })

  it('survive a restart of the service', async () => {
    const database = await createDatabase({ withSample: true })
    const first = await startTestService({ ROLES: 'api' }, database)
    const before = await flakyProxy(first.url)
    const writer = historian(first)
    const client = createClient({ baseUrl: before.url, apiKey: first.apiKey })
    const items = Array.from({ length: 10 }, () => ({ type: 'generateReport', input: report }) as const)
    const handles = (await client.batchCreate(items)).results.map(({ operation }) => operation as Handle)
    const ends = endsOf(handles)
    await expect.poll(() => before.openStreams.size).toBe(1)
    const closed = first.close()
    before.behaviour.to = 'http://127.0.0.1:1'
    await closed
    await writer.end(idsOf(handles.slice(0, 5)))
    const second = await startTestService({ ROLES: 'api' }, database)
    before.behaviour.to = second.url
    await Promise.all(ends.slice(0, 5))
    await writer.end(idsOf(handles.slice(5)))
    await Promise.all(ends)
    await before.close()
    await writer.close()
    await second.close()
    await database.drop()
  })
})
