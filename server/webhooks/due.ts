import { setTimeout as sleep } from 'node:timers/promises'
import type { Links } from '../contract/links.ts'
import type { Resolve } from '../contract/webhook-url.ts'
import type { Connection } from '../database/connection.ts'
import type { SealingKeys } from '../database/sealed.ts'
import {
  type Attempted,
  type ClaimedDeliveries,
  claimDue,
  findDueTargets,
  recordAttempts,
} from '../database/webhooks/due.ts'
import { createBatcher, slowBatchMs } from '../lib/batcher.ts'
import { createSignal } from '../lib/signal.ts'
import type { Notifier } from '../notifications/notifier.ts'
import * as telemetry from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'
import { guardedAgent } from './guarded-agent.ts'
import { trackInFlight } from './in-flight.ts'
import { type Attempting, attemptDelivery } from './record.ts'

export type WebhookOptions = {
  connection: Pick<Connection, 'db'>
  /** Without notifications due deliveries are found by polling only. */
  notifications?: Notifier
  log: Log
  /** The links in messages, as in API responses. */
  links: Links
  sealingKeys: SealingKeys
  resolve: Resolve
  /** Allows http and private addresses, for local development. */
  allowInsecure: boolean
  /** The time limit of one attempt, including DNS; default 15,000. */
  attemptMs?: number
  /** How long claimed deliveries are reserved for this process; default 30. Longer than an attempt takes. */
  leaseSeconds?: number
  pollMs?: number
  /** Most concurrent attempts per target; default 4. */
  perTarget?: number
  /** Most concurrent attempts per owner; default 50. */
  perOwner?: number
}

export type Delivery = {
  /** Stops claiming and waits for the attempts in progress. After `ms` they are aborted and sent again later. */
  stop(ms: number): Promise<void>
}

/**
 * At most one search for due deliveries in this time, and at most a fifth of the time is spent searching. A search takes 3 ms of the database
 * with an owner of 400,000 targets (0.3 ms without). The pause is limited, because a busy machine makes searches slow.
 */
const intervalMs = 20
const pausesPerSearch = 4
const longestPauseMs = 200
const recordTries = 3

/** Claims, sends and records due deliveries until stopped. Any number of processes may do so at the same time. */
export function startWebhooks(options: WebhookOptions): Delivery {
  const { connection, notifications, log, links, sealingKeys, resolve, allowInsecure } = options
  const { attemptMs = 15_000, leaseSeconds = 30, pollMs = 500, perTarget = 4, perOwner = 50 } = options
  const { db } = connection
  const stopping = new AbortController()
  const aborting = new AbortController()
  const agent = guardedAgent({ allowInsecure, resolve, connectMs: attemptMs })
  const attempting: Attempting = { db, agent, links, sealingKeys, allowInsecure, attemptMs, signal: aborting.signal }
  const sending = trackInFlight({ perOwner, perTarget })
  const record = createBatcher(
    async (attempts: readonly Attempted[]) => {
      const recorded = new Set(await recordAttempts(db, attempts))
      return attempts.map(({ deliveryId }) => recorded.has(deliveryId))
    },
    { size: 100, overlapAfterMs: slowBatchMs },
  )
  const work = createSignal()

  async function repeat() {
    let walked: Record<string, string> = {}
    while (!stopping.signal.aborted) {
      const startMs = performance.now()
      try {
        walked = await sendDue(walked)
      } catch (cause) {
        telemetry.webhookError(log, { doing: 'claim', cause })
      }
      await sleep(Math.max(intervalMs, Math.min(pausesPerSearch * (performance.now() - startMs), longestPauseMs)))
      await work.wait(pollMs)
    }
  }

  async function sendDue(walked: Record<string, string>): Promise<Record<string, string>> {
    const search = sending.search()
    if (!search) return walked
    const due = await findDueTargets(db, { ...search, walked })
    const failing = new Set(due.targets.flatMap((one) => (one.failing ? [one.target] : [])))
    for (const claimed of await claimDue(db, sending.turns(due.targets), leaseSeconds)) {
      void deliver(claimed, failing.has(claimed.delivery.target))
    }
    return due.walked
  }

  async function deliver(claimed: ClaimedDeliveries, failing: boolean) {
    const { deliveryId, ownerId, event, attempts, target } = claimed.delivery
    const done = sending.begin({ ownerId, target, failing }, work.notify)
    try {
      const attempted = await attemptDelivery(attempting, claimed)
      const { outcome, durationMs = 0 } = attempted
      telemetry.webhookSent(log, { deliveryId, ownerId, event, attempt: attempts, outcome, durationMs })
      await recordWithRetry(attempted)
    } catch (cause) {
      if (!aborting.signal.aborted) telemetry.webhookError(log, { doing: 'send', deliveryId, cause })
    } finally {
      done()
    }
  }

  /** Retries, because an attempt that is not recorded is sent again. */
  async function recordWithRetry(attempted: Attempted) {
    for (let tries = 1; ; tries++) {
      try {
        return await record(attempted)
      } catch (error) {
        if (tries === recordTries || aborting.signal.aborted) throw error
        await sleep(1000)
      }
    }
  }

  // A `submitted` or `created` notification alone makes no delivery due.
  const stopListening = (['changed', 'moved', 'carried'] as const).map((kind) =>
    notifications?.listen(kind, work.notify),
  )
  const repeating = repeat()
  return {
    async stop(ms) {
      for (const stopOne of stopListening) stopOne?.()
      stopping.abort()
      work.notify()
      // Limited in time, because the database may not respond.
      const ended = repeating.then(() => sending.ended(ms))
      await Promise.race([ended, sleep(ms, undefined, { ref: false })])
      aborting.abort()
      await sending.ended(1000)
      await agent.destroy()
    },
  }
}
