import { readdir } from 'node:fs/promises'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { InputOf, OperationType } from '../../generated/operations.ts'
import { formatId } from '../../server/contract/ids.ts'
import { insertUpload } from '../../server/database/files/uploads.ts'
import { cancel, type OperationRow } from '../../server/database/operations/read.ts'
import { files as fileTable } from '../../server/database/schema/files.ts'
import { handlers } from '../../server/handlers/registry.ts'
import { openRig, type Rig } from '../engine/rig.ts'

/** The real handlers on a worker, with a database with the sample data. */
export type HandlerRig = Rig & {
  start<T extends OperationType>(type: T, input: InputOf[T], ownerId?: string): Promise<OperationRow>
  /** Runs an operation until it is terminal. */
  run<T extends OperationType>(type: T, input: InputOf[T], ownerId?: string): Promise<OperationRow>
  /** The content of the file that a result references. */
  text(reference: unknown): Promise<string>
  bytes(reference: unknown): Promise<Buffer>
  upload(content: string | Uint8Array, options?: { mediaType?: string; ownerId?: string }): Promise<string>
  cancel(operation: OperationRow): Promise<void>
  /** Every file in the storage folder, including incomplete ones. */
  stored(): Promise<string[]>
}

export const alice = 'alice'
export const bob = 'bob'

export async function openHandlerRig({
  sample = true,
  ...quotas
}: {
  sample?: boolean
  ownerOrderLines?: number
} = {}): Promise<HandlerRig> {
  const rig = await openRig({ withSample: sample })
  const { connection, files, notifications } = rig
  rig.work({ handlers, concurrency: 4, ...quotas })

  const start: HandlerRig['start'] = (type, input, ownerId = alice) => rig.submit({ type, input, ownerId })

  async function bytes(reference: unknown) {
    const fileId = String(reference).replace(/^file:/, '')
    const [file] = await connection.db.select().from(fileTable).where(eq(fileTable.fileId, fileId))
    if (!file) throw new Error(`no file ${fileId}`)
    return Buffer.concat(await Array.fromAsync(await files.read(file.storageKey)))
  }

  return {
    ...rig,
    start,
    async run(type, input, ownerId) {
      const { operationId } = await start(type, input, ownerId)
      return rig.until(operationId, 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED')
    },
    bytes,
    text: async (reference) => (await bytes(reference)).toString(),
    async upload(content, { mediaType = 'text/csv', ownerId = alice } = {}) {
      const uploadId = uuidv7()
      const storageKey = `uploads/${uploadId}`
      const written = await files.write(storageKey, once(content))
      await insertUpload(connection.db, { uploadId, ownerId, mediaType, storageKey, ...written, keepSeconds: 3600 })
      return formatId('upload', uploadId)
    },
    async cancel({ operationId, ownerId }) {
      const cancelRequest = { ownerId, operationId, actor: 'owner', retentionSeconds: () => 60 }
      await cancel(connection.db, cancelRequest)
      notifications.notify('changed', operationId)
    },
    stored: () => filesBelow(rig.folder),
  }
}

async function* once(content: string | Uint8Array) {
  yield content
}

/** The names of the files in `folder`, at any depth. Repeats the read when an empty folder is removed meanwhile. */
async function filesBelow(folder: string): Promise<string[]> {
  for (;;) {
    try {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
}
