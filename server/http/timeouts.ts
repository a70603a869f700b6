import type { IncomingMessage, ServerResponse } from 'node:http'
import { Problem } from '../contract/problem.ts'
import { withTimeout } from '../lib/timeout.ts'
import { sendContinue } from './request/unread-body.ts'

/** How long a client may take, in milliseconds. */
export type Timeouts = {
  /** From the start of the connection, or the end of the previous request, to the end of a request's headers. */
  headersMs: number
  /** Without a byte of a body that is being read. */
  idleMs: number
  /** For a whole JSON body. An upload has no such limit, but a minimum rate. */
  jsonMs: number
  /** The minimum rate of an upload, measured over `rateMs` of waiting for it. */
  bytesPerSecond: number
  rateMs: number
  /** Without reading a byte of a response that is being sent. */
  readerMs: number
}

export const defaultTimeouts: Timeouts = {
  headersMs: 10_000,
  idleMs: 30_000,
  jsonMs: 60_000,
  bytesPerSecond: 1024,
  rateMs: 30_000,
  readerMs: 60_000,
}

/** A request whose body is read with timeouts. `startBytes`: what its socket had read when the request began. */
export type Incoming = { incoming: IncomingMessage; outgoing: ServerResponse; timeouts: Timeouts; startBytes: number }

/** What Node reads from a socket at once. It counts as read as soon as the first chunk in it arrives. */
const packetBytes = 65_536

/** What may be sent besides the body itself: this, and a quarter of the body. */
const maxFramingBytes = 16_384

/**
 * The body in the pieces in which it arrives: chunks of the transfer coding that arrive together are one piece. (60,000 chunks of one
 * byte, read one by one, took 530 ms.) Throws `INVALID_REQUEST` when most of what arrives is framing.
 */
export async function* bodyOf({ incoming, outgoing, startBytes }: Incoming): AsyncGenerator<Uint8Array> {
  sendContinue({ incoming, outgoing })
  let bytes = 0
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength
    if (incoming.socket.bytesRead - startBytes > packetBytes + maxFramingBytes + bytes * 1.25) {
      throw new Problem(
        'INVALID_REQUEST',
        'The chunks of the body are too small. Send it with Content-Length, or in chunks of 64 bytes or more.',
      )
    }
    yield chunk
  }
}

/** Checks per idle time: a body is cut at most one such interval late. */
const checks = 6

/** The result of `reading` the whole body. Rejects with `REQUEST_TIMEOUT` when no byte arrives for too long, or the whole takes too long. */
export async function readWithTimeout<T>({ incoming, timeouts }: Incoming, reading: Promise<T>): Promise<T> {
  const { idleMs, jsonMs } = timeouts
  const { promise: late, reject } = Promise.withResolvers<never>()
  const startMs = performance.now()
  let seen = { bytes: incoming.socket.bytesRead, atMs: startMs }
  const timer = setInterval(() => {
    const nowMs = performance.now()
    const bytes = incoming.socket.bytesRead
    if (bytes !== seen.bytes) seen = { bytes, atMs: nowMs }
    if (nowMs - seen.atMs >= idleMs) reject(idle(timeouts))
    else if (nowMs - startMs >= jsonMs) reject(tooLong(timeouts))
  }, Math.min(idleMs, jsonMs) / checks)
  reading.catch(() => {})
  try {
    return await Promise.race([reading, late])
  } finally {
    clearInterval(timer)
  }
}

/** `bodyOf`, which also throws `REQUEST_TIMEOUT` when nothing arrives for too long, or it arrives too slowly. The reader's own time does not count. */
export async function* chunksWithTimeout(request: Incoming): AsyncGenerator<Uint8Array> {
  const { timeouts } = request
  const chunks = bodyOf(request)
  let waitedMs = 0
  let bytes = 0
  for (;;) {
    const startMs = performance.now()
    const next = await withTimeout(chunks.next(), timeouts.idleMs, () => idle(timeouts))
    if (next.done) return
    waitedMs += performance.now() - startMs
    bytes += next.value.byteLength
    if (waitedMs >= timeouts.rateMs) {
      if (bytes * 1000 < timeouts.bytesPerSecond * waitedMs) throw tooSlow(timeouts)
      waitedMs = 0
      bytes = 0
    }
    yield next.value
  }
}

const idle = ({ idleMs }: Timeouts) =>
  new Problem('REQUEST_TIMEOUT', `No byte of the body arrived for ${idleMs / 1000} seconds. Send the request again.`)

const tooSlow = ({ bytesPerSecond, rateMs }: Timeouts) =>
  new Problem(
    'REQUEST_TIMEOUT',
    `The body was slower than ${bytesPerSecond} bytes per second over ${rateMs / 1000} seconds. Send the request again, faster.`,
  )

const tooLong = ({ jsonMs }: Timeouts) =>
  new Problem('REQUEST_TIMEOUT', `The body did not arrive within ${jsonMs / 1000} seconds. Send the request again.`)
