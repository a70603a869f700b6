import { Readable } from 'node:stream'
import { parseId, uuidOfMade } from '../../contract/ids.ts'
import { insertFile } from '../../database/files.ts'
import { forgetFiles } from '../../database/leftovers.ts'
import type { StorageRoom } from '../../database/storage-room.ts'
import { findUpload } from '../../database/uploads.ts'
import { storeAnnounced } from '../../files/announced.ts'
import { deleteNow } from '../../files/discards.ts'
import { FileTooLarge } from '../../files/store.ts'
import { type Context, OperationError, type StoredFile } from '../../handlers/define.ts'
import type { Order } from '../protocol.ts'
import type { Shared } from './serve.ts'

/** The files side of a context. */
export type AttemptFiles = Context<'generateReport'>['files'] & {
  /** Removes what this attempt made, unless it completed the operation. */
  discard(): Promise<void>
}

/** Files belong to the operation only if its attempt completes it: a re-run must not leave two of them. */
export function attemptFiles(
  storage: Pick<Shared, 'db' | 'files' | 'storageRoom'>,
  row: Pick<Order, 'operationId' | 'ownerId' | 'attempt'>,
  signal: AbortSignal,
  expiresAt: () => Date,
): AttemptFiles {
  const { db, files, storageRoom } = storage
  const made: string[] = []
  return {
    async create({ name, mediaType }, source): Promise<StoredFile> {
      signal.throwIfAborted()
      const { ownerId, operationId } = row
      const fileId = uuidOfMade(operationId)
      const storageKey = `operations/${operationId}/${fileId}`
      const left = await storageRoom?.roughlyLeft(ownerId)
      const limits = { signal, ...(left === undefined ? {} : { maxBytes: left }) }
      const { sizeBytes, sha256 } = await storeAnnounced(storage, storageKey, source, limits, async (tx, written) => {
        const { sizeBytes, sha256 } = written
        if (storageRoom && !(await storageRoom.takes(tx, { ownerId, sizeBytes }))) throw storageFull(storageRoom)
        const file = { fileId, ownerId, operationId, name, mediaType, sizeBytes, sha256, storageKey }
        await insertFile(tx, { ...file, expiresAt: expiresAt() })
        return written
      }).catch((error) => {
        throw error instanceof FileTooLarge && storageRoom ? storageFull(storageRoom) : error
      })
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
      await deleteNow(
        storage,
        forgotten.map(({ storageKey }) => storageKey),
      )
    },
  }
}

async function* bytesOf(files: Shared['files'], storageKey: string) {
  yield* await files.read(storageKey)
}

/** No attempt mends it: the owner does. */
function storageFull({ cap }: StorageRoom): OperationError {
  const most = `You may have ${cap.toLocaleString('en')} bytes stored, and the file of this operation would pass that.`
  return new OperationError('STORAGE_FULL', `${most} Purge operations, or wait until some expire; then retry this one.`)
}
