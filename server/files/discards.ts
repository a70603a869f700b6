import type { Db } from '../database/db.ts'
import { deleteDiscards, lockNow } from '../database/files/discards.ts'
import type { FileStore } from './store.ts'

type Storage = { db: Db; files: FileStore }

/** Concurrent deletions: enough for a store that responds in tens of milliseconds. */
const width = 16

/**
 * Deletes the bytes of keys that the caller has taken from `discards`, then their rows. Returns the keys that the store could not delete,
 * with the cause; their rows stay, so that the sweep tries again.
 */
export async function deleteTaken(
  { db, files }: Storage,
  storageKeys: readonly string[],
): Promise<{ storageKey: string; cause: unknown }[]> {
  const failures: { storageKey: string; cause: unknown }[] = []
  for (let from = 0; from < storageKeys.length; from += width) {
    const some = storageKeys.slice(from, from + width)
    const deleted: string[] = []
    await Promise.all(
      some.map((storageKey) =>
        files.delete(storageKey).then(
          () => deleted.push(storageKey),
          (cause: unknown) => failures.push({ storageKey, cause }),
        ),
      ),
    )
    await deleteDiscards(db, deleted)
  }
  return failures
}

/** Deletes discarded bytes now, before they are due. The sweep deletes what cannot be deleted now. */
export async function deleteNow(storage: Storage, storageKeys: readonly string[]) {
  return deleteTaken(storage, await lockNow(storage.db, storageKeys))
}
