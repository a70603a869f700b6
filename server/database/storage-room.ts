import type { Db } from './db.ts'
import { lockQuota, storedBytes } from './quotas.ts'

/** How many bytes an owner may have stored, and how many are left of them. */
export type StorageRoom = {
  cap: number
  /** Bytes that may still be stored. Never less than 0, whatever was stored under a higher cap. */
  left(ownerId: string): Promise<number>
  /** The same as it was some seconds ago at most; now, when the owner is near the cap. */
  roughlyLeft(ownerId: string): Promise<number>
  /**
   * In the transaction that writes an upload's row, before it does: whether these bytes are within the cap. Two that ask this never pass it
   * together.
   */
  fits(tx: Db, at: { ownerId: string; sizeBytes: number }): Promise<boolean>
  /**
   * `fits`, without a look and a lock while the owner is known to be far below the cap: an owner may make files without end, each of which
   * would else sum up all. Exact over 20 processes; beyond, by a hundredth of the cap for each.
   */
  takes(tx: Db, at: { ownerId: string; sizeBytes: number }): Promise<boolean>
  /** Whether nothing is left, as it was some seconds ago at most. */
  isFull(ownerId: string): Promise<boolean>
  /** Something has been removed: the next `isFull` looks. */
  forget(ownerId: string): void
}

type Known = {
  bytes: number
  untilMs: number
  /** What may still be let through without another look. */
  shareBytes: number
}

const keptMs = 10_000
/** Who is full is looked at again sooner: it waits for this. */
const fullMs = 1000
/** A sum over very many files may take a fiftieth of the time. */
const costs = 50
const most = 10_000

export function watchStorageRoom(db: Db, cap: number): StorageRoom {
  // In the order of asking.
  const owners = new Map<string, Promise<Known>>()

  const near = cap * 0.8

  /** What a sum that took so long is good for. */
  function known(bytes: number, tookMs: number): Known {
    const untilMs = performance.now() + Math.max(bytes >= cap ? fullMs : keptMs, costs * tookMs)
    return { bytes, untilMs, shareBytes: bytes < near ? cap / 100 : 0 }
  }

  async function look(ownerId: string): Promise<Known> {
    const startMs = performance.now()
    const bytes = await storedBytes(db, ownerId)
    return known(bytes, performance.now() - startMs)
  }

  function remember(ownerId: string, looking = look(ownerId)): Promise<Known> {
    owners.delete(ownerId)
    owners.set(ownerId, looking)
    looking.catch(() => owners.get(ownerId) === looking && owners.delete(ownerId))
    const [oldest] = owners.keys()
    if (owners.size > most && oldest !== undefined) owners.delete(oldest)
    return looking
  }

  /** As it was some seconds ago at most. */
  async function lately(ownerId: string): Promise<Known> {
    const found = await owners.get(ownerId)
    return found && found.untilMs > performance.now() ? found : remember(ownerId)
  }

  /** Of all that has been let through; nobody else lets anything through until the transaction ends. */
  async function locked(tx: Db, ownerId: string): Promise<{ bytes: number; tookMs: number }> {
    await lockQuota(tx, 'bytes', ownerId)
    const startMs = performance.now()
    const bytes = await storedBytes(tx, ownerId)
    return { bytes, tookMs: performance.now() - startMs }
  }

  return {
    cap,
    left: async (ownerId) => Math.max(0, cap - (await storedBytes(db, ownerId))),
    async roughlyLeft(ownerId) {
      const rough = await lately(ownerId)
      const { bytes } = rough.bytes < near ? rough : await remember(ownerId)
      return Math.max(0, cap - bytes)
    },
    fits: async (tx, { ownerId, sizeBytes }) => (await locked(tx, ownerId)).bytes + sizeBytes <= cap,
    async takes(tx, { ownerId, sizeBytes }) {
      const rough = await owners.get(ownerId)
      if (rough && rough.untilMs > performance.now() && rough.shareBytes >= sizeBytes) {
        rough.shareBytes -= sizeBytes
        return true
      }
      const { bytes, tookMs } = await locked(tx, ownerId)
      const fits = bytes + sizeBytes <= cap
      void remember(ownerId, Promise.resolve(known(fits ? bytes + sizeBytes : bytes, tookMs)))
      return fits
    },
    isFull: async (ownerId) => (await lately(ownerId)).bytes >= cap,
    forget: (ownerId) => void owners.delete(ownerId),
  }
}
