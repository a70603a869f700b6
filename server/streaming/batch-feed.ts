import { setTimeout as delay } from 'node:timers/promises'
import type { CountedBatch } from '../database/batches/read.ts'
import { createLoop } from '../lib/loop.ts'
import type { Notifier } from '../notifications/notifier.ts'
import { streamingError } from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'

type At = { ownerId: string; batchId: string }

/** `enough`: the wait is over. */
type Wait = { enough(row: CountedBatch): boolean; seconds?: number | undefined; signal: AbortSignal }

/** All held reads of batches in this process. */
export type BatchFeed = {
  /**
   * Reads the batch, and again when its operations may have changed, until that is enough or the time is over. Returns the last row; undefined if
   * the batch does not exist.
   */
  read(at: At, wait: Wait): Promise<CountedBatch | undefined>
  /** Ends all waits. */
  close(): Promise<void>
}

type Read = { row: CountedBatch | undefined; sinceMs: number }
type Entry = At & { resolve(read: Read | undefined): void }

export type BatchFeedOptions = {
  find(at: At): Promise<CountedBatch | undefined>
  notifications: Pick<Notifier, 'listen' | 'resumed'>
  log: Log
  /** How often all batches are read without a notification, because one may be lost. Default 2,000. */
  everyMs?: number
  /** The least time between two rounds. Default 250. */
  spacingMs?: number
}

/** Counting takes at most this share of the time. */
const countingShare = 0.1

/**
 * Notifications name operations and not batches. So the batches that are waited for are read together, whatever has changed: however many readers
 * there are, each batch is counted once in a round.
 */
export function openBatchFeed({
  find,
  notifications,
  log,
  everyMs = 2000,
  spacingMs = 250,
}: BatchFeedOptions): BatchFeed {
  const waiting = new Set<Entry>()
  const closing = new AbortController()
  let notifiedMs = 0

  const loop = createLoop({ everyMs, spacingMs, round, onError: (cause) => streamingError(log, cause) })
  const onNotified = () => {
    notifiedMs = performance.now()
    if (waiting.size > 0) loop.wake()
  }
  const stopListening = [
    ...(['moved', 'carried', 'submitted', 'created', 'changed'] as const).map((kind) =>
      notifications.listen(kind, onNotified),
    ),
    notifications.resumed(onNotified),
  ]

  async function round() {
    if (waiting.size === 0) return
    const sinceMs = performance.now()
    const byBatch = Map.groupBy(waiting, ({ ownerId, batchId }) => `${batchId} ${ownerId}`)
    await Promise.all(
      [...byBatch.values()].map(async (entries) => {
        const [at] = entries
        const row = at && (await find(at))
        for (const entry of entries) entry.resolve({ row, sinceMs })
      }),
    )
    const tookMs = performance.now() - sinceMs
    const pauseMs = tookMs / countingShare - tookMs
    if (pauseMs > spacingMs) await delay(pauseMs, undefined, { signal: closing.signal })
  }

  /** The batch at the next round; undefined when the time is over, the signal is aborted or this process stops. */
  async function next(at: At, readMs: number, { ms, signal }: { ms: number; signal: AbortSignal }) {
    const { promise, resolve } = Promise.withResolvers<Read | undefined>()
    const entry = { ...at, resolve }
    const giveUp = () => resolve(undefined)
    const timer = setTimeout(giveUp, ms)
    signal.addEventListener('abort', giveUp)
    if (signal.aborted || closing.signal.aborted) giveUp()
    waiting.add(entry)
    // It may have changed since it was read.
    if (notifiedMs >= readMs) loop.wake()
    return promise.finally(() => {
      waiting.delete(entry)
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    })
  }

  return {
    async read(at, { enough, seconds = 0, signal }) {
      let sinceMs = performance.now()
      const untilMs = sinceMs + seconds * 1000
      let row = await find(at)
      for (;;) {
        const ms = untilMs - performance.now()
        if (!row || enough(row) || ms <= 0) return row
        const read = await next(at, sinceMs, { ms, signal })
        if (!read) return row
        ;({ row, sinceMs } = read)
      }
    },
    async close() {
      closing.abort()
      for (const stop of stopListening) stop()
      for (const { resolve } of waiting) resolve(undefined)
      await loop.close()
    },
  }
}
