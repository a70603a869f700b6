import { createParser } from 'eventsource-parser'
import { type LongrunProblem, problemOf } from './errors.ts'
import { retryAfterMs, unlessAborted } from './waiting.ts'

/** Requests the stream of events after `lastEventId`; resolves with the response of the service or of a proxy. */
export type OpenStream = (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>

/** How a connection ended. */
export type Ending =
  /** There are no more events. */
  | { why: 'over' }
  /** The connection broke, or the service closed it so that the client reconnects. */
  | { why: 'cut'; retryMs: number }
  /** Nothing arrived for `silenceMs`: the connection is dead, or a proxy buffers it. */
  | { why: 'silent'; retryMs: number }
  /**
   * Streams do not work at present: refused, buffered by a proxy, or malformed. `isOutage`: the service could not be reached or is unavailable,
   * which says nothing about streams.
   */
  | { why: 'unavailable'; retryAfterMs?: number | undefined; problem?: LongrunProblem; isOutage?: boolean }

export type StreamMessage = { id: string; data: unknown }

/** Delay before a reconnect when the service has not sent `retry`. */
const defaultRetryMs = 1000

/**
 * The messages of one connection. `firstByteMs` limits the time to the first byte: the service sends a comment at once, so a stream
 * that a proxy buffers is detected. `silenceMs` limits the time between two chunks; the service sends a comment every 15 s.
 * Throws the problem when the service refuses permanently, and the reason of the signal.
 */
export async function* messagesOf(
  open: OpenStream,
  {
    lastEventId,
    signal,
    onId = () => {},
    firstByteMs = 5000,
    silenceMs = 50_000,
  }: {
    lastEventId: string | undefined
    signal?: AbortSignal | undefined
    /** Called with each id that arrives without an event. Resume from this id after a long time without events. */
    onId?: (id: string) => void
    firstByteMs?: number
    silenceMs?: number
  },
): AsyncGenerator<StreamMessage, Ending, void> {
  const connection = new AbortController()
  const leave = () => connection.abort(signal?.reason)
  if (signal?.aborted) leave()
  signal?.addEventListener('abort', leave)
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  /** Aborts the connection after `ms`. The timer does not run while the consumer processes a message. */
  async function within<A>(ms: number, answer: Promise<A>): Promise<A | undefined> {
    const timer = setTimeout(() => connection.abort(), ms)
    try {
      return await unlessAborted(answer, connection.signal)
    } catch {
      signal?.throwIfAborted()
      return undefined
    } finally {
      clearTimeout(timer)
    }
  }

  try {
    const asked = performance.now()
    const response = await within(firstByteMs, open(lastEventId, connection.signal))
    // A stream that a proxy buffers was aborted.
    if (response === undefined) return { why: 'unavailable', isOutage: !connection.signal.aborted }
    if (response.status === 204) return { why: 'over' }
    if (!isStream(response)) return refusalOf(response, await within(firstByteMs, response.json()))

    const messages: StreamMessage[] = []
    let retryMs = defaultRetryMs
    let isGarbled = false
    let idAlone: string | undefined
    const parser = createParser({
      onId(id) {
        idAlone = id
      },
      onEvent({ id, data }) {
        idAlone = undefined
        const parsed = parsedJson(data)
        if (id === undefined || parsed === undefined) isGarbled = true
        else messages.push({ id, data: parsed })
      },
      onRetry(ms) {
        retryMs = ms
      },
    })
    const decoder = new TextDecoder()
    reader = response.body.getReader()
    let timeoutMs = firstByteMs - (performance.now() - asked)
    let hasBegun = false
    while (true) {
      const chunk = await within(timeoutMs, reader.read())
      if (chunk === undefined || chunk.done) {
        if (!hasBegun) return { why: 'unavailable' }
        return { why: connection.signal.aborted ? 'silent' : 'cut', retryMs }
      }
      parser.feed(decoder.decode(chunk.value, { stream: true }))
      hasBegun = true
      timeoutMs = silenceMs
      while (messages.length > 0) yield messages.shift() as StreamMessage
      if (idAlone !== undefined) onId(idAlone)
      idAlone = undefined
      if (isGarbled) return { why: 'unavailable' }
    }
  } finally {
    signal?.removeEventListener('abort', leave)
    // A consumer that stops early releases the connection.
    connection.abort()
    reader?.cancel().catch(() => {})
  }
}

/** Whether the response is a stream of events. */
export function isStream(response: Response): response is Response & { body: ReadableStream<Uint8Array> } {
  const mediaType = response.headers.get('Content-Type') ?? ''
  return response.status === 200 && mediaType.startsWith('text/event-stream') && response.body !== null
}

/** Throws a permanent refusal of the service. A 429 refuses only the stream; the history can still be read. */
function refusalOf(response: Response, body: unknown): Ending {
  const problem = problemOf(response, body)
  const isOfService = !problem.code.startsWith('HTTP_')
  if (isOfService && response.status < 500 && response.status !== 429) throw problem
  const isOutage = isOfService && response.status === 503
  return { why: 'unavailable', retryAfterMs: retryAfterMs(response.headers), problem, isOutage }
}

function parsedJson(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}
