import { Problem } from '../contract/problem.ts'
import type { Db } from '../database/db.ts'
import { lockQuota, type Space, storedSpace } from '../database/quotas.ts'
import { createLoadingCache } from '../lib/cache.ts'

/** How many bytes and files an owner may store, including those that are being written. */
export type StorageQuota = {
  /**
   * Calls `write`, which must store in its row how many bytes are reserved: `needed`, and up to `spareBytes` more if there is plenty left.
   * Throws `StorageFull` if `needed` does not fit. `exact` reservations are counted under the owner's lock. Others skip the lock while the
   * owner is far below the quota: exact over 20 processes; each further process may exceed it by a hundredth.
   */
  reserve<T>(asked: Reservation, write: (db: Db, bytes: number) => Promise<T>): Promise<T>
  /** Undefined while something is left, by figures up to some seconds old. */
  full(ownerId: string): Promise<StorageFull | undefined>
  /** Files were removed: the next `full` reads again. */
  forget(ownerId: string): void
}

/** `heldBytes`: reserved for the same file before. */
type Reservation = { ownerId: string; needed: Space; heldBytes?: number; spareBytes: number; exact?: boolean }

/** `left` and `cap` are of the unit that does not fit. */
export class StorageFull extends Error {
  unit: keyof Space
  left: number
  cap: number

  constructor(unit: keyof Space, used: Space, cap: Space, heldBytes = 0) {
    super(`the owner may store ${cap[unit]} ${unit}`)
    this.name = 'StorageFull'
    this.unit = unit
    this.cap = cap[unit]
    this.left = Math.max(0, cap[unit] - used[unit] + (unit === 'bytes' ? heldBytes : 0))
  }
}

type Known = {
  used: Space
  ttlMs: number
  /** What this process may still reserve without reading again. */
  share: Space
}

const keptMs = 10_000
/** Of a full owner, which waits for files to be removed. */
const fullMs = 1000
/** Summing up takes at most a fiftieth of the time. */
const costFactor = 50
const maxOwners = 10_000
/** Above this share of the quota, every reservation is counted under the lock. */
const nearShare = 0.8

export function openStorageQuota(db: Db, cap: Space): StorageQuota {
  const locking = new Map<string, Promise<unknown>>()
  const owners = createLoadingCache<Known>({
    max: maxOwners,
    async load(ownerId) {
      const startMs = performance.now()
      const used = await storedSpace(db, ownerId)
      return known(used, performance.now() - startMs)
    },
    ttlMs: ({ ttlMs }) => ttlMs,
  })

  function fullFor(used: Space, needed: Space, heldBytes = 0): StorageFull | undefined {
    if (used.bytes + needed.bytes > cap.bytes) return new StorageFull('bytes', used, cap, heldBytes)
    return used.files + needed.files > cap.files ? new StorageFull('files', used, cap) : undefined
  }

  /** `tookMs`: how long it took to sum up `used`. */
  function known(used: Space, tookMs: number): Known {
    const full = fullFor(used, { bytes: 1, files: 1 }) !== undefined
    const isNear = used.bytes >= nearShare * cap.bytes || used.files >= nearShare * cap.files
    const share = isNear ? { bytes: 0, files: 0 } : { bytes: cap.bytes / 100, files: cap.files / 100 }
    return { used, ttlMs: Math.max(full ? fullMs : keptMs, costFactor * tookMs), share }
  }

  /** One transaction at a time per owner: those that wait for its lock must not hold all of this process's connections. */
  async function alone<T>(ownerId: string, work: () => Promise<T>): Promise<T> {
    const before = locking.get(ownerId)
    const working = before ? before.then(work, work) : work()
    locking.set(ownerId, working)
    try {
      return await working
    } finally {
      if (locking.get(ownerId) === working) locking.delete(ownerId)
    }
  }

  return {
    async reserve({ ownerId, needed, heldBytes, spareBytes, exact = false }, write) {
      if (!exact) {
        const { used, share } = await owners.get(ownerId)
        const bytes = needed.bytes + spare(spareBytes, cap.bytes - used.bytes)
        if (share.bytes >= bytes && share.files >= needed.files) {
          share.bytes -= bytes
          share.files -= needed.files
          return write(db, bytes)
        }
      }
      return alone(ownerId, () =>
        db.transaction(async (tx) => {
          await lockQuota(tx, 'bytes', ownerId)
          const startMs = performance.now()
          const used = await storedSpace(tx, ownerId)
          const tookMs = performance.now() - startMs
          const refusal = fullFor(used, needed, heldBytes)
          const bytes = refusal ? 0 : needed.bytes + spare(spareBytes, cap.bytes - used.bytes - needed.bytes)
          const after = refusal ? used : { bytes: used.bytes + bytes, files: used.files + needed.files }
          owners.set(ownerId, known(after, tookMs))
          if (refusal) throw refusal
          return write(tx, bytes)
        }),
      )
    },
    full: async (ownerId) => fullFor((await owners.get(ownerId)).used, { bytes: 1, files: 1 }),
    forget: owners.delete,
  }
}

/** Near the quota, little more than needed is reserved. */
function spare(bytes: number, left: number): number {
  return Math.max(0, Math.min(bytes, Math.floor(left / 100)))
}

export function storageFull({ left, cap, unit }: StorageFull) {
  return new Problem(
    'STORAGE_FULL',
    `You may have ${cap.toLocaleString('en')} ${unit} stored, of which ${left.toLocaleString('en')} are left. Purge operations, or wait until some expire.`,
  )
}
