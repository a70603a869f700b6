import type { Db } from '../database/db.ts'
import { extendPlan, fulfilPlan, type PlannedFile, planFile } from '../database/files/discards.ts'
import type { StorageQuota } from '../quotas/stored-bytes.ts'
import { deleteNow } from './discards.ts'
import type { FileStore, WriteOptions } from './store.ts'

export type Written = Awaited<ReturnType<FileStore['write']>>

export type PlannedOptions = WriteOptions & {
  /** How long after its last update of the plan a process that stores bytes is considered dead; default two minutes. */
  aheadSeconds?: number
  quota?: FileQuota | undefined
}

/** The quota that a file counts for, before its first byte is written. */
export type FileQuota = {
  storage: StorageQuota
  ownerId: string
  /** The size of the file, reserved at once. Without it, bytes are reserved in portions as they arrive. */
  declaredBytes?: number | undefined
  /** With it, bytes are reserved under the owner's lock, and `check` is called there before the first byte. If it throws, the file is refused. */
  check?(tx: Db): Promise<void>
}

/** The plan of a file has ended: another process has deleted its bytes, or is about to. */
class Discarded extends Error {}

/** Bytes that are reserved in advance: as many as are reserved already, between these limits. */
const minSpareBytes = 262_144
const maxSpareBytes = 16_777_216

/**
 * Stores `source` under a new key, calls `register` in a transaction to write the row that refers to the key, and returns its result. Bytes
 * without a row are always deleted in the end, even if this process is killed. Rejects with the error of the store or of `register`, and
 * with `StorageFull` if the quota is exceeded; then neither bytes nor row remain.
 */
export async function storePlanned<T>(
  storage: { db: Db; files: FileStore },
  storageKey: string,
  source: AsyncIterable<Uint8Array | string>,
  { aheadSeconds = 120, quota, ...options }: PlannedOptions,
  register: (tx: Db, written: Written) => Promise<T>,
): Promise<T> {
  const { db, files } = storage
  const late = new AbortController()
  const exact = quota?.check !== undefined
  let planned = await begin()
  let writing: Promise<unknown> = Promise.resolve()

  function begin(): Promise<PlannedFile> {
    if (!quota) return planFile(db, storageKey, aheadSeconds)
    const { ownerId, declaredBytes, check } = quota
    const needed = { bytes: declaredBytes ?? 0, files: 1 }
    const spareBytes = declaredBytes === undefined ? minSpareBytes : 0
    return quota.storage.reserve({ ownerId, needed, spareBytes, exact }, async (at, reservedBytes) => {
      await check?.(at)
      return planFile(at, storageKey, aheadSeconds, { ownerId, reservedBytes })
    })
  }

  /** Changes the plan. One change at a time, because each needs the row that the previous one wrote. */
  function change(how: () => Promise<PlannedFile | undefined>): Promise<void> {
    const changing = writing.then(async () => {
      const changed = await how()
      if (changed) planned = changed
      else late.abort(new Discarded(`${storageKey} was discarded before it was complete`))
    })
    writing = changing.catch(() => {})
    return changing
  }

  async function grow({ storage, ownerId }: FileQuota, bytes: number) {
    const heldBytes = planned.reservedBytes
    const spareBytes = Math.min(maxSpareBytes, Math.max(minSpareBytes, heldBytes))
    await change(() =>
      storage.reserve({ ownerId, needed: { bytes, files: 0 }, heldBytes, spareBytes, exact }, (at, more) =>
        extendPlan(at, planned, aheadSeconds, more),
      ),
    )
  }

  async function* reserved(quota: FileQuota) {
    let sizeBytes = 0
    for await (const chunk of source) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      sizeBytes += bytes.byteLength
      // The store refuses a file that is too large.
      const wanted = Math.min(sizeBytes, options.maxBytes ?? sizeBytes)
      if (wanted > planned.reservedBytes) await grow(quota, wanted - planned.reservedBytes)
      yield bytes
    }
  }

  const timer = setInterval(
    // One failure is harmless: the next extension still comes in time.
    () => void change(() => extendPlan(db, planned, aheadSeconds)).catch(() => {}),
    (aheadSeconds * 1000) / 3,
  )
  try {
    const signal = options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal
    const written = await files.write(storageKey, quota ? reserved(quota) : source, { ...options, signal })
    clearInterval(timer)
    await writing
    return await db.transaction(async (tx) => {
      if (!(await fulfilPlan(tx, planned))) throw new Discarded(`${storageKey} was discarded before it was registered`)
      return register(tx, written)
    })
  } catch (error) {
    // The bytes may have arrived after those of the key were deleted, by a process that considered this one dead. No other process uses the key.
    if (error instanceof Discarded) await files.delete(storageKey).catch(() => {})
    // The commit may have succeeded although its response was lost. Then the key is no longer in `discards`, and its bytes are kept.
    await deleteNow(storage, [storageKey]).catch(() => {})
    throw error
  } finally {
    clearInterval(timer)
  }
}
