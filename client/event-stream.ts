import { createParser } from 'eventsource-parser'
import { type LongrunProblem, problemOf } from './errors.ts'
import { retryAfterMs, unlessAborted } from './waiting.ts'

/** Asks for the stream of what comes after an event; answers whatever the service or something before it does. */
export type OpenStream = (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>

/** How a connection came to its end. */
export type Ending =
  /** Nothing comes any more. */
  | { why: 'over' }
  /** It broke, or was closed to be opened again. */
  | { why: 'cut'; retryMs: number }
  /** It gave no sign of life any more: dead, or held back from here on. */
  | { why: 'silent'; retryMs: number }
  /** There is no streaming here at present: refused, held back by something between, or garbled. */
  | { why: 'unavailable'; retryAfterMs?: number | undefined; problem?: LongrunProblem }

export type StreamMessage = { id: string; data: unknown }

/** When the service has not said, by `retry`, when to come again. */
const defaultRetryMs = 1000

/**
 * The messages of one connection. `firstByteMs` is how long a stream may take to begin: the service says something at once, so that
 * one which is held back is noticed. `silenceMs` is how long it may be without a sign of life; the service gives one every 15 s.
 * Throws the problem when the service refuses for good, and the signal's reason.
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
    /** Hears of each id that comes without an event: where to resume when none has come for long. */
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
  /** Gives up what takes too long. It does not run while the reader of the messages is at work. */
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
    if (response === undefined) return { why: 'unavailable' }
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
        const parsed = parse(data)
        if (id === undefined || parsed === undefined) isGarbled = true
        else messages.push({ id, data: parsed })
      },
      onRetry(ms) {
        retryMs = ms
      },
    })
    const decoder = new TextDecoder()
    reader = response.body.getReader()
    let patienceMs = firstByteMs - (performance.now() - asked)
    let hasBegun = false
    while (true) {
      const chunk = await within(patienceMs, reader.read())
      if (chunk === undefined || chunk.done) {
        if (!hasBegun) return { why: 'unavailable' }
        return { why: connection.signal.aborted ? 'silent' : 'cut', retryMs }
      }
      parser.feed(decoder.decode(chunk.value, { stream: true }))
      hasBegun = true
      patienceMs = silenceMs
      while (messages.length > 0) yield messages.shift() as StreamMessage
      if (idAlone !== undefined) onId(idAlone)
      idAlone = undefined
      if (isGarbled) return { why: 'unavailable' }
    }
  } finally {
    signal?.removeEventListener('abort', leave)
    // Whoever leaves in the middle releases the connection.
    connection.abort()
    reader?.cancel().catch(() => {})
  }
}

function isStream(response: Response): response is Response & { body: ReadableStream<Uint8Array> } {
  const mediaType = response.headers.get('Content-Type') ?? ''
  return response.status === 200 && mediaType.startsWith('text/event-stream') && response.body !== null
}

/** Throws what the service itself refuses for good. A 429 is of streams: reading may go on. */
function refusalOf(response: Response, body: unknown): Ending {
  const problem = problemOf(response, body)
  const isOfService = !problem.code.startsWith('HTTP_')
  if (isOfService && response.status < 500 && response.status !== 429) throw problem
  return { why: 'unavailable', retryAfterMs: retryAfterMs(response.headers), problem }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}
