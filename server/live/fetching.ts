import type { Db } from '../database/db.ts'
import { type EventRow, eventsAfter, type Position } from '../database/events.ts'
import { createRounds } from './rounds.ts'

/** Who asks, from where on, and for how many events at most. */
export type Asking = Position & { most: number }

export type Fetching<Entry extends Asking> = {
  /** Has the events after the entry's position fetched, soon, together with those of all others that ask. */
  ask(entry: Entry): void
  close(): Promise<void>
}

/** Bounds what is in memory at once: 2,000 events of at most about 6 KB. Who has more to come takes part in the next fetch. */
const positionsAtOnce = 1000
const eventsAtOnce = 2000

/**
 * Fetches for everybody who asks, with one query at a time: the first at once, later ones with what was asked meanwhile. Followers that
 * stand at the same event share its fetch; those that read old history take part in the same way, a piece at a time.
 */
export function createFetching<Entry extends Asking>(
  db: Db,
  {
    tickMs,
    deliver,
    isWanted,
    troubled,
  }: {
    tickMs: number
    deliver(operationId: string, events: readonly EventRow[]): void
    isWanted(entry: Entry): boolean
    troubled(cause: unknown): void
  },
): Fetching<Entry> {
  const asking = new Set<Entry>()
  const rounds = createRounds({ tickMs, isDue: () => asking.size > 0, round, troubled })

  async function round() {
    const batch = takeBatch()
    try {
      await fetch(batch)
    } catch (cause) {
      for (const { entries } of batch.values()) for (const entry of entries) asking.add(entry)
      throw cause
    }
  }

  type Batch = Map<string, { position: Asking; entries: Entry[] }>

  function takeBatch(): Batch {
    const batch: Batch = new Map()
    for (const entry of asking) {
      const { operationId, after, most } = entry
      const key = `${operationId}/${after}`
      const known = batch.get(key)
      if (!known && batch.size === positionsAtOnce) continue
      asking.delete(entry)
      if (!isWanted(entry)) continue
      if (!known) batch.set(key, { position: { operationId, after, most }, entries: [entry] })
      else {
        known.entries.push(entry)
        known.position.most = Math.max(known.position.most, most)
      }
    }
    return batch
  }

  async function fetch(batch: Batch) {
    if (batch.size === 0) return
    const positions = [...batch.values()].map(({ position }) => position)
    const rows = await eventsAfter(db, { positions, limit: eventsAtOnce })
    const byPosition = Map.groupBy(rows, ({ operationId, after }) => `${operationId}/${after}`)
    for (const [key, { position, entries }] of batch) {
      const events = byPosition.get(key) ?? []
      if (events.length > 0) deliver(position.operationId, inOrder(events))
      const isCut = events.length === position.most || rows.length === eventsAtOnce
      if (isCut) for (const entry of entries) asking.add(entry)
    }
  }

  return {
    ask(entry) {
      asking.add(entry)
      rounds.start()
    },
    close: rounds.close,
  }
}

function inOrder(events: EventRow[]): EventRow[] {
  return events.sort((a, b) => a.sequence - b.sequence)
}
