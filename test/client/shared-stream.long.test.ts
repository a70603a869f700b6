import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient, type Longrun, type OperationHandle } from '../../client/index.ts'
import { onDatabase } from '../http/database.ts'
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
  proxy = await flakyProxy(service.url)
  history = historian(service)
})
afterAll(async () => {
  await history.close()
  await proxy.close()
  await service.close()
})

type Handle = OperationHandle<'generateReport'>

let longrun: Longrun
beforeEach(() => {
  proxy.faults.length = 0
  proxy.cuts.length = 0
  proxy.behaviour.ofStreams = 'open'
  longrun = createClient({ baseUrl: proxy.url, apiKey: service.apiKey })
  proxy.requests.length = 0
})

const submit = () => longrun.generateReport(report)
/** New operations; only later requests are counted. */
async function submitted(count: number): Promise<Handle[]> {
  const handles = await Promise.all(Array.from({ length: count }, submit))
  proxy.requests.length = 0
  return handles
}
const ownStreams = () => proxy.requests.filter(({ path }) => path.endsWith('/stream'))
const sharedStreams = () => proxy.requests.filter(({ path }) => path.includes('/operations/stream?'))
const reads = () => proxy.requests.filter(({ path }) => !path.includes('stream'))
const streamsOpen = (count: number) => expect.poll(() => proxy.openStreams.size).toBe(count)
/** Resolves when the shared stream is open and all operations were read after that. */
const sharing = async () => {
  await expect.poll(() => sharedStreams().length > 0 && reads().length > 0).toBe(true)
  await streamsOpen(1)
}
const cancelled = { name: 'OperationCancelled' }
const endOf = (handle: Handle, signal?: AbortSignal) =>
  expect(handle.result({ signal })).rejects.toMatchObject(cancelled)

