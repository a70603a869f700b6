import type { IncomingMessage } from 'node:http'
import { Problem } from '../contract/problem.ts'

/** How long a caller may take, in milliseconds. */
export type Patience = {
  /** From the connection, or the request before, to the end of a request's headers. */
  headersMs: number
  /** Without a byte of a body that is being read. */
  idleMs: number
  /** For a whole JSON body, however it dribbles in. An upload has no such limit: it takes as long as it goes on. */
  jsonMs: number
  /** Without reading a byte of an answer that is being sent. */
  readerMs: number
}

export const patience: Patience = { headersMs: 10_000, idleMs: 30_000, jsonMs: 60_000, readerMs: 60_000 }

type Arriving = { patience: Patience; bytesRead: () => number }

const arriving = new WeakMap<Request, Arriving>()

/** Makes the body of this request one that is waited for with so much patience. */
export function withPatience(request: Request, { socket }: IncomingMessage, patience: Patience) {
  arriving.set(request, { patience, bytesRead: () => socket.bytesRead })
}

/** Ticks in the time that a body may be idle: it is cut after that time and at most a tick. */
const ticks = 6

/** What `reading` of the whole body comes to. Rejects with `REQUEST_TIMEOUT` when it stands still, or takes too long. */
export async function wholeInTime<T>(request: Request, reading: Promise<T>): Promise<T> {
  const found = arriving.get(request)
  if (!found) return reading
  const { patience, bytesRead } = found
  const { promise: late, reject } = Promise.withResolvers<never>()
  const startMs = performance.now()
  let seen = { bytes: bytesRead(), atMs: startMs }
  const timer = setInterval(() => {
    const nowMs = performance.now()
    const bytes = bytesRead()
    if (bytes !== seen.bytes) seen = { bytes, atMs: nowMs }
    if (nowMs - seen.atMs >= patience.idleMs) reject(stoodStill(patience))
    else if (nowMs - startMs >= patience.jsonMs) reject(tookTooLong(patience))
  }, Math.min(patience.idleMs, patience.jsonMs) / ticks)
  reading.catch(() => {})
  try {
    return await Promise.race([reading, late])
  } finally {
    clearInterval(timer)
  }
}

/** The chunks of a body. Throws `REQUEST_TIMEOUT` when the next one does not come; how long the reader takes does not count. */
export async function* chunksInTime(request: Request, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const idle = arriving.get(request)?.patience
  const chunks = body[Symbol.asyncIterator]()
  for (;;) {
    const next = idle ? await chunkInTime(chunks, idle) : await chunks.next()
    if (next.done) return
    yield next.value
  }
}

async function chunkInTime(chunks: AsyncIterator<Uint8Array>, idle: Patience) {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(stoodStill(idle)), idle.idleMs)
  const next = chunks.next()
  next.catch(() => {})
  try {
    return await Promise.race([next, late])
  } finally {
    clearTimeout(timer)
  }
}

const stoodStill = ({ idleMs }: Patience) =>
  new Problem('REQUEST_TIMEOUT', `Nothing of the body came for ${idleMs / 1000} seconds. Send the request again.`)

const tookTooLong = ({ jsonMs }: Patience) =>
  new Problem('REQUEST_TIMEOUT', `The body did not come within ${jsonMs / 1000} seconds. Send the request again.`)
