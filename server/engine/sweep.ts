import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../database/db.ts'
import { lockDue } from '../database/files/discards.ts'
import { deleteCounts, mergeEnds } from '../database/operations/counts.ts'
import {
  deleteBatches,
  deleteExpired,
  deleteIdempotencyKeys,
  deletePings,
  deleteRuns,
  deleteStrayFiles,
  deleteTargets,
  deleteTombstones,
  deleteUploads,
} from '../database/operations/sweep.ts'
import { giveUpOverdue } from '../database/webhooks/due.ts'
import { deliverySeconds } from '../domain/webhook-schedule.ts'
import { deleteTaken } from '../files/discards.ts'
import type { FileStore } from '../files/store.ts'
import * as telemetry from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'

export type SweepContext = { db: Db; files: FileStore; log: Log }

export type SweepOptions = {
  /** How long the id of an expired operation responds with 410, from its expiry. */
  tombstoneSeconds: number
  /** Rows in one transaction; default 1,000. */
  batch?: number
  /** The time limit of a round; default 30,000. More rows may be due afterwards. */
  budgetMs?: number
  /** When aborted, the round ends after the current batch. */
  signal?: AbortSignal
}

/** The deleted rows of a round by kind (`discards`: stored files; `deliveries`: deliveries that failed at last). `drained`: nothing due is left. */
export type Swept = Record<
  | 'operations'
  | 'batches'
  | 'tombstones'
  | 'idempotencyKeys'
  | 'uploads'
  | 'strayFiles'
  | 'discards'
  | 'deliveries'
  | 'pings'
  | 'targets'
  | 'scheduleRuns'
  | 'operationCounts',
  number
> & { drained: boolean }

/**
 * Deletes everything that has expired: operations (never active ones), tombstones, idempotency keys, uploads, files without a row; and fails
 * overdue deliveries. Any number of processes may sweep at the same time. Never throws: errors are logged and the next round retries.
 */
export async function sweep({ db, files, log }: SweepContext, options: SweepOptions): Promise<Swept> {
  const { tombstoneSeconds, batch = 1000, budgetMs = 30_000, signal } = options
  const none = { operations: 0, batches: 0, tombstones: 0, idempotencyKeys: 0, uploads: 0 }
  const counts = {
    ...none,
    strayFiles: 0,
    discards: 0,
    deliveries: 0,
    pings: 0,
    targets: 0,
    scheduleRuns: 0,
    operationCounts: 0,
  }
  let drained = true

  /** Repeats `deleteBatch` until a batch is not full. Each kind has its share of the time, so that no kind starves the others. */
  async function drain(name: keyof typeof counts, parts: number, deleteBatch: () => Promise<number>) {
    const untilMs = performance.now() + budgetMs / parts
    try {
      for (;;) {
        const deleted = await deleteBatch()
        counts[name] += deleted
        if (deleted < batch) return true
        if (signal?.aborted || performance.now() > untilMs) break
      }
    } catch (cause) {
      telemetry.sweepError(log, { doing: name, cause })
      return false
    }
    drained = false
    return false
  }

  async function deleteDue() {
    const storageKeys = await lockDue(db, batch)
    const failures = await deleteTaken({ db, files }, storageKeys)
    const [failure] = failures
    if (failure) telemetry.discardFailed(log, { ...failure, files: failures.length })
    counts.discards -= failures.length
    return storageKeys.length
  }

  const operationsDrained = await drain('operations', 2, () => deleteExpired(db, { limit: batch, tombstoneSeconds }))
  await drain('batches', 20, () => deleteBatches(db, batch))
  await drain('tombstones', 10, () => deleteTombstones(db, batch))
  await drain('idempotencyKeys', 10, () => deleteIdempotencyKeys(db, batch))
  await drain('uploads', 10, () => deleteUploads(db, batch))
  if (operationsDrained) await drain('strayFiles', 10, () => deleteStrayFiles(db, batch))
  await drain('deliveries', 10, () => giveUpOverdue(db, batch))
  const old = { limit: batch, keptSeconds: 2 * deliverySeconds }
  await drain('pings', 20, () => deletePings(db, old))
  await drain('targets', 20, () => deleteTargets(db, old))
  await drain('scheduleRuns', 20, () => deleteRuns(db, { limit: batch, keptSeconds: runSeconds }))
  await drain('operationCounts', 20, () => deleteCounts(db, batch))
  await drain('discards', 5, deleteDue)
  if (Object.values(counts).some((count) => count > 0)) telemetry.retentionSwept(log, counts)
  return { ...counts, drained }
}

/** How long the runs of a schedule are kept; only its newest are kept as long. */
const runSeconds = 30 * 86_400

/** How long a stop waits for the current batch. An interrupted batch is rolled back by the database. */
const stopMs = 5000

/** Rows that one merge adds up. Each may have the durations of hundreds of operations. */
const mergeBatch = 1000

/** The longest time between two merges: a read of the statistics adds up what was not merged. */
const mergeSeconds = 10

/** Sweeps now and every `sweepSeconds`; without a pause while a round leaves rows due. Merges the counts of ended operations meanwhile. */
export function startSweep(
  sweeping: SweepContext,
  { tombstoneSeconds, sweepSeconds }: { tombstoneSeconds: number; sweepSeconds: number },
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping

  async function repeat() {
    while (!signal.aborted) {
      const { drained } = await sweep(sweeping, { tombstoneSeconds, signal })
      if (drained) await sleep(sweepSeconds * 1000, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  async function merge() {
    while (!signal.aborted) {
      const merged = await mergeEnds(sweeping.db, mergeBatch).catch((cause) => {
        telemetry.sweepError(sweeping.log, { doing: 'operationEnds', cause })
        return 0
      })
      if (merged < mergeBatch) await sleep(mergeSeconds * 1000, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  const repeating = Promise.all([repeat(), merge()])
  return {
    async stop() {
      stopping.abort()
      await Promise.race([repeating, sleep(stopMs, undefined, { ref: false })])
    },
  }
}
