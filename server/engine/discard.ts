import type { Db } from '../database/db.ts'
import { forgetAllFiles } from '../database/leftovers.ts'
import type { FileStore } from '../files/store.ts'

/** Removes the files of an operation that did not complete: those of its attempts that failed, or died with their process. */
export async function discardAll(at: { db: Db; files: FileStore }, operationId: string): Promise<void> {
  await removeStored(at.files, await forgetAllFiles(at.db, operationId))
}

export async function removeStored(files: FileStore, forgotten: { storageKey: string }[]): Promise<void> {
  await Promise.all(forgotten.map(({ storageKey }) => files.delete(storageKey)))
}
