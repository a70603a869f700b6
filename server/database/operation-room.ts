import type { Db } from './db.ts'
import { countActive } from './quotas.ts'

/** How many operations that have not ended an owner may have, and who must count them to keep to it. */
export type OperationRoom = {
  cap: number
  /**
   * Does `free` while the owner is known to be far below the cap, `exact` when it is near it: that one counts, and inserts under the
   * owner's lock. Exact over 20 processes; beyond, by a hundredth of the cap for each.
   */
  within<T>(ownerId: string, how: { free: () => Promise<T>; exact: () => Promise<T> }): Promise<T>
  /** Whether the owner was found full a moment ago: an `exact` that asks this need not count. */
  isFull(ownerId: string): boolean
  /** Says that an `exact` found the owner full, by a count that took so long. */
  foundFull(ownerId: string, countMs: number): void
}

type Known = {
  count: number
  untilMs: number
  /** Let through without a lock since before it was counted, or under way then. */
  through: number
  flying: number
  fullUntilMs: number
  counting?: Promise<void> | undefined
}

/** What a count is good for: far below the cap for long, near it for as long as it takes an owner to notice that there is room again. */
const farMs = 10_000
const nearMs = 1000
/** Counting very many may take a fiftieth of the time. */
const costs = 50
const most = 10_000

/**
 * Remembers a count of each owner's operations, so that a submit is one statement. A process lets a hundredth of the cap through without
 * another look, and only below four fifths of it: so what 20 processes do not know of each other stays below the cap.
 */
export function watchOperationRoom(db: Db, cap: number): OperationRoom {
  const owners = new Map<string, Known>()
  const share = Math.floor(cap / 100)
  const near = cap * 0.8

  async function count(ownerId: string, known: Known) {
    // Those under way may be missing in the count.
    const flying = known.flying
    known.through = flying
    const startMs = performance.now()
    known.count = await countActive(db, { ownerId, most: Math.ceil(near) })
    const endMs = performance.now()
    known.untilMs = endMs + Math.max(known.count < near ? farMs : nearMs, costs * (endMs - startMs))
  }

  async function counted(ownerId: string): Promise<Known> {
    const known = owners.get(ownerId) ?? { count: 0, untilMs: 0, through: 0, flying: 0, fullUntilMs: 0 }
    const spent = known.count < near && known.through >= share
    if (!known.counting && (spent || known.untilMs <= performance.now())) {
      // The order is that of counting, so that whoever is asked least goes first.
      owners.delete(ownerId)
      owners.set(ownerId, known)
      forgetOldest(owners)
      known.counting = count(ownerId, known).finally(() => {
        known.counting = undefined
      })
    }
    await known.counting
    return known
  }

  return {
    cap,
    async within(ownerId, { free, exact }) {
      if (share === 0) return exact()
      const known = await counted(ownerId)
      if (known.count >= near || known.through >= share) return exact()
      known.through += 1
      known.flying += 1
      try {
        return await free()
      } finally {
        known.flying -= 1
      }
    },
    isFull: (ownerId) => (owners.get(ownerId)?.fullUntilMs ?? 0) > performance.now(),
    foundFull(ownerId, countMs) {
      const known = owners.get(ownerId)
      if (known) known.fullUntilMs = performance.now() + costs * countMs
    },
  }
}

/** One that has something under way is remembered: without it, that would be counted by nobody. */
function forgetOldest(owners: Map<string, Known>) {
  if (owners.size <= most) return
  for (const [ownerId, { flying, counting }] of owners) {
    if (flying > 0 || counting) continue
    owners.delete(ownerId)
    return
  }
}
