import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient, type Longrun, type OperationEvent, type OperationHandle } from '../../client/index.ts'
import { onDatabase } from '../http/database.ts'
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
  proxy = await flakyProxy(service.url)
  history = historian(service)
})
afterAll(async () => {
  await history.close()
  await proxy.close()
  await service.close()
})

/** A new client: each client keeps its own state of whether streams work. */
let longrun: Longrun
let operation: OperationHandle<'generateReport'>
beforeEach(async () => {
  proxy.faults.length = 0
  proxy.cuts.length = 0
  proxy.behaviour.ofStreams = 'open'
  longrun = createClient({ baseUrl: proxy.url, apiKey: service.apiKey })
  operation = await longrun.generateReport(report)
  proxy.requests.length = 0
})

const streamRequests = () => proxy.requests.filter(({ path }) => path.endsWith('/stream'))
const sequencesOf = (events: OperationEvent[]) => events.map(({ sequence }) => sequence)
const upTo = (last: number) => Array.from({ length: last + 1 }, (_, index) => index)

/** Writes the complete history of an operation, of `lines` + 3 events. */
async function live(id: string, lines: number) {
  await history.start(id)
  await history.log(id, lines)
  await history.end(id)
}

describe('after an outage', () => {
  it('streams are used again within seconds, also by an operation that is polled once a minute', async () => {
    const startAfter = new Date(Date.now() + 3_600_000).toISOString()
    const late = await longrun.generateReport(report, { startAfter })
    const leaving = new AbortController()
    const statuses: string[] = []
    // The stream breaks, and nothing answers its next request.
    proxy.cuts.push(1)
    const reading = (async () => {
      for await (const { status } of late.updates({ signal: leaving.signal })) statuses.push(status)
    })()
    await expect.poll(() => streamRequests().length).toBe(1)
    proxy.behaviour.to = 'http://127.0.0.1:9'
    await expect.poll(() => streamRequests().length).toBe(2)
    proxy.behaviour.to = service.url
    await expect.poll(() => streamRequests().length, { timeout: 20_000 }).toBe(3)
    await late.cancel({ reason: 'test' })
    await reading
    expect(statuses).toEqual(['PENDING', 'CANCELLED'])
  })
})

