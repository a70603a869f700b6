import type { Db } from '../database/db.ts'
import type { Hints } from '../database/hints.ts'
import { ownedAfter, ownedInWindow } from '../database/owned-events.ts'
import { followerFailed, followingTroubled } from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'
import type { Following } from './live.ts'
import { createReading, farFuture, type OwnerFollower, type Reading } from './reading.ts'
import { createRounds } from './rounds.ts'

/** Everybody in this process who follows all operations of an owner. */
export type LiveOwners = {
  /**
   * Hands over what happens to an owner's operations from an instant of the database's clock on: none is left out, and none
   * comes twice; of one operation in order, of several nearly so. It begins ten seconds early, because an event may be committed so long after its time.
   */
  follow(at: { ownerId: string; from: Date }, follower: OwnerFollower): FollowingOwner
  followers(): number
  /** Ends all of them, and those who come later as well. */
  close(): Promise<void>
}

export type FollowingOwner = Following & {
  /** The instant to go on from, later, in milliseconds: it moves on even when nothing happens. */
  reachedMs(): number
}

const idsAtOnce = 1000
const eventsOfOne = 200
const sweptAtOnce = 10_000

/**
 * A hint brings the events of its operation at once: one query for all that were told meanwhile. Every two seconds one query reads the last
 * ten again, for all owners followed, and finds what a lost hint or a late commit has hidden. Who is behind reads for himself, page by page.
 */
export function openLiveOwners(
  { db, hints, log }: { db: Db; hints: Pick<Hints, 'listen' | 'resumed'>; log: Log },
  { sweepMs = 2000, tickMs = 3 }: { sweepMs?: number; tickMs?: number } = {},
): LiveOwners {
  const readings = new Set<Reading>()
  const told = new Set<string>()
  let sweepDue = false
  let closed = false

  const rounds = createRounds({ tickMs, isDue, round, troubled: (cause) => followingTroubled(log, cause) })
  const heard = (operationIds: string[]) => {
    if (readings.size === 0) return
    for (const operationId of operationIds) told.add(operationId)
    rounds.start()
  }
  const sweepSoon = () => {
    sweepDue = readings.size > 0
    rounds.start()
  }
  const deafen = [
    ...(['moved', 'submitted', 'changed'] as const).map((kind) => hints.listen(kind, heard)),
    hints.resumed(sweepSoon),
  ]
  const sweeps = setInterval(sweepSoon, sweepMs)
  sweeps.unref()

  const readingOnes = () => [...readings].filter((reading) => reading.isBehind() && !reading.isFull())
  const liveOnes = () => [...readings].filter((reading) => !reading.isBehind())

  function isDue() {
    return sweepDue || told.size > 0 || readingOnes().length > 0
  }

  async function round() {
    for (const reading of readingOnes()) await readOn(reading)
    if (told.size > 0) await fetchTold()
    if (sweepDue) await sweep()
  }

  /** A page of what one follower has missed. */
  async function readOn(reading: Reading) {
    const stretch = reading.stretch()
    if (!stretch) return
    const page = await ownedInWindow(db, { ...stretch, ownerIds: [reading.ownerId] })
    handing(reading, () => reading.page(page))
    // What was told while it was behind has passed it by.
    if (!reading.isBehind()) sweepDue = true
  }

  /** One who has stopped is handed nothing; one who fails holds up nobody else. */
  function handing(reading: Reading, hand: () => void) {
    if (!readings.has(reading)) return
    try {
      hand()
    } catch (cause) {
      readings.delete(reading)
      followerFailed(log, { ownerId: reading.ownerId, cause })
      reading.follower.over('failed')
    }
  }

  async function fetchTold() {
    const operationIds = [...told].slice(0, idsAtOnce)
    for (const operationId of operationIds) told.delete(operationId)
    const live = liveOnes()
    if (live.length === 0) return
    const from = new Date(Math.min(...live.map((reading) => reading.horizonMs())))
    const positions = operationIds.map((operationId) => ({ operationId, from, after: firstAfter(live, operationId) }))
    const ownerIds = [...new Set(live.map(({ ownerId }) => ownerId))]
    const events = await ownedAfter(db, { ownerIds, positions, each: eventsOfOne })
    for (const reading of live) handing(reading, () => reading.deliver(events))
    // Who has been given a full portion may have more to come.
    for (const [operationId, some] of Map.groupBy(events, ({ operationId }) => operationId)) {
      if (some.length >= eventsOfOne) told.add(operationId)
    }
  }

  async function sweep() {
    sweepDue = false
    const live = liveOnes()
    if (live.length === 0) return
    const from = new Date(Math.min(...live.map((reading) => reading.horizonMs())))
    const ownerIds = [...new Set(live.map(({ ownerId }) => ownerId))]
    const { readAt, events } = await ownedInWindow(db, { ownerIds, from, until: farFuture, limit: sweptAtOnce })
    for (const reading of live) {
      if (events.length === sweptAtOnce) reading.fallBehind()
      else {
        handing(reading, () => {
          reading.deliver(events)
          reading.swept(readAt)
        })
      }
    }
  }

  return {
    follow({ ownerId, from }, follower) {
      const reading = createReading({ ownerId, from, follower })
      readings.add(reading)
      const end = () => {
        if (readings.delete(reading)) follower.over('closing')
      }
      if (closed) queueMicrotask(end)
      else rounds.start()
      return {
        more() {
          reading.more()
          rounds.start()
        },
        stop: () => readings.delete(reading),
        reachedMs: reading.reachedMs,
      }
    },
    followers: () => readings.size,
    async close() {
      closed = true
      clearInterval(sweeps)
      for (const stopListening of deafen) stopListening()
      await rounds.close()
      for (const reading of readings) {
        readings.delete(reading)
        reading.follower.over('closing')
      }
    },
  }
}

/** The sequence that all who follow the operation's owner have had; null when one of them has not seen the operation lately. */
function firstAfter(live: readonly Reading[], operationId: string): number | null {
  const owner = live.find((reading) => reading.had(operationId) !== undefined)?.ownerId
  if (owner === undefined) return null
  const had = live.filter(({ ownerId }) => ownerId === owner).map((reading) => reading.had(operationId))
  return had.reduce<number | null>(
    (least, one) => (least === null || one === undefined ? null : Math.min(least, one)),
    Number.MAX_SAFE_INTEGER,
  )
}
