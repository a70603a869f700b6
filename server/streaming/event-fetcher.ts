import type { Db } from '../database/db.ts'
import { type EventRow, eventsAfter, type Position } from '../database/operations/events.ts'
import { createLoop } from '../lib/loop.ts'
import { createRoundRobin } from '../lib/round-robin.ts'

/** The last event that a subscriber has received of an operation. */
export type SubscriberPosition = Position & { ownerId: string }

export type EventFetcher<Entry extends SubscriberPosition> = {
  /** Requests the events after the entry's position. */
  request(entry: Entry): void
  close(): Promise<void>
}

export type EventFetcherOptions<Entry> = {
  /** The least time between two queries. */
  tickMs: number
  deliver(operationId: string, events: readonly EventRow[]): void
  /** The entry has more events than one query returns. It should read them as history, which must not delay new events. */
  isBehind(entry: Entry): void
  /** Whether the entry still wants the events that it requested. */
  isWanted(entry: Entry): boolean
  onError(cause: unknown): void
}

/** Positions in one query. */
export const maxPositions = 100
/** Events that one query returns: an event has up to 6 KB. */
const maxEvents = 2000

/** Events that a query returns for each of its positions. */
export function eventsPerPosition(positions: number): number {
  return Math.min(200, Math.floor(maxEvents / positions))
}

/**
 * Fetches new events for all subscribers with one query at a time: the first request starts a query at once, later requests share the
 * next one. Subscribers at the same event share its fetch. Owners are served round-robin.
 */
export function createEventFetcher<Entry extends SubscriberPosition>(
  db: Db,
  { tickMs, deliver, isBehind, isWanted, onError }: EventFetcherOptions<Entry>,
): EventFetcher<Entry> {
  const requested = createRoundRobin<Entry>()
  const loop = createLoop({ spacingMs: tickMs, hasWork: () => !requested.isEmpty(), round, onError })

  async function round() {
    const batch = nextBatch()
    try {
      await fetch(batch)
    } catch (cause) {
      for (const { entries } of batch.values()) for (const entry of entries) requested.add(entry.ownerId, entry)
      throw cause
    }
  }

  type Batch = Map<string, { position: Position; entries: Entry[] }>

  function nextBatch(): Batch {
    const batch: Batch = new Map()
    while (batch.size < maxPositions) {
      const entry = requested.next()?.item
      if (!entry) break
      if (!isWanted(entry)) continue
      const { operationId, after } = entry
      const key = `${operationId}/${after}`
      const shared = batch.get(key)
      if (shared) shared.entries.push(entry)
      else batch.set(key, { position: { operationId, after }, entries: [entry] })
    }
    return batch
  }

  async function fetch(batch: Batch) {
    if (batch.size === 0) return
    const most = eventsPerPosition(batch.size)
    const positions = [...batch.values()].map(({ position }) => ({ ...position, most }))
    const rows = await eventsAfter(db, { positions, limit: maxEvents })
    const byPosition = Map.groupBy(rows, ({ operationId, after }) => `${operationId}/${after}`)
    for (const [key, { position, entries }] of batch) {
      const events = (byPosition.get(key) ?? []).sort((a, b) => a.sequence - b.sequence)
      if (events.length > 0) deliver(position.operationId, events)
      if (events.length === most) for (const entry of entries) isBehind(entry)
    }
  }

  return {
    request(entry) {
      requested.add(entry.ownerId, entry)
      loop.wake()
    },
    close: loop.close,
  }
}