describe('events', () => {
  it('are the past events and then the new ones, up to the end', async () => {
    await history.start(operation.id)
    const events: OperationEvent[] = []
    for await (const event of operation.events()) {
      events.push(event)
      if (event.sequence === 1) await history.progress(operation.id, 40)
      if (event.sequence === 2) await history.log(operation.id, 2)
      if (event.sequence === 4) await history.end(operation.id)
    }
    expect(events.map(({ event, status }) => [event, status])).toEqual([
      ['status-update', 'PENDING'],
      ['status-update', 'RUNNING'],
      ['status-update', 'RUNNING'],
      ['log', 'RUNNING'],
      ['log', 'RUNNING'],
      ['cancelled', 'CANCELLED'],
    ])
    expect(events[2]?.progress?.percentage).toBe(40)
    expect(sequencesOf(events)).toEqual(upTo(5))
    expect(streamRequests()).toHaveLength(1)
  })

  it('start after the given sequence; there are none after the last', async () => {
    await live(operation.id, 4)
    expect(sequencesOf(await Array.fromAsync(operation.events({ after: 3 })))).toEqual([4, 5, 6])
    expect(await Array.fromAsync(operation.events({ after: 6 }))).toEqual([])
  })

  it('arrive without gap or duplicate when the connection breaks, at any byte of the stream', async () => {
    await live(operation.id, 200)
    // In the first event, within a line, between events.
    proxy.cuts.push(20, 300, 1001, 4000, 4002, 9000, 12_345)
    const events = await Array.fromAsync(operation.events())
    expect(sequencesOf(events)).toEqual(upTo(202))
    expect(events).toEqual(await allOf(operation.id))
    const resumedAt = streamRequests().map(({ headers }) => Number(headers['last-event-id'] ?? -1))
    expect(resumedAt).toHaveLength(8)
    expect(resumedAt).toEqual(resumedAt.toSorted((one, other) => one - other))
  })

  it('continue from the history when reconnects fail', async () => {
    await history.start(operation.id)
    proxy.cuts.push(600)
    const events: number[] = []
    for await (const { sequence } of operation.events()) {
      events.push(sequence)
      if (sequence === 1) {
        proxy.faults.push({ status: 503, retryAfter: 1 }, 'lost', 'cut')
        await history.log(operation.id, 20)
        await history.end(operation.id)
      }
    }
    expect(events).toEqual(upTo(22))
  })

  it.each(['refused', 'held back'] as const)('are read from the history where streams are %s', async (fault) => {
    proxy.behaviour.ofStreams = fault
    await history.start(operation.id)
    const events: number[] = []
    for await (const { sequence } of operation.events()) {
      events.push(sequence)
      if (sequence === 1) await history.log(operation.id, 1500)
      if (sequence === 1501) await history.end(operation.id)
    }
    expect(events).toEqual(upTo(1502))
    expect(proxy.requests.some(({ path }) => path.includes('/events'))).toBe(true)
  })

  it('are streamed again once streams work again', async () => {
    proxy.behaviour.ofStreams = 'refused'
    const events: number[] = []
    let ended: Promise<void> | undefined
    for await (const { sequence } of operation.events()) {
      events.push(sequence)
      if (sequence === 0) {
        proxy.behaviour.ofStreams = 'open'
        await history.start(operation.id)
      }
      if (sequence === 1) ended = streamOpened().then(() => history.end(operation.id))
    }
    await ended
    expect(events).toEqual(upTo(2))
  })

  it('continue at another process when the first process stops', async () => {
    const database = await createDatabase({ withSample: true })
    const [first, second] = [
      await startTestService({ ROLES: 'api' }, database),
      await startTestService({ ROLES: 'api' }, database),
    ]
    const before = await flakyProxy(first.url)
    const writer = historian(first)
    const client = createClient({ baseUrl: before.url, apiKey: first.apiKey })
    const { id } = await client.generateReport(report)
    const followed = await client.operation(id)
    const events: number[] = []
    const results = followed.result().catch((error: Error) => error.name)
    for await (const { sequence } of followed.events()) {
      events.push(sequence)
      if (sequence === 0) await writer.start(id)
      if (sequence !== 1) continue
      const closed = first.close()
      before.behaviour.to = second.url
      await writer.log(id, 50)
      await writer.end(id)
      await closed
    }
    expect(events).toEqual(upTo(52))
    expect(await results).toBe('OperationCancelled')
    await before.close()
    await writer.close()
    await second.close()
    await database.drop()
  })

  it('throw the problem for an unknown sequence, an operation of another owner and a purged operation', async () => {
    const problem = { name: 'LongrunProblem', status: 410, code: 'CURSOR_GONE' }
    await expect(operation.events({ after: 7 }).next()).rejects.toMatchObject(problem)
    const stranger = createClient({ baseUrl: proxy.url, apiKey: service.otherKey })
    await expect(stranger.operation(operation.id)).rejects.toMatchObject({ status: 404 })
    await operation.cancel()
    await operation.purge()
    await expect(operation.events().next()).rejects.toMatchObject({ code: 'OPERATION_EXPIRED' })
    expect(streamRequests()).toHaveLength(2)
  })

  it('end when the signal is aborted or the loop is left, and release the connection', async () => {
    const leaving = new AbortController()
    const events = operation.events({ signal: leaving.signal })
    await events.next()
    const next = events.next()
    leaving.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
    await noStreamIsOpen()
    for await (const { sequence } of operation.events()) if (sequence === 0) break
    await noStreamIsOpen()
  })

  it('end when the signal is aborted where streams do not work', async () => {
    proxy.behaviour.ofStreams = 'refused'
    const signal = AbortSignal.timeout(300)
    await expect(Array.fromAsync(operation.events({ signal }))).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})

describe('subscribing to a handle', () => {
  it('yields each progress as it happens, and reads the operation only when its status changes', async () => {
    const seen: [string, number][] = []
    for await (const { status, progress } of operation) {
      seen.push([status, progress.percentage])
      if (status === 'PENDING') await history.start(operation.id)
      else if (progress.percentage < 50) await history.progress(operation.id, progress.percentage + 10)
      else await history.end(operation.id)
    }
    expect(seen).toEqual([
      ['PENDING', 0],
      ...[0, 10, 20, 30, 40, 50].map((percentage) => ['RUNNING', percentage]),
      ['CANCELLED', 50],
    ])
    expect(proxy.requests.filter(({ path }) => !path.endsWith('/stream'))).toHaveLength(2)
  })

  it('shares one connection among all subscribers, which see the end at once', async () => {
    const ends = [operation.result(), operation.result(), operation.result()].map((end) => end.catch(() => 0))
    await streamOpened()
    const before = performance.now()
    await history.end(operation.id)
    await Promise.all(ends)
    expect(performance.now() - before).toBeLessThan(1500)
    expect(streamRequests()).toHaveLength(1)
    await noStreamIsOpen()
  })

  it('continues for other subscribers when one leaves', async () => {
    const leaving = new AbortController()
    const left = operation.result({ signal: leaving.signal })
    const staying = operation.result()
    await streamOpened()
    leaving.abort(new Error('enough'))
    await expect(left).rejects.toThrow('enough')
    await history.end(operation.id)
    await expect(staying).rejects.toMatchObject({ name: 'OperationCancelled' })
    expect(streamRequests()).toHaveLength(1)
  })

  it('to a found operation yields no state older than the snapshot', async () => {
    await history.start(operation.id)
    for (const percentage of [10, 20, 30]) await history.progress(operation.id, percentage)
    const found = await longrun.operation(operation.id)
    const percentages: number[] = []
    for await (const { progress } of found) {
      percentages.push(progress.percentage)
      if (percentages.length === 1) await history.progress(operation.id, 40)
      if (progress.percentage === 40) await history.end(operation.id)
    }
    expect(percentages).toEqual([30, 40, 40])
  })

  it.each(['refused', 'held back'] as const)('polls where streams are %s', async (fault) => {
    proxy.behaviour.ofStreams = fault
    const statuses: string[] = []
    for await (const { status } of operation) {
      statuses.push(status)
      if (status === 'PENDING') await history.start(operation.id)
      if (status === 'RUNNING') await history.end(operation.id)
    }
    expect(statuses).toEqual(['PENDING', 'RUNNING', 'CANCELLED'])
  })

  it('throws a permanent refusal to all subscribers', async () => {
    const waiting = Promise.allSettled([operation.result(), operation.result()])
    await streamOpened()
    await onDatabase(service, `delete from operations where operation_id = '${operation.id.slice(-36)}'`)
    for (const stream of proxy.openStreams) stream.socket.destroy()
    const notFound = { status: 'rejected', reason: expect.objectContaining({ code: 'OPERATION_NOT_FOUND' }) }
    expect(await waiting).toEqual([notFound, notFound])
  })
})

async function allOf(id: string): Promise<OperationEvent[]> {
  const path = { operationId: id }
  const { data } = await longrun.api.GET('/operations/{operationId}/events', {
    params: { path, query: { pageSize: 1000 } },
  })
  return data?.events ?? []
}

async function streamOpened() {
  await expect.poll(() => proxy.openStreams.size, { timeout: 20_000 }).toBe(1)
}

async function noStreamIsOpen() {
  await expect.poll(() => proxy.openStreams.size).toBe(0)
}
