/**
 * A `fetch` for the client of this tab that opens no stream: requests of event streams are answered from the feed of the browser. The other
 * requests are sent. The stream of all operations ignores filters: readers recognise the events that concern them.
 */
import type { OwnedEvent } from '../../client/index.ts'
import { eventSource } from './event-source.ts'
import type { Feed } from './feed.ts'

type Fetch = (request: Request) => Promise<Response>

export function sharedFetch(feed: Feed, send: Fetch): Fetch {
  return async (request) => {
    const { pathname } = new URL(request.url)
    const [, operationId] = /\/operations(?:\/([^/]+))?\/stream$/.exec(pathname) ?? []
    if (operationId) return operationStream(feed, send, request, operationId)
    return pathname.endsWith('/operations/stream') ? ownerStream(feed, request) : send(request)
  }
}

async function ownerStream(feed: Feed, request: Request): Promise<Response> {
  await untilLive(feed, request.signal)
  const after = request.headers.get('last-event-id')
  // Events after another cursor than the last one are not kept.
  if (after !== null && after !== feed.cursor()) return gone()
  const source = eventSource(request.signal)
  source.onClose(
    feed.subscribe({
      onEvents: (events) => source.send(events.map((event) => ({ id: event.cursor, event }))),
      onState: (state) => state === 'lost' && source.fail(),
      onGap: source.fail,
    }),
  )
  return source.response
}

function gone(): Response {
  const problem = {
    type: '/problems/CURSOR_GONE',
    title: 'Cursor is too old',
    status: 410,
    code: 'CURSOR_GONE',
    retryable: false,
  }
  return new Response(JSON.stringify(problem), { status: 410, headers: { 'content-type': 'application/problem+json' } })
}

/** The history of the operation after the last known event, then its new events, to its end. */
async function operationStream(feed: Feed, send: Fetch, request: Request, operationId: string): Promise<Response> {
  await untilLive(feed, request.signal)
  const given = request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('after')
  let last = given === null ? -1 : Number(given)
  let isReading = true
  let isBehind = false
  const source = eventSource(request.signal)

  function sendNext(events: readonly OwnedEvent[]) {
    for (const event of events) {
      if (event.operationId !== operationId || event.sequence <= last) continue
      if (isReading || event.sequence > last + 1) {
        isBehind = true
        break
      }
      pass(event)
    }
    if (isBehind && !isReading) void catchUp()
  }

  function pass(event: Omit<OwnedEvent, 'cursor'>) {
    last = event.sequence
    source.send([{ id: String(last), event }])
    if (['completed', 'failed', 'cancelled'].includes(event.event)) source.end()
  }

  /** Reads the events that the feed has not sent. */
  async function catchUp(): Promise<Response | undefined> {
    isReading = true
    do {
      isBehind = false
      const url = new URL(request.url)
      url.pathname = url.pathname.replace(/stream$/, 'events')
      url.search = new URLSearchParams({ pageSize: '1000', ...(last >= 0 && { after: String(last) }) }).toString()
      const headers = { authorization: request.headers.get('authorization') ?? '' }
      const response = await send(new Request(url, { headers, signal: request.signal })).catch(() => undefined)
      if (!response?.ok) {
        source.fail()
        return response
      }
      const { events } = (await response.json()) as { events: OwnedEvent[] }
      events.forEach(pass)
      isBehind ||= events.length === 1000
    } while (isBehind && !source.isClosed())
    isReading = false
    return undefined
  }

  source.onClose(
    feed.subscribe({
      onEvents: sendNext,
      onState: (state) => state === 'lost' && source.fail(),
      onGap: () => void catchUp(),
    }),
  )
  const before = last
  const refusal = await catchUp()
  if (refusal) return refusal
  // Nothing came after the last event of an operation that has ended: the service answers 204, which ends the reader.
  if (last === before && before >= 0 && (await hasEnded(send, request))) {
    source.end()
    return new Response(null, { status: 204 })
  }
  return source.response
}

async function hasEnded(send: Fetch, request: Request): Promise<boolean> {
  const headers = { authorization: request.headers.get('authorization') ?? '' }
  const url = request.url.replace(/\/stream(\?.*)?$/, '')
  const response = await send(new Request(url, { headers, signal: request.signal }))
  const operation = (await response.json()) as { done?: boolean }
  return operation.done === true
}

/** Rejects, as a request without a network does, when the stream cannot be opened. */
function untilLive(feed: Feed, signal: AbortSignal): Promise<void> {
  const live = Promise.withResolvers<void>()
  const settle = () => {
    if (feed.state() === 'live') live.resolve()
    else if (feed.state() === 'lost') live.reject(new TypeError('The event stream of this browser is not open.'))
  }
  const abort = () => live.reject(signal.reason)
  signal.addEventListener('abort', abort)
  const leave = feed.subscribe({ onState: settle })
  settle()
  return live.promise.finally(() => {
    leave()
    signal.removeEventListener('abort', abort)
  })
}
