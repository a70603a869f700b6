import type { ChangedOperation, OwnedEvent, PagePosition } from '../database/operations/owner-events.ts'

/** A subscriber to all operations of an owner; `take` and `end` as those of `Subscriber`. */
export type OwnerSubscriber = {
  take(events: readonly OwnedEvent[]): number
  end(reason: 'failed' | 'closing'): void
}

/** How long after its timestamp an event may be committed. */
const overlapMs = 10_000

export type OwnerReader = ReturnType<typeof createOwnerReader>

/** A page of history to read: what comes after a position and before an instant. */
export type Page = { after: PagePosition; until: Date; limit: number }

/** More events in a page keep the event loop busy for too long. */
const pageLimit = 200

/**
 * A page reads the events of all owners in a stretch of time. The length of a stretch starts with this, then grows and shrinks with the
 * time that the last page took: at 1,000 events a second a page reads some thousands.
 */
const firstStretchMs = 1000
/** A subscription that starts now reads the overlap in one page. */
const wholeOverlapMs = overlapMs + 6000
const quickMs = 20
const slowMs = 60

/** Sorts before every event of an instant. */
const first = { operationId: '00000000-0000-0000-0000-000000000000', sequence: -1 }
const positionOf = ({ timestamp, operationId, sequence }: PagePosition) => ({ timestamp, operationId, sequence })
const startOf = (ms: number): PagePosition => ({ timestamp: new Date(ms), ...first })

/**
 * The progress of one subscription. All events before the horizon have been delivered, and no event can still be committed there. Of
 * events delivered after the horizon, the last sequence of each operation is kept, so that they are not delivered twice. A reader that is
 * behind reads pages in order of time until it reaches the present; the next sweep finds what was committed meanwhile.
 */
export function createOwnerReader({
  ownerId,
  from,
  subscriber,
}: {
  ownerId: string
  from: Date
  subscriber: OwnerSubscriber
}) {
  // Two generations of last sequences by operation, so that old ones are dropped without looking at each.
  let sequences = new Map<string, number>()
  let olderSequences = new Map<string, number>()
  let newestMs = 0
  let olderNewestMs = 0
  let horizonMs = from.getTime() - overlapMs
  let full = false
  /** While the reader is behind: where its next page starts, and the length of the stretch that it reads. */
  let pass: { after: PagePosition; stretchMs: number } | undefined
  fallBehind(horizonMs)

  function fallBehind(fromMs: number) {
    const stretchMs = Date.now() - fromMs < wholeOverlapMs ? wholeOverlapMs : firstStretchMs
    pass ??= { after: startOf(fromMs), stretchMs }
  }

  const lastSequence = (operationId: string) => sequences.get(operationId) ?? olderSequences.get(operationId)

  /** Returns the first event that was not taken; undefined if all were, now or before. */
  function deliver(events: readonly OwnedEvent[]): OwnedEvent | undefined {
    const fresh: OwnedEvent[] = []
    const last = new Map<string, number>()
    for (const event of events) {
      const { operationId, sequence, timestamp } = event
      const before = last.get(operationId) ?? lastSequence(operationId)
      if (before === undefined ? timestamp.getTime() < horizonMs : sequence <= before) continue
      // Reading in order of time fills a gap.
      if (before !== undefined && sequence > before + 1) {
        fallBehind(horizonMs)
        continue
      }
      last.set(operationId, sequence)
      fresh.push(event)
    }
    if (fresh.length === 0) return undefined
    const taken = subscriber.take(fresh)
    for (const { operationId, sequence, timestamp } of fresh.slice(0, taken)) {
      sequences.set(operationId, sequence)
      newestMs = Math.max(newestMs, timestamp.getTime())
    }
    if (taken === fresh.length) return undefined
    full = true
    return fresh[taken]
  }

  function moveHorizon(toMs: number) {
    horizonMs = Math.max(horizonMs, toMs)
    if (olderNewestMs >= horizonMs) return
    olderSequences = sequences
    olderNewestMs = newestMs
    sequences = new Map()
    newestMs = 0
  }

  return {
    ownerId,
    subscriber,
    isBehind: () => pass !== undefined,
    isFull: () => full,
    horizonMs: () => horizonMs,
    /** A subscription that resumes here misses no event. */
    reachedMs: () => horizonMs + overlapMs,
    /** The last sequence of an operation that was delivered, if that was lately. */
    lastSequence,
    fallBehind: () => fallBehind(horizonMs),
    /** Delivers new events of the owner. */
    deliver(events: readonly OwnedEvent[]) {
      if (deliver(events)) fallBehind(horizonMs)
    },
    more() {
      full = false
    },
    /** The page to read next; undefined if the reader is not behind. */
    nextPage(): Page | undefined {
      if (!pass) return undefined
      const { after, stretchMs } = pass
      return { after, until: new Date(after.timestamp.getTime() + stretchMs), limit: pageLimit }
    },
    /** Delivers the events of that page. `tookMs`: how long reading it took. */
    page({ readAt, events, tookMs }: { readAt: Date; events: readonly OwnedEvent[]; tookMs: number }) {
      if (!pass) return
      const { after, stretchMs } = pass
      const fromMs = after.timestamp.getTime()
      const left = deliver(events)
      if (left) {
        // The next page starts here.
        const last = events[events.indexOf(left) - 1]
        if (last) pass.after = positionOf(last)
        return
      }
      const last = events.length === pageLimit ? events.at(-1) : undefined
      const next = last ? positionOf(last) : startOf(fromMs + stretchMs)
      const nextMs = next.timestamp.getTime()
      const finalMs = readAt.getTime() - overlapMs
      // Events later than that may still be committed: then the horizon waits for the sweep.
      if (horizonMs >= fromMs) moveHorizon(Math.min(nextMs, finalMs))
      if (!last && nextMs >= readAt.getTime()) {
        pass = undefined
        return
      }
      pass.after = next
      if (tookMs > slowMs) pass.stretchMs = Math.max(1, Math.floor(stretchMs / 4))
      else if (last) pass.stretchMs = Math.max(1, Math.min(stretchMs, 2 * (nextMs - fromMs)))
      else if (tookMs < quickMs) pass.stretchMs = stretchMs * 4
    },
    /** Whether the last event of an operation has not been delivered. */
    lacks({ operationId, sequence, timestamp }: ChangedOperation): boolean {
      const before = lastSequence(operationId)
      return before === undefined ? timestamp.getTime() >= horizonMs : sequence > before
    },
    /** All events from the horizon to `readAt` were compared. */
    swept(readAt: Date) {
      if (!pass) moveHorizon(readAt.getTime() - overlapMs)
    },
  }
}
