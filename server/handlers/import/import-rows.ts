import { pipeline } from 'node:stream/promises'
import type { PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import {
  beginImport,
  copyIncoming,
  firstRejects,
  type ImportCounts,
  mergeIncoming,
} from '../../database/order-import.ts'
import { OperationError } from '../define.ts'
import { csvRows } from './csv.ts'
import { ndjsonRows } from './ndjson.ts'
import { strictText } from './text.ts'

export type ImportSource = { bytes: AsyncIterable<Uint8Array>; mediaType: string; sizeBytes: number }

type Steps = {
  signal: AbortSignal
  onRead?: (bytes: number, total: number) => void
  onMerged?: (done: number, total: number) => void
}

/**
 * Opens a transaction on `client` and moves a file of order lines into the tables of `ownerId`, memory flat. The caller commits,
 * after it has taken what it wants of the rejected rows; nothing is kept until then. Throws `OperationError` when the file cannot
 * be read as a whole, or has no row that could be kept.
 */
export async function importRows(
  client: PoolClient,
  ownerId: string,
  source: ImportSource,
  { signal, onRead, onMerged }: Steps,
): Promise<ImportCounts> {
  await beginImport(client, ownerId)
  const rowsOf = source.mediaType === 'application/x-ndjson' ? ndjsonRows : csvRows
  const text = strictText(counted(source, onRead))
  await pipeline(rowsOf(text), client.query(copyFrom(copyIncoming)), { signal })
  const counts = await mergeIncoming(client, ownerId, (done, total) => {
    signal.throwIfAborted()
    onMerged?.(done, total)
  })
  if (counts.read === 0) {
    throw new OperationError('INVALID_FILE', 'The file has a header but no row.', {
      errors: [{ pointer: '/uploadId', message: 'upload a file with at least one row below its header' }],
    })
  }
  if (counts.rejected === counts.read) throw await noValidRows(client, counts)
  return counts
}

async function* counted({ bytes, sizeBytes }: ImportSource, onRead: Steps['onRead']) {
  let read = 0
  for await (const chunk of bytes) {
    yield chunk
    read += chunk.byteLength
    onRead?.(read, sizeBytes)
  }
}

const shownRejects = 10

async function noValidRows(client: PoolClient, { read }: ImportCounts): Promise<OperationError> {
  const rejects = await firstRejects(client, shownRejects)
  const errors = rejects.map(({ line, column, reason }) => ({
    pointer: '/uploadId',
    message: `line ${line}${column === '' ? '' : `, column ${column}`}: ${reason}`,
  }))
  const which =
    read > shownRejects ? `the first ${shownRejects} of ${read.toLocaleString('en-US')} faults` : 'the faults'
  return new OperationError('NO_VALID_ROWS', `Not one row could be loaded; errors lists ${which}.`, { errors })
}