describe('operations that a client follows at the same time', () => {
  it('share one stream and one read', async () => {
    const handles = await submitted(2)
    const ends = handles.map((handle) => endOf(handle))
    await sharing()
    await history.end(handles.map(({ id }) => id))
    await Promise.all(ends)
    expect(sharedStreams()).toHaveLength(1)
    expect(ownStreams()).toHaveLength(0)
    // The first read, when the stream was open, and one or two for the ends.
    expect(reads().length).toBeLessThanOrEqual(3)
    expect(reads()[0]?.path).toContain(':batchGet')
    await streamsOpen(0)
  })

  it('yield each progress, like one operation', async () => {
    const handles = await submitted(2)
    const other = endOf(handles[1] as Handle)
    const seen: [string, number][] = []
    for await (const { status, progress } of handles[0] as Handle) {
      seen.push([status, progress.percentage])
      if (status === 'PENDING') await history.start(handles[0]?.id ?? '')
      else if (progress.percentage < 30) await history.progress(handles[0]?.id ?? '', progress.percentage + 10)
      else await history.end(handles.map(({ id }) => id))
    }
    await other
    expect(seen).toEqual([
      ['PENDING', 0],
      ['RUNNING', 0],
      ['RUNNING', 10],
      ['RUNNING', 20],
      ['RUNNING', 30],
      ['CANCELLED', 30],
    ])
  })

  it('move from the stream of the first one to the shared one when the second one joins', async () => {
    const [first, second] = (await submitted(2)) as [Handle, Handle]
    const ends = [endOf(first)]
    await expect.poll(() => ownStreams().length).toBe(1)
    await streamsOpen(1)
    ends.push(endOf(second))
    await sharing()
    await history.end([first.id, second.id])
    await Promise.all(ends)
    expect(ownStreams()).toHaveLength(1)
    expect(sharedStreams()).toHaveLength(1)
  })

  it('are read when they join later, also what happened before', async () => {
    const handles = await submitted(4)
    const [early, late] = [handles.slice(0, 2), handles.slice(2)]
    const ends = early.map((handle) => endOf(handle))
    await sharing()
    await history.end(late.map(({ id }) => id))
    await Promise.all(late.map((handle) => endOf(handle)))
    await history.end(early.map(({ id }) => id))
    await Promise.all(ends)
    expect(sharedStreams()).toHaveLength(1)
  })

  it('leave alone: one aborted signal or left loop does not affect the others', async () => {
    const [one, other, left] = (await submitted(3)) as [Handle, Handle, Handle]
    const leaving = new AbortController()
    const aborted = expect(one.result({ signal: leaving.signal })).rejects.toThrow('enough')
    const end = endOf(other)
    const leftLoop = (async () => {
      for await (const { status } of left) if (status === 'RUNNING') break
    })()
    await sharing()
    await history.start(left.id)
    await leftLoop
    leaving.abort(new Error('enough'))
    await aborted
    await history.end(other.id)
    await end
    await streamsOpen(0)
    // It may be followed again.
    await history.end(one.id)
    await endOf(one)
  })

  it('keep the stream for the next ones', async () => {
    const handles = await submitted(4)
    for (const pair of [handles.slice(0, 2), handles.slice(2)]) {
      const ends = pair.map((handle) => endOf(handle))
      await sharing()
      await history.end(pair.map(({ id }) => id))
      await Promise.all(ends)
    }
    expect(sharedStreams()).toHaveLength(1)
    await streamsOpen(0)
  })

  it('may be the same operation with two handles', async () => {
    const { id } = await submit()
    const handles = [await longrun.operation(id), await longrun.operation(id)] as Handle[]
    proxy.requests.length = 0
    const ends = handles.map((handle) => endOf(handle))
    await sharing()
    await history.end(id)
    await Promise.all(ends)
  })

  it('receive few other events of the owner: a filter is as narrow as the operations allow', async () => {
    const { results } = await longrun.batchCreate([
      { type: 'generateReport', input: report },
      { type: 'exportCustomers', input: { format: 'CSV' } },
    ])
    const batched = results.map(({ operation }) => operation as Handle)
    const batchId = batched[0]?.snapshot.batchId ?? ''
    proxy.requests.length = 0
    const ends = batched.map((handle) => endOf(handle))
    await sharing()
    expect(sharedStreams().at(-1)?.path).toContain(`stream?batchId=${batchId}`)
    // An operation that does not match joins: the stream is opened again, for all.
    const [other] = (await submitted(1)) as [Handle]
    ends.push(endOf(other))
    await expect.poll(() => sharedStreams().length).toBe(1)
    await expect.poll(() => reads().length).toBe(1)
    expect(sharedStreams().at(-1)?.path).toMatch(/stream\?$/)
    expect(sharedStreams().at(-1)?.headers).not.toHaveProperty('last-event-id')
    await history.end([other, ...batched].map(({ id }) => id))
    await Promise.all(ends)
    const alike = await submitted(2)
    await streamsOpen(0)
    const likewise = alike.map((handle) => endOf(handle))
    await expect.poll(() => sharedStreams().length).toBe(1)
    expect(sharedStreams().at(-1)?.path).toContain('stream?type=generateReport')
    await history.end(alike.map(({ id }) => id))
    await Promise.all(likewise)
  })

  it('ignore the events of operations that are not followed', async () => {
    const handles = await submitted(2)
    const foreign = await submitted(20)
    const ends = handles.map((handle) => endOf(handle))
    await sharing()
    const before = reads().length
    for (const { id } of foreign) await history.start(id)
    await history.end(foreign.map(({ id }) => id))
    await history.end(handles.map(({ id }) => id))
    await Promise.all(ends)
    expect(reads().length - before).toBeLessThanOrEqual(2)
    expect(foreign.every(({ snapshot }) => snapshot.status === 'PENDING')).toBe(true)
  })

  it('that were deleted fail alone', async () => {
    const [unknown, purged, there] = (await submitted(3)) as [Handle, Handle, Handle]
    await onDatabase(service, `delete from operations where operation_id = '${unknown.id.slice(-36)}'`)
    const same = await longrun.operation(purged.id)
    await same.cancel()
    await same.purge()
    proxy.requests.length = 0
    const end = endOf(there)
    await Promise.all([
      expect(unknown.result()).rejects.toMatchObject({ code: 'OPERATION_NOT_FOUND' }),
      expect(purged.result()).rejects.toMatchObject({ name: 'OperationExpired' }),
    ])
    await history.end(there.id)
    await end
  })
})
