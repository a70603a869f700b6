import type { Db } from '../database/db.ts'
import { forgetDiscards, takeNow } from '../database/discards.ts'
import type { FileStore } from './store.ts'

type Storage = { db: Db; files: FileStore }

/** Deletions at once: enough for a store that answers in tens of milliseconds. */
const width = 16

/**
 * Deletes the bytes of keys that the caller has taken from `discards`, and forgets those keys. What the store would not delete
 * stays there for another try, and is answered with the cause.
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
    await forgetDiscards(db, deleted)
  }
  return failures
}

/** Deletes discarded bytes at once instead of at their time. What cannot be deleted now stays for the sweep. */
export async function deleteNow(storage: Storage, storageKeys: readonly string[]) {
  return deleteTaken(storage, await takeNow(storage.db, storageKeys))
}
