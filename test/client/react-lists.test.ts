import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient, type Longrun } from '../../client/index.ts'
import { OperationsEntry, type OperationsFilter } from '../../client/react/operations-entry.ts'
import { apply, follow } from '../../client/react/operations-list.ts'

type Answer = { operations: object[]; nextPageToken?: string }

const operation = (at: number, status = 'PENDING') => ({
  operationId: `op_${at}`,
  type: 'generateReport',
  status,
  done: false,
  updatedAt: new Date(at).toISOString(),
})

// The timers are fake, and a module that is loaded meanwhile takes real time.
beforeAll(async () => {
  await import('../../client/owned-events.ts')
})
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function entryOf(longrun: Longrun, filter: OperationsFilter = {}): OperationsEntry {
  const first = { operations: [], loading: true, error: undefined, hasMore: false }
  return new OperationsEntry(
    first,
    (entry, signal) => follow(entry, longrun, filter, signal),
    () => {},
  )
}

/** A list whose service answers each read with the next page, and then the last page, and streams with `stream`. */
function listOf(pages: Answer[], stream: () => Response, filter: OperationsFilter = {}) {
  const requests: URL[] = []
  const longrun = createClient({
    baseUrl: 'http://127.0.0.1',
    apiKey: 'key',
    fetch: async ({ url }) => {
      requests.push(new URL(url))
      if (url.includes('/stream')) return stream()
      const page = pages.length > 1 ? pages.shift() : pages[0]
      return Response.json(page)
    },
  })
  const entry = entryOf(longrun, filter)
  const reads = () => requests.filter(({ pathname }) => pathname.endsWith('/operations'))
  return { entry, requests, reads, leave: entry.subscribe(() => {}) }
}

const open = () => new Response(new ReadableStream(), { headers: { 'Content-Type': 'text/event-stream' } })
const sending = (...events: object[]) => {
  const text = events.map((event, index) => `id: ${index}\ndata: ${JSON.stringify(event)}\n\n`).join('')
  let isSent = false
  return () => {
    if (isSent) return open()
    isSent = true
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(text)) })
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
  }
}
const event = (at: number, fields: object) => ({
  operationId: `op_${at}`,
  sequence: 1,
  event: 'status-update',
  timestamp: new Date(at + 5).toISOString(),
  ...fields,
})

describe('a list of operations', () => {
  it('reads again two seconds later and then once a minute, and stops when it is left', async () => {
    const { reads, leave, requests } = listOf([{ operations: [] }], sending({ operationId: 'op_1', sequence: 0 }))
    await vi.advanceTimersByTimeAsync(500)
    expect(reads()).toHaveLength(1)
    leave()
    await vi.advanceTimersByTimeAsync(1)
    const before = requests.length
    await vi.advanceTimersByTimeAsync(200_000)
    expect(requests).toHaveLength(before)
  })

  it('follows empty pages up to a limit, and says that there is more', async () => {
    const { entry, reads } = listOf([{ operations: [], nextPageToken: 'next' }], open)
    await vi.advanceTimersByTimeAsync(500)
    expect(reads()).toHaveLength(5)
    expect(entry.state).toMatchObject({ operations: [], loading: false, hasMore: true })
    entry.loadMore()
    expect(entry.state.loading).toBe(true)
    await vi.advanceTimersByTimeAsync(2000)
    expect(reads()).toHaveLength(5 + 10)
  })

  it('shows no more than was requested, and at most 1,000', async () => {
    const many = Array.from({ length: 1500 }, (_, at) => operation(at))
    const { entry, reads } = listOf([{ operations: many, nextPageToken: 'next' }], open, { pageSize: 600 })
    await vi.advanceTimersByTimeAsync(500)
    expect([entry.state.operations.length, entry.state.hasMore]).toEqual([600, true])
    entry.loadMore()
    await vi.advanceTimersByTimeAsync(2000)
    expect([entry.state.operations.length, entry.state.hasMore]).toEqual([1000, false])
    expect(reads().at(-1)?.searchParams.get('pageSize')).toBe('1000')
    entry.loadMore()
    expect(entry.state.loading).toBe(false)
  })

  it('takes progress from the stream, and does not read the list for it', async () => {
    const progress = { percentage: 40 }
    const { entry, reads } = listOf(
      [{ operations: [operation(1, 'RUNNING')] }],
      sending(event(0, { status: 'RUNNING', sequence: 0, event: 'log' })),
    )
    await vi.advanceTimersByTimeAsync(500)
    apply(event(1, { status: 'RUNNING', progress }) as never, entry, false)
    expect(entry.state.operations).toMatchObject([{ progress, updatedAt: new Date(6).toISOString() }])
    // An older state of the list does not undo it, and neither does an older event.
    apply(event(1, { status: 'RUNNING', progress: { percentage: 1 }, timestamp: new Date(2) }) as never, entry, false)
    await vi.advanceTimersByTimeAsync(3000)
    expect(reads()).toHaveLength(2)
    expect(entry.state.operations).toMatchObject([{ progress }])
  })

  it('polls where streams do not work, and reports no error', async () => {
    const { entry, reads } = listOf([{ operations: [] }], () => new Response('<h1>No</h1>', { status: 502 }))
    await vi.advanceTimersByTimeAsync(75_000)
    const before = reads().length
    await vi.advanceTimersByTimeAsync(30_000)
    expect(reads().length - before).toBeGreaterThanOrEqual(2)
    expect(entry.state.error).toBeUndefined()
  })

  it('starts a new stream and reads when the cursor has become too old', async () => {
    const gone = { type: 'about:blank', title: 'Gone', status: 410, code: 'CURSOR_GONE' }
    let streams = 0
    const { entry, reads } = listOf([{ operations: [] }], () => {
      streams += 1
      if (streams > 1) return open()
      return Response.json(gone, { status: 410, headers: { 'Content-Type': 'application/problem+json' } })
    })
    await vi.advanceTimersByTimeAsync(1500)
    expect(streams).toBe(2)
    expect(reads()).toHaveLength(2)
    expect(entry.state.error).toBeUndefined()
  })

  it('ends its stream when the list is refused', async () => {
    const problem = { type: 'about:blank', title: 'No', status: 403, code: 'INSUFFICIENT_SCOPE' }
    let aborted = false
    const longrun = createClient({
      baseUrl: 'http://127.0.0.1',
      apiKey: 'key',
      fetch: async ({ url, signal }) => {
        if (!url.includes('/stream')) return Response.json(problem, { status: 403 })
        signal.addEventListener('abort', () => {
          aborted = true
        })
        return open()
      },
    })
    const entry = entryOf(longrun)
    entry.subscribe(() => {})
    await vi.advanceTimersByTimeAsync(100)
    expect(entry.state).toMatchObject({ loading: false, error: { code: 'INSUFFICIENT_SCOPE' } })
    expect(aborted).toBe(true)
  })
})
