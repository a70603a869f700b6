import { setTimeout as sleep } from 'node:timers/promises'
import type { Links } from '../contract/links.ts'
import type { Resolve } from '../contract/webhook-url.ts'
import type { Connection } from '../database/connect.ts'
import { type Attempted, giveUpOverdue, recordAttempts, type Taken, takeUp } from '../database/deliveries.ts'
import { gathering } from '../database/gather.ts'
import type { Hints } from '../database/hints.ts'
import type { SealingKeys } from '../database/sealed.ts'
import * as telemetry from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'
import { type Attempting, attempt } from './attempt.ts'
import { guardedAgent } from './guarded-agent.ts'
import { sendingNow } from './sending-now.ts'

export type DeliveryOptions = {
  connection: Pick<Connection, 'db'>
  /** Without them, what is due is found by polling. */
  hints?: Hints
  log: Log
  /** As callers of the API see them. */
  links: Links
  sealingKeys: SealingKeys
  resolve: Resolve
  /** http and private addresses, too: for local trials. */
  allowInsecure: boolean
  /** For one attempt, from the look-up of the name on; default 15,000. */
  attemptMs?: number
  /** How long a sender that is gone keeps others from sending what it had taken up; default 30. More than an attempt takes. */
  leaseSeconds?: number
  pollMs?: number
  /** Most attempts at one target at once; default 4. */
  perTarget?: number
}

export type Delivery = {
  /** Takes up nothing more, and lets what is being sent end; after `ms` it is broken off, and sent again by whoever runs then. */
  stop(ms: number): Promise<void>
}

/**
 * At most one search for what is due in this time, and a fifth of the time at most: with 10,000 targets that wait for a retry one takes
 * 60 ms of the database (0.3 ms with none).
 */
const spacingMs = 20
const restsPerSearch = 4
const overdueMs = 60_000
const recordTries = 3

/** Sends webhooks until it is stopped: what is due is taken up, sent, and recorded. Any number of processes may do it at once. */
export function startDelivery(options: DeliveryOptions): Delivery {
  const { connection, hints, log, links, sealingKeys, resolve, allowInsecure } = options
  const { attemptMs = 15_000, leaseSeconds = 30, pollMs = 500, perTarget = 4 } = options
  const { db } = connection
  const stopping = new AbortController()
  const breaking = new AbortController()
  const agent = guardedAgent({ allowInsecure, resolve, connectMs: attemptMs })
  const attempting: Attempting = { db, agent, links, sealingKeys, allowInsecure, attemptMs, signal: breaking.signal }
  const sending = sendingNow()
  const record = gathering(async (attempts: readonly Attempted[]) => {
    const recorded = new Set(await recordAttempts(db, attempts))
    return ({ deliveryId }: Attempted) => recorded.has(deliveryId)
  }, 100)
  let bell = Promise.withResolvers<void>()
  const ring = () => bell.resolve()

  async function repeat() {
    for (let overdueAt = 0; !stopping.signal.aborted; ) {
      const heard = Promise.withResolvers<void>()
      bell = heard
      const began = performance.now()
      try {
        for (const taken of await takeUp(db, { ...sending.room(), perTarget, leaseSeconds })) void deliver(taken)
        if (performance.now() > overdueAt) {
          await giveUpOverdue(db, 1000)
          overdueAt = performance.now() + overdueMs
        }
      } catch (cause) {
        telemetry.webhookTroubled(log, { doing: 'taking up', cause })
      }
      await sleep(Math.max(spacingMs, restsPerSearch * (performance.now() - began)))
      const waited = new AbortController()
      await Promise.race([heard.promise, sleep(pollMs, undefined, { signal: waited.signal }).catch(() => {})])
      waited.abort()
    }
  }

  async function deliver(taken: Taken) {
    const { deliveryId, ownerId, event, attempts, target } = taken.delivery
    const done = sending.begin({ target, troubled: taken.troubled }, ring)
    try {
      const attempted = await attempt(attempting, taken)
      const { outcome, durationMs = 0 } = attempted
      telemetry.webhookSent(log, { deliveryId, ownerId, event, attempt: attempts, outcome, durationMs })
      await recordSurely(attempted)
    } catch (cause) {
      if (!breaking.signal.aborted) telemetry.webhookTroubled(log, { doing: 'sending', deliveryId, cause })
    } finally {
      done()
    }
  }

  /** What is not recorded is sent once more: worth waiting a moment for the database. */
  async function recordSurely(attempted: Attempted) {
    for (let tries = 1; ; tries++) {
      try {
        return await record(attempted)
      } catch (error) {
        if (tries === recordTries || breaking.signal.aborted) throw error
        await sleep(1000)
      }
    }
  }

  // A submit announces nothing; whatever else happens to an operation may.
  const deafen = (['changed', 'moved'] as const).map((kind) => hints?.listen(kind, ring))
  const repeating = repeat()
  return {
    async stop(ms) {
      for (const stopListening of deafen) stopListening?.()
      stopping.abort()
      ring()
      // The database may not answer, and then nothing of this ends by itself.
      const ended = repeating.then(() => sending.ended(ms))
      await Promise.race([ended, sleep(ms, undefined, { ref: false })])
      breaking.abort()
      await sending.ended(1000)
      await agent.destroy()
    },
  }
}
