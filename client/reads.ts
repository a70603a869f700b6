import { dataOf } from './api.ts'
import type { Calls } from './calls.ts'
import type { Operation } from './operations.ts'
import { type Reading, read } from './reading.ts'
import { sleep, unlessAborted } from './waiting.ts'

/** The most ids in one `batchGet`. */
const mostIds = 1000

/** Least time between the starts of two requests, half of the default rate limit: what is wanted meanwhile shares the next one. */
const spacingMs = 20

/** Reads operations with at most one request in flight: what is wanted meanwhile is read together by the next one. */
export type Reads = { read(operationId: string, etag: string | undefined, signal: AbortSignal): Promise<Reading> }

type Reader = {
  etag: string | undefined
  signal: AbortSignal
  resolve(reading: Reading): void
  reject(error: unknown): void
}

type Wanted = Map<string, Reader[]>

export function createReads(calls: Calls): Reads {
  const wanted: Wanted = new Map()
  let isRunning = false
  let startedAt = 0

  async function run(): Promise<void> {
    if (isRunning) return
    isRunning = true
    while (wanted.size > 0) {
      // Also without a pause, those that are wanted in the same task are read together.
      await sleep(Math.max(0, startedAt + spacingMs - performance.now()))
      startedAt = performance.now()
      await readSome(calls, taken(wanted))
    }
    isRunning = false
  }

  return {
    read(operationId, etag, signal) {
      const reading = new Promise<Reading>((resolve, reject) => {
        const readers = wanted.get(operationId)
        const reader = { etag, signal, resolve, reject }
        if (readers) readers.push(reader)
        else wanted.set(operationId, [reader])
      })
      void run()
      return unlessAborted(reading, signal)
    },
  }
}

/** Removes the next ones. Nobody waits any longer for those whose readers have all left. */
function taken(wanted: Wanted): Wanted {
  const some: Wanted = new Map()
  for (const [id, readers] of wanted) {
    if (some.size === mostIds) break
    wanted.delete(id)
    if (readers.some(({ signal }) => !signal.aborted)) some.set(id, readers)
  }
  return some
}

/** Settles all readers; does not reject. */
async function readSome(calls: Calls, some: Wanted): Promise<void> {
  const [only] = some
  if (only === undefined) return
  if (some.size === 1) return readOne(calls, only)
  const all = [...some.values()].flat()
  const request = untilAllLeft(all)
  try {
    const init = { body: { operationIds: [...some.keys()] }, signal: request.signal }
    const { operations, notFound } = await dataOf(calls.persistent.POST('/operations:batchGet', init))
    for (const operation of operations) {
      for (const { resolve } of some.get(operation.operationId) ?? []) resolve(readingOf(operation))
    }
    // The service says of one operation alone why it is not found.
    for (const id of notFound) await readOne(calls, [id, some.get(id) ?? []])
  } catch (error) {
    for (const { reject } of all) reject(error)
  } finally {
    request.release()
  }
}

async function readOne(calls: Calls, [id, readers]: [string, Reader[]]): Promise<void> {
  const request = untilAllLeft(readers)
  try {
    const etag = readers.length === 1 ? readers[0]?.etag : undefined
    const reading = await read(calls, id, { etag, signal: request.signal })
    for (const { resolve } of readers) resolve(reading)
  } catch (error) {
    for (const { reject } of readers) reject(error)
  } finally {
    request.release()
  }
}

/** `batchGet` sends no `Retry-After`, because each operation has its own. */
function readingOf(operation: Operation): Reading {
  const seconds = operation.pollInterval?.recommended
  return { operation, askAgainMs: seconds === undefined ? undefined : seconds * 1000 }
}

/** A signal that is aborted when the signals of all readers are: until then someone waits for the response. */
function untilAllLeft(readers: readonly Reader[]) {
  const request = new AbortController()
  const end = () => {
    if (readers.every(({ signal }) => signal.aborted)) request.abort()
  }
  end()
  for (const { signal } of readers) signal.addEventListener('abort', end)
  const release = () => {
    for (const { signal } of readers) signal.removeEventListener('abort', end)
  }
  return { signal: request.signal, release }
}
