import type { OwnedEvent } from '../database/owned-events.ts'

/** Somebody who follows all operations of an owner; `take` and `over` as those of a `Follower`. */
export type OwnerFollower = { take(events: readonly OwnedEvent[]): number; over(why: 'failed' | 'closing'): void }

/** How long after its time an event may be committed. */
const overlapMs = 10_000

export const farFuture = new Date('9999-01-01T00:00:00Z')

/** How far one follower of an owner has come. */
export type Reading = ReturnType<typeof createReading>

/** A stretch of history to read. */
export type Stretch = { from: Date; until: Date; limit: number }

const firstStretchMs = 60_000
const pageLimit = 1000

type Pass = Pick<Stretch, 'limit'> & { fromMs: number; stretchMs: number; beganMs?: number }

const passFrom = (fromMs: number): Pass => ({ fromMs, stretchMs: firstStretchMs, limit: pageLimit })

/**
 * Everything before the horizon has been handed over, and all that may still be committed there. What was handed over behind it is kept by operation and
 * sequence, so that what is read again is not handed over again. One that is behind reads by the time of the events, in stretches, and when it has come to the
 * present its horizon is ten seconds before it began: what was committed meanwhile is read by the next sweep.
 */
export function createReading({ ownerId, from, follower }: { ownerId: string; from: Date; follower: OwnerFollower }) {
  const had = new Map<string, { sequence: number; atMs: number }>()
  let horizonMs = from.getTime() - overlapMs
  let full = false
  /** While it is behind: where its next stretch begins, how long that is, and when it began. */
  let pass: Pass | undefined = passFrom(horizonMs)

  function fallBehind() {
    pass ??= passFrom(horizonMs)
  }

  function deliver(events: readonly OwnedEvent[]) {
    const fresh: OwnedEvent[] = []
    const last = new Map<string, number>()
    for (const event of events) {
      if (event.ownerId !== ownerId) continue
      const { operationId, sequence, timestamp } = event
      const before = last.get(operationId) ?? had.get(operationId)?.sequence
      if (before === undefined ? timestamp.getTime() < horizonMs : sequence <= before) continue
      // A hole is filled by reading in order of time.
      if (before !== undefined && sequence > before + 1 && !pass) fallBehind()
      if (before !== undefined && sequence > before + 1) continue
      last.set(operationId, sequence)
      fresh.push(event)
    }
    if (fresh.length === 0) return
    const taken = follower.take(fresh)
    for (const { operationId, sequence, timestamp } of fresh.slice(0, taken)) {
      had.set(operationId, { sequence, atMs: timestamp.getTime() })
    }
    if (taken === fresh.length) return
    full = true
    fallBehind()
  }

  function forget() {
    for (const [operationId, { atMs }] of had) if (atMs < horizonMs) had.delete(operationId)
  }

  return {
    ownerId,
    follower,
    isBehind: () => pass !== undefined,
    isFull: () => full,
    horizonMs: () => horizonMs,
    /** Whoever begins here misses nothing that has not been handed over. */
    reachedMs: () => horizonMs + overlapMs,
    /** The last sequence of an operation that it has had, if that was lately. */
    had: (operationId: string) => had.get(operationId)?.sequence,
    fallBehind,
    deliver,
    more() {
      full = false
    },
    /** The stretch to read next; undefined when it is not behind. */
    stretch(): Stretch | undefined {
      if (!pass) return undefined
      const { fromMs, stretchMs, limit } = pass
      return { from: new Date(fromMs), until: new Date(fromMs + stretchMs), limit }
    },
    /** What was read of that stretch. */
    page({ readAt, events }: { readAt: Date; events: readonly OwnedEvent[] }) {
      if (!pass) return
      const { limit } = pass
      pass.beganMs ??= readAt.getTime()
      deliver(events)
      if (full) {
        // Begins anew when there is room: what it has had is known.
        pass.limit = pageLimit
        return
      }
      const endMs = pass.fromMs + pass.stretchMs
      const lastMs = events.at(-1)?.timestamp.getTime()
      if (events.length === limit && lastMs !== undefined) {
        // More events of one millisecond than a page holds need a larger page.
        pass.limit = lastMs === pass.fromMs ? limit * 2 : pageLimit
        pass.fromMs = lastMs
      } else if (endMs < readAt.getTime()) {
        pass.fromMs = endMs
        pass.stretchMs *= 2
      } else {
        horizonMs = Math.max(horizonMs, pass.beganMs - overlapMs)
        pass = undefined
        forget()
      }
    },
    /** All up to now has been read again, from the horizon on. */
    swept(readAt: Date) {
      if (pass) return
      horizonMs = Math.max(horizonMs, readAt.getTime() - overlapMs)
      forget()
    },
  }
}
