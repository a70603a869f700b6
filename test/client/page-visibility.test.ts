import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createCalls } from '../../client/calls.ts'
import { createClient } from '../../client/index.ts'
import type { Followed } from '../../client/member.ts'
import { read } from '../../client/reading.ts'
import { createSubscriptions } from '../../client/subscriptions.ts'
import { sleep } from '../../client/waiting.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { flakyProxy } from './flaky-proxy.ts'
import { historian } from './history.ts'

const report = {
  reportType: 'SALES_BY_COUNTRY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const

/** The part of a `Document` that the client uses, with the number of listeners. */
class FakeDocument extends EventTarget {
  visibilityState = 'visible'
  listeners = 0
  override addEventListener(...args: Parameters<EventTarget['addEventListener']>) {
    this.listeners += 1
    super.addEventListener(...args)
  }
  override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>) {
    this.listeners -= 1
    super.removeEventListener(...args)
  }
  become(state: 'visible' | 'hidden') {
    this.visibilityState = state
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

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

const page = () => (globalThis as { document?: FakeDocument }).document as FakeDocument
beforeEach(() => {
  Object.assign(globalThis, { document: new FakeDocument() })
  proxy.requests.length = 0
})
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'document')
})

/** Follows new operations with these times of a hidden page; resolves with their last statuses. */
async function followed(count: number, timing: { hiddenMs: number; hiddenPollMs: number }) {
  const connection = { baseUrl: proxy.url, apiKey: service.apiKey }
  const longrun = createClient(connection)
  const items = Array.from({ length: count }, () => ({ type: 'generateReport', input: report }) as const)
  const { results } = await longrun.batchCreate(items)
  const calls = createCalls(connection)
  const subscriptions = createSubscriptions(calls, timing)
  const ids = results.map(({ operation }) => operation?.id ?? '')
  proxy.requests.length = 0
  const { signal } = new AbortController()
  const ends = results.map(async ({ operation }, index) => {
    let snapshot = operation?.snapshot as ReturnType<Followed['snapshot']>
    const take: Followed['take'] = (reading) => {
      snapshot = reading.operation ?? snapshot
    }
    const id = ids[index] ?? ''
    await subscriptions.follow(
      {
        id,
        position: { after: 0 },
        snapshot: () => snapshot,
        etag: () => undefined,
        dueInMs: () => 0,
        take,
        async poll(until) {
          await sleep(1000, until)
          take(await read(calls, id, { signal: until }))
          return { events: [], isOver: snapshot.done }
        },
      },
      signal,
    )
    return snapshot.status
  })
  return { ids, statuses: Promise.all(ends) }
}

const streams = () => proxy.requests.filter(({ path }) => path.includes('/stream'))
const reads = () => proxy.requests.filter(({ path }) => !path.includes('/stream'))
const streamsOpen = (count: number) => expect.poll(() => proxy.openStreams.size).toBe(count)
const cancelled = (count: number) => Array.from({ length: count }, () => 'CANCELLED')
const never = 1_000_000

describe.each([1, 2])('a page that follows %i operation(s)', (count) => {
  it('closes the stream when it has been hidden for a while, and is up to date at once when it is visible', async () => {
    const { ids, statuses } = await followed(count, { hiddenMs: 10, hiddenPollMs: never })
    await streamsOpen(1)
    page().become('hidden')
    await streamsOpen(0)
    await history.end(ids)
    // A read that was on its way when the page was hidden may have seen the end; otherwise nothing but this reads it.
    page().become('visible')
    expect(await statuses).toEqual(cancelled(count))
    expect(page().listeners).toBe(0)
    await streamsOpen(0)
  })

  it('opens the stream again when it is visible', async () => {
    const { ids, statuses } = await followed(count, { hiddenMs: 10, hiddenPollMs: never })
    await streamsOpen(1)
    page().become('hidden')
    await streamsOpen(0)
    page().become('visible')
    await streamsOpen(1)
    await history.end(ids)
    expect(await statuses).toEqual(cancelled(count))
    expect(page().listeners).toBe(0)
  })

  it('polls seldom while it is hidden for long, without a stream', async () => {
    const { ids, statuses } = await followed(count, { hiddenMs: 10, hiddenPollMs: 300 })
    await streamsOpen(1)
    page().become('hidden')
    await streamsOpen(0)
    const before = streams().length
    const from = reads().length
    await expect.poll(() => reads().length).toBeGreaterThanOrEqual(from + 3)
    await history.end(ids)
    expect(await statuses).toEqual(cancelled(count))
    expect(streams()).toHaveLength(before)
    const times = reads()
      .slice(from)
      .map(({ at }) => at)
    // A timer may end a moment early.
    for (const [index, at] of times.slice(1).entries()) expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(290)
  })

  it('keeps the stream when it is hidden shortly', async () => {
    const { ids, statuses } = await followed(count, { hiddenMs: never, hiddenPollMs: never })
    await streamsOpen(1)
    for (const state of ['hidden', 'visible', 'hidden'] as const) page().become(state)
    await history.end(ids)
    expect(await statuses).toEqual(cancelled(count))
    expect(streams()).toHaveLength(1)
    expect(page().listeners).toBe(0)
  })

  it('may be hidden from the start', async () => {
    page().visibilityState = 'hidden'
    const { ids, statuses } = await followed(count, { hiddenMs: 0, hiddenPollMs: 200 })
    await history.end(ids)
    expect(await statuses).toEqual(cancelled(count))
    expect(page().listeners).toBe(0)
  })
})
