import { Readable } from 'node:stream'
import { v7 as uuidv7 } from 'uuid'
import { parseId } from '../contract/ids.ts'
import { insertFile } from '../database/files.ts'
import { forgetAllFiles, forgetFiles } from '../database/leftovers.ts'
import type { OperationRow } from '../database/transitions.ts'
import { findUpload } from '../database/uploads.ts'
import type { Context, StoredFile } from '../handlers/define.ts'
import type { Engine } from './state.ts'

/** The files side of a context. */
export type AttemptFiles = Context<'generateReport'>['files'] & {
  /** Removes what this attempt made, unless it completed the operation. */
  discard(): Promise<void>
}

/** Files belong to the operation only if its attempt completes it: a re-run must not leave two of them. */
export function attemptFiles(
  { db, files }: Pick<Engine, 'db' | 'files'>,
  row: OperationRow,
  signal: AbortSignal,
  expiresAt: () => Date,
): AttemptFiles {
  const made: string[] = []
  return {
    async create({ name, mediaType }, source): Promise<StoredFile> {
      signal.throwIfAborted()
      const fileId = uuidv7()
      const storageKey = `operations/${row.operationId}/${fileId}`
      const { sizeBytes, sha256 } = await files.write(storageKey, source, { signal })
      try {
        const { ownerId, operationId } = row
        await insertFile(db, {
          fileId,
          ownerId,
          operationId,
          name,
          mediaType,
          sizeBytes,
          sha256,
          storageKey,
          expiresAt: expiresAt(),
        })
      } catch (error) {
        await files.delete(storageKey)
        throw error
      }
      made.push(fileId)
      return { fileId, url: `file:${fileId}`, sizeBytes, sha256, storageKey }
    },
    async openUpload(uploadId) {
      const id = parseId('upload', uploadId)
      const upload = id && (await findUpload(db, { ownerId: row.ownerId, uploadId: id }))
      if (!upload) return undefined
      const { mediaType, sizeBytes, storageKey } = upload
      return { mediaType, sizeBytes, open: () => Readable.from(bytesOf(files, storageKey), { objectMode: false }) }
    },
    async discard() {
      const forgotten = await forgetFiles(db, row, made)
      await removeStored(files, forgotten)
    },
  }
}

/** Removes the files of attempts that died with their worker. */
export async function discardAll({ db, files }: Pick<Engine, 'db' | 'files'>, operationId: string): Promise<void> {
  await removeStored(files, await forgetAllFiles(db, operationId))
}

async function removeStored(files: Engine['files'], forgotten: { storageKey: string }[]) {
  await Promise.all(forgotten.map(({ storageKey }) => files.delete(storageKey)))
}

async function* bytesOf(files: Engine['files'], storageKey: string) {
  yield* await files.read(storageKey)
}
