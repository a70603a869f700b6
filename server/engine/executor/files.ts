import { Readable } from 'node:stream'
import { v7 as uuidv7 } from 'uuid'
import { parseId } from '../../contract/ids.ts'
import { insertFile } from '../../database/files.ts'
import { forgetFiles } from '../../database/leftovers.ts'
import { findUpload } from '../../database/uploads.ts'
import type { Context, StoredFile } from '../../handlers/define.ts'
import { removeStored } from '../discard.ts'
import type { Order } from '../protocol.ts'
import type { Resources } from './serve.ts'

/** The files side of a context. */
export type AttemptFiles = Context<'generateReport'>['files'] & {
  /** Removes what this attempt made, unless it completed the operation. */
  discard(): Promise<void>
}

/** Files belong to the operation only if its attempt completes it: a re-run must not leave two of them. */
export function attemptFiles(
  { db, files }: Pick<Resources, 'db' | 'files'>,
  row: Pick<Order, 'operationId' | 'ownerId' | 'attempt'>,
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

async function* bytesOf(files: Resources['files'], storageKey: string) {
  yield* await files.read(storageKey)
}
