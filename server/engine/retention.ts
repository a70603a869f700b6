import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../database/db.ts'
import { takeDue } from '../database/discards.ts'
import {
  buryExpired,
  forgetIdempotencyKeys,
  forgetPings,
  forgetStrayFiles,
  forgetTargets,
  forgetTombstones,
  forgetUploads,
} from '../database/retention.ts'
import { deleteTaken } from '../files/discards.ts'
import type { FileStore } from '../files/store.ts'
import { deliverySeconds } from '../lifecycle/deliveries.ts'
import * as telemetry from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'

export type Sweeping = { db: Db; files: FileStore; log: Log }

export type SweepOptions = {
  /** How long the id of an operation that has gone answers 410, from its expiry. */
  tombstoneSeconds: number
  /** Rows in one transaction; default 1,000. */
  batch?: number
  /** How long a round may take; default 30,000. Then it ends, though more may be due. */
  budgetMs?: number
  /** Aborted: the round ends after the batch at hand. */
  signal?: AbortSignal
}

/** How many of each went in a round (of `discards` the stored bytes), and whether nothing was left that is due. */
export type Swept = Record<
  'operations' | 'tombstones' | 'idempotencyKeys' | 'uploads' | 'strayFiles' | 'discards' | 'pings' | 'targets',
  number
> & { drained: boolean }

/**
 * One round of everything that is over its time: operations (never an active one), tombstones, idempotency keys, uploads, and the
 * stored bytes that nobody needs. Any number of processes may sweep at once. Never throws: what fails is logged, and due again.
 */
export async function sweepRetention({ db, files, log }: Sweeping, options: SweepOptions): Promise<Swept> {
  const { tombstoneSeconds, batch = 1000, budgetMs = 30_000, signal } = options
  const none = { operations: 0, tombstones: 0, idempotencyKeys: 0, uploads: 0 }
  const counts = { ...none, strayFiles: 0, discards: 0, pings: 0, targets: 0 }
  let drained = true

  /** Takes batch after batch until fewer are due than fill one. Each kind has its part of the time: none can starve another. */
  async function drain(name: keyof typeof counts, parts: number, take: () => Promise<number>) {
    const untilMs = performance.now() + budgetMs / parts
    try {
      for (;;) {
        const taken = await take()
        counts[name] += taken
        if (taken < batch) return true
        if (signal?.aborted || performance.now() > untilMs) break
      }
    } catch (cause) {
      telemetry.sweepTroubled(log, { doing: name, cause })
      return false
    }
    drained = false
    return false
  }

  async function deleteDue() {
    const taken = await takeDue(db, batch)
    const failures = await deleteTaken({ db, files }, taken)
    const [failure] = failures
    if (failure) telemetry.discardFailed(log, { ...failure, files: failures.length })
    counts.discards -= failures.length
    return taken.length
  }

  const buried = await drain('operations', 2, () => buryExpired(db, { limit: batch, tombstoneSeconds }))
  await drain('tombstones', 10, () => forgetTombstones(db, batch))
  await drain('idempotencyKeys', 10, () => forgetIdempotencyKeys(db, batch))
  await drain('uploads', 10, () => forgetUploads(db, batch))
  if (buried) await drain('strayFiles', 10, () => forgetStrayFiles(db, batch))
  const untold = { limit: batch, keptSeconds: 2 * deliverySeconds }
  await drain('pings', 20, () => forgetPings(db, untold))
  await drain('targets', 20, () => forgetTargets(db, untold))
  await drain('discards', 5, deleteDue)
  if (Object.values(counts).some((count) => count > 0)) telemetry.retentionSwept(log, counts)
  return { ...counts, drained }
}

/** How long a stop waits for the batch at hand; what it was doing is done, or undone by the database. */
const stopMs = 5000

/** Sweeps at once, and then every `sweepSeconds`, or without a pause while a round leaves something due. */
export function startRetention(
  sweeping: Sweeping,
  { tombstoneSeconds, sweepSeconds }: { tombstoneSeconds: number; sweepSeconds: number },
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping

  async function repeat() {
    while (!signal.aborted) {
      const { drained } = await sweepRetention(sweeping, { tombstoneSeconds, signal })
      if (drained) await sleep(sweepSeconds * 1000, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  const repeating = repeat()
  return {
    async stop() {
      stopping.abort()
      await Promise.race([repeating, sleep(stopMs, undefined, { ref: false })])
    },
  }
}
