import type { InputOf } from '../../generated/operations.ts'
import { parseId } from '../contract/ids.ts'
import { dbOn } from '../database/connection.ts'
import { copyOutOn, withClient } from '../database/copy.ts'
import { findUpload } from '../database/files/uploads.ts'
import { type ImportCounts, refreshStatistics, rejectedRows } from '../database/orders/import.ts'
import {
  type CheckContext,
  type Context,
  defineOperation,
  type Finished,
  OperationError,
  type StoredFile,
} from './define.ts'
import { importRows } from './import/import-rows.ts'

/** After an import of this many rows the statistics of the planner are refreshed; fewer are left to autovacuum. */
const manyRows = 1000

/**
 * Imports order lines from an upload in one transaction that also completes the operation. A failed or cancelled import leaves no rows.
 */
export const importOrders = defineOperation('importOrders', {
  async run(context, { uploadId }) {
    const upload = await context.files.openUpload(uploadId)
    if (!upload) throw new OperationError('UPLOAD_NOT_FOUND', `The upload ${uploadId} no longer exists.`)
    const { signal, ownerId, ownerOrderLines: mostLines, copyPool } = context
    return withClient(copyPool, signal, async (client, cancel) => {
      const source = { bytes: upload.open(), mediaType: upload.mediaType, sizeBytes: upload.sizeBytes }
      const counts = await importRows(client, { ownerId, mostLines }, source, {
        signal,
        onProgress: context.progress,
      })
      const rejects = counts.rejected > 0 ? await saveRejects(context, client, cancel, counts) : undefined
      const finished = await finish(context, client, counts, rejects)
      await client.query('commit')
      // Errors are ignored: autovacuum refreshes the statistics a minute later.
      if (counts.loaded >= manyRows) await refreshStatistics(client).catch(() => {})
      return finished
    })
  },

  async check(context, { uploadId }) {
    if (await uploadOf(context, uploadId)) return []
    return [
      { pointer: '/uploadId', message: 'must be the id of one of your uploads: send the file to POST /uploads first' },
    ]
  },

  async estimate(context, { uploadId }) {
    const upload = await uploadOf(context, uploadId)
    // A line of the sample has 230 bytes as CSV and about twice as many as NDJSON.
    return upload ? { rows: Math.ceil(upload.sizeBytes / (upload.mediaType === 'text/csv' ? 230 : 480)) } : {}
  },
})

async function uploadOf({ db, ownerId }: CheckContext, uploadId: InputOf['importOrders']['uploadId']) {
  const uuid = parseId('upload', uploadId)
  const upload = uuid && (await findUpload(db, { ownerId, uploadId: uuid }))
  return upload && upload.expiresAt > new Date() ? upload : undefined
}

type Client = Parameters<typeof importRows>[0]

function saveRejects(context: Context<'importOrders'>, client: Client, cancel: () => void, counts: ImportCounts) {
  context.warn({
    code: 'ROWS_REJECTED',
    message: `${counts.rejected} of ${counts.read} rows were rejected; the reject file lists each row and the reason.`,
    affectedRecords: counts.rejected,
  })
  const { signal } = context
  const rows = copyOutOn(client, rejectedRows, { format: 'csv', signal, cancel, onRows: () => {} })
  return context.files.create({ name: 'rejected-rows.csv', mediaType: 'text/csv' }, rows)
}

function finish(
  context: Context<'importOrders'>,
  client: Client,
  { read, loaded, unchanged, rejected }: ImportCounts,
  rejects: StoredFile | undefined,
): Promise<Finished> {
  return context.finish(dbOn(client), {
    rowsRead: read,
    rowsLoaded: loaded,
    rowsUnchanged: unchanged,
    rowsRejected: rejected,
    ...(rejects ? { rejectUrl: rejects.url } : {}),
  })
}
