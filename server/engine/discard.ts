import type { Db } from '../database/db.ts'
import { forgetAllFiles } from '../database/leftovers.ts'
import { deleteNow } from '../files/discards.ts'
import type { FileStore } from '../files/store.ts'

/** Removes the files of an operation that did not complete: those of its attempts that failed, or died with their process. */
export async function discardAll(at: { db: Db; files: FileStore }, operationId: string): Promise<void> {
  const forgotten = await forgetAllFiles(at.db, operationId)
  await deleteNow(
    at,
    forgotten.map(({ storageKey }) => storageKey),
  )
}
