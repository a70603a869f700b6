import type { Db } from '../database/db.ts'
import { announce, prolong, redeem } from '../database/discards.ts'
import { deleteNow } from './discards.ts'
import type { FileStore, WriteOptions } from './store.ts'

export type Written = Awaited<ReturnType<FileStore['write']>>

export type AnnouncedOptions = WriteOptions & {
  /** How long after its last word a process that stores bytes is taken to be dead; default an hour. */
  aheadSeconds?: number
}

/**
 * Stores `source` under a new key and has `register` write the row that needs it, in a transaction; answers what that answers.
 * Whatever happens in between, a killed process included, no bytes stay for good without their row. Rejects as the store
 * and `register` do; then there is neither.
 */
export async function storeAnnounced<T>(
  storage: { db: Db; files: FileStore },
  storageKey: string,
  source: AsyncIterable<Uint8Array | string>,
  { aheadSeconds = 3600, ...options }: AnnouncedOptions,
  register: (tx: Db, written: Written) => Promise<T>,
): Promise<T> {
  const { db, files } = storage
  const late = new AbortController()
  let announced = await announce(db, storageKey, aheadSeconds)
  let renewing: Promise<void> = Promise.resolve()

  async function renew() {
    // A failure says nothing yet: there is time for another try.
    const renewed = await prolong(db, announced, aheadSeconds).catch(() => announced)
    if (renewed) announced = renewed
    else late.abort(new Error(`${storageKey} was given up before it was whole`))
  }

  const timer = setInterval(
    () => {
      renewing = renewing.then(renew)
    },
    (aheadSeconds * 1000) / 3,
  )
  try {
    const signal = options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal
    const written = await files.write(storageKey, source, { ...options, signal })
    clearInterval(timer)
    await renewing
    return await db.transaction(async (tx) => {
      if (!(await redeem(tx, announced))) throw new Error(`${storageKey} was given up before it was registered`)
      return register(tx, written)
    })
  } catch (error) {
    // The commit may have come through although its answer did not; then the key is needed, and no longer here to be taken.
    await deleteNow(storage, [storageKey]).catch(() => {})
    throw error
  } finally {
    clearInterval(timer)
  }
}
