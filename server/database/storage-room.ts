import type { Db } from './db.ts'
import { lockQuota, storedBytes } from './quotas.ts'

/** How many bytes an owner may have stored, and how many are left of them. */
export type StorageRoom = {
  cap: number
  /** Bytes that may still be stored. Never less than 0, although what operations make may pass the cap. */
  left(ownerId: string): Promise<number>
  /**
   * In the transaction that writes an upload's row, before it does: whether these bytes are within the cap. Two that ask this never pass it
   * together.
   */
  fits(tx: Db, at: { ownerId: string; sizeBytes: number }): Promise<boolean>
  /** Whether nothing is left, as it was some seconds ago at most. */
  isFull(ownerId: string): Promise<boolean>
  /** Something has been removed: the next `isFull` looks. */
  forget(ownerId: string): void
}

type Known = { full: boolean; untilMs: number }

const keptMs = 10_000
/** Who is full is looked at again sooner: it waits for this. */
const fullMs = 1000
/** A sum over very many files may take a fiftieth of the time. */
const costs = 50
const most = 10_000

export function watchStorageRoom(db: Db, cap: number): StorageRoom {
  // In the order of asking.
  const owners = new Map<string, Promise<Known>>()

  async function look(ownerId: string): Promise<Known> {
    const startMs = performance.now()
    const full = (await storedBytes(db, ownerId)) >= cap
    const endMs = performance.now()
    return { full, untilMs: endMs + Math.max(full ? fullMs : keptMs, costs * (endMs - startMs)) }
  }

  function remember(ownerId: string): Promise<Known> {
    const looking = look(ownerId)
    owners.delete(ownerId)
    owners.set(ownerId, looking)
    looking.catch(() => owners.get(ownerId) === looking && owners.delete(ownerId))
    const [oldest] = owners.keys()
    if (owners.size > most && oldest !== undefined) owners.delete(oldest)
    return looking
  }

  return {
    cap,
    left: async (ownerId) => Math.max(0, cap - (await storedBytes(db, ownerId))),
    async fits(tx, { ownerId, sizeBytes }) {
      await lockQuota(tx, 'bytes', ownerId)
      return (await storedBytes(tx, ownerId)) + sizeBytes <= cap
    },
    async isFull(ownerId) {
      const known = await owners.get(ownerId)
      if (known && known.untilMs > performance.now()) return known.full
      return (await remember(ownerId)).full
    },
    forget: (ownerId) => void owners.delete(ownerId),
  }
}
