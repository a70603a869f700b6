import { Readable } from 'node:stream'
import { parseId, uuidOfGenerated } from '../../../contract/ids.ts'
import type { Db } from '../../../database/db.ts'
import { insertFile } from '../../../database/files/files.ts'
import { deleteFileRows } from '../../../database/files/leftovers.ts'
import { findUpload } from '../../../database/files/uploads.ts'
import { deleteNow } from '../../../files/discards.ts'
import { storePlanned, type Written } from '../../../files/planned.ts'
import { type Context, OperationError, type StoredFile } from '../../../handlers/define.ts'
import { StorageFull } from '../../../quotas/stored-bytes.ts'
import type { AttemptRuntime } from './runtime.ts'

/** The `files` of a handler's context. */
export type AttemptFiles = Context<'generateReport'>['files'] & {
  /** Deletes the files of this attempt, unless it completed the operation. */
  discard(): Promise<void>
}

/** Files belong to the operation only if their attempt completes it, so that a repeated attempt does not leave two of them. */
export function createAttemptFiles({ order, resources, quotas, signal, expiresAt }: AttemptRuntime): AttemptFiles {
  const { db, files } = resources
  const { ownerId, operationId } = order
  const created: string[] = []
  return {
    async create({ name, mediaType }, source): Promise<StoredFile> {
      signal.throwIfAborted()
      const fileId = uuidOfGenerated(operationId)
      const storageKey = `operations/${operationId}/${fileId}`
      const quota = quotas.storage && { storage: quotas.storage, ownerId }
      const register = async (tx: Db, written: Written) => {
        const file = { fileId, ownerId, operationId, name, mediaType, storageKey, ...written }
        await insertFile(tx, { ...file, expiresAt: expiresAt() })
        return written
      }
      const { sizeBytes, sha256 } = await storePlanned(
        { db, files },
        storageKey,
        source,
        { signal, quota },
        register,
      ).catch((error) => {
        throw handlerErrorOf(error) ?? error
      })
      created.push(fileId)
      return { fileId, url: `file:${fileId}`, sizeBytes, sha256, storageKey }
    },
    async openUpload(uploadId) {
      const id = parseId('upload', uploadId)
      const upload = id && (await findUpload(db, { ownerId, uploadId: id }))
      if (!upload) return undefined
      const { mediaType, sizeBytes, storageKey } = upload
      async function* content() {
        let received = 0
        for await (const chunk of await files.read(storageKey)) {
          received += chunk.byteLength
          yield chunk
        }
        // An import of a part of the file would look complete.
        if (received !== sizeBytes) throw new Error(`the upload has ${received} bytes instead of ${sizeBytes}`)
      }
      return { mediaType, sizeBytes, open: () => Readable.from(content(), { objectMode: false }) }
    },
    async discard() {
      const deleted = await deleteFileRows(db, order, created)
      await deleteNow(
        { db, files },
        deleted.map(({ storageKey }) => storageKey),
      )
    },
  }
}

/** A full quota fails the operation, because another attempt would not help. */
function handlerErrorOf(error: unknown): Error | undefined {
  if (!(error instanceof StorageFull)) return undefined
  const limit = `You may have ${error.cap.toLocaleString('en')} ${error.unit} stored, and the file of this operation would exceed that.`
  const remedy = 'Purge operations, or wait until some expire; then retry this one.'
  return new OperationError('STORAGE_FULL', `${limit} ${remedy}`)
}
