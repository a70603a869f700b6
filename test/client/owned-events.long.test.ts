import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createClient, type Longrun, type OwnedEvent } from '../../client/index.ts'
import { ownedEvents } from '../../client/owned-events.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { flakyProxy } from './flaky-proxy.ts'
import { historian } from './history.ts'

const report = {
  reportType: 'SALES_BY_COUNTRY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const

describe('events of all operations', () => {
  let service: TestService
  let proxy: Awaited<ReturnType<typeof flakyProxy>>
  let history: ReturnType<typeof historian>
  let longrun: Longrun
  beforeAll(async () => {
    service = await startTestService({ ROLES: 'api' })
    proxy = await flakyProxy(service.url)
    history = historian(service)
    longrun = createClient({ baseUrl: proxy.url, apiKey: service.apiKey })
  })
  afterEach(() => {
    proxy.cuts.length = 0
  })
  afterAll(async () => {
    await history.close()
    await proxy.close()
    await service.close()
  })

  /** Submits operations with a label of the test, and streams only their events. */
  async function inRun(operations: number) {
    const run = crypto.randomUUID()
    const submit = () => longrun.generateReport(report, { labels: { run } })
    const ids = (await Promise.all(Array.from({ length: operations }, submit))).map(({ id }) => id)
    return { ids, filter: { label: [`run:${run}`] } }
  }

  /** The events up to the end of that many operations. */
  async function upToEnds(events: AsyncIterable<OwnedEvent>, ends: number): Promise<OwnedEvent[]> {
    const seen: OwnedEvent[] = []
    let ended = 0
    for await (const event of events) {
      seen.push(event)
      if (event.event === 'cancelled') ended += 1
      if (ended === ends) break
    }
    return seen
  }

  const sequencesOf = (events: OwnedEvent[], id: string) =>
    events.filter(({ operationId }) => operationId === id).map(({ sequence }) => sequence)

  it('arrive once each, in order per operation, when the connection breaks', async () => {
    const { ids, filter } = await inRun(3)
    proxy.cuts.push(10, 900, 3000, 3100, 5000)
    const reading = upToEnds(longrun.events(filter), ids.length)
    await expect.poll(() => proxy.cuts.length).toBeLessThan(5)
    for (const id of ids) await history.start(id)
    for (let round = 0; round < 10; round++) for (const id of ids) await history.log(id, 2)
    for (const id of ids) await history.end(id)
    const events = await reading
    // The operation may be created before the stream began.
    for (const id of ids) {
      const sequences = sequencesOf(events, id).filter((sequence) => sequence > 0)
      expect(sequences).toEqual(Array.from({ length: 22 }, (_, index) => index + 1))
    }
  })

  it('continue after a cursor', async () => {
    const { ids, filter } = await inRun(1)
    const [id = ''] = ids
    let cursor = ''
    for await (const event of longrun.events(filter)) {
      cursor = event.cursor
      if (event.sequence === 0) await history.start(id)
      if (event.sequence === 1) break
    }
    await history.log(id, 3)
    await history.end(id)
    const rest = await upToEnds(longrun.events(filter, { after: cursor }), 1)
    expect(sequencesOf(rest, id)).toEqual(expect.arrayContaining([2, 3, 4, 5]))
  })

  it('match the filter and belong to the owner', async () => {
    const { ids, filter } = await inRun(2)
    const reading = upToEnds(longrun.events({ ...filter, type: 'generateReport', status: ['CANCELLED'] }), 2)
    await expect.poll(() => proxy.openStreams.size).toBe(1)
    for (const id of ids) {
      await history.start(id)
      await history.end(id)
    }
    expect((await reading).map(({ event }) => event)).toEqual(['cancelled', 'cancelled'])
    const stranger = createClient({ baseUrl: proxy.url, apiKey: service.otherKey })
    const signal = AbortSignal.timeout(1000)
    await expect(stranger.events({}, { signal }).next()).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('end when the loop is left or the signal is aborted, and release the connection', async () => {
    const leaving = new AbortController()
    const next = longrun.events({ type: 'importOrders' }, { signal: leaving.signal }).next()
    await expect.poll(() => proxy.openStreams.size).toBe(1)
    leaving.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
    await expect.poll(() => proxy.openStreams.size).toBe(0)
  })

  it('throw the problem of a refused stream', async () => {
    const { apiKey } = service
    await expect(longrun.events({}, { after: 'forged' }).next()).rejects.toMatchObject({ status: 400 })
    const keyless = createClient({ baseUrl: proxy.url, apiKey: `${apiKey}x` })
    await expect(keyless.events().next()).rejects.toMatchObject({ status: 401 })
  })
})

describe('a reader of all events', () => {
  const responders: ((outgoing: ServerResponse) => void)[] = []
  const resumedAt: (string | undefined)[] = []
  const server = createServer((incoming, outgoing) => {
    resumedAt.push(incoming.headers['last-event-id']?.toString())
    const respond = responders.length > 1 ? responders.shift() : responders[0]
    respond?.(outgoing)
  })
  let url: string
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  afterEach(() => {
    responders.length = 0
    resumedAt.length = 0
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  const stream = { 'Content-Type': 'text/event-stream' }
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString()
  const block = (cursor: string, operationId: string, sequence: number, second: number) =>
    `id: ${cursor}\ndata: ${JSON.stringify({ operationId, sequence, timestamp: at(second), event: 'log', status: 'RUNNING' })}\n\n`
  const responds = (text: string) => (outgoing: ServerResponse) =>
    outgoing.writeHead(200, stream).end(`retry: 10\n\n${text}`)
  const read = (retryMs = 1000) => {
    const open = (id: string | undefined, signal: AbortSignal) =>
      fetch(url, { signal, headers: id === undefined ? {} : { 'Last-Event-ID': id } })
    return ownedEvents(open, { retryMs })
  }

  it('drops only the events that are sent again after a break', async () => {
    responders.push(
      responds(block('a', 'op_1', 1, 0) + block('b', 'op_2', 1, 5) + block('c', 'op_1', 2, 9)),
      responds(
        block('c', 'op_1', 1, 0) + block('c', 'op_2', 1, 5) + block('c', 'op_2', 2, 8) + block('c', 'op_1', 2, 9),
      ),
      responds(block('d', 'op_1', 3, 90)),
    )
    const reading = read()
    const seen: string[] = []
    for await (const { operationId, sequence, cursor } of reading) {
      seen.push(`${operationId}/${sequence} ${cursor}`)
      if (cursor === 'd') break
    }
    expect(seen).toEqual(['op_1/1 a', 'op_2/1 b', 'op_1/2 c', 'op_2/2 c', 'op_1/3 d'])
    expect(resumedAt).toEqual([undefined, 'c', 'c'])
  })

  it('resumes at an id that arrived without an event', async () => {
    responders.push(responds('id: begun\n\n'), responds(block('a', 'op_1', 1, 0)))
    await read().next()
    expect(resumedAt).toEqual([undefined, 'begun'])
  })

  it('throws the last problem, or StreamsUnavailable, after `retryMs`', async () => {
    responders.push((outgoing) => outgoing.writeHead(502).end('<h1>Bad gateway</h1>'))
    await expect(read(1500).next()).rejects.toMatchObject({ name: 'LongrunProblem', code: 'HTTP_502' })
    expect(resumedAt.length).toBeGreaterThan(1)
    responders[0] = (outgoing) => outgoing.destroy()
    await expect(read(1500).next()).rejects.toMatchObject({ name: 'StreamsUnavailable' })
  })

  it('throws at once when the cursor has expired', async () => {
    const body = JSON.stringify({ type: '/problems/CURSOR_GONE', title: 'Gone', code: 'CURSOR_GONE' })
    responders.push(responds(block('a', 'op_1', 1, 0)), (outgoing) =>
      outgoing.writeHead(410, { 'Content-Type': 'application/problem+json' }).end(body),
    )
    const reading = read()
    await reading.next()
    await expect(reading.next()).rejects.toMatchObject({ code: 'CURSOR_GONE' })
  })
})
