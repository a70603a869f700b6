import { pipeline } from 'node:stream/promises'
import type { PgPoolClient } from '../../database/client.ts'
import { copyIn } from '../../database/copy.ts'
import {
  beginImport,
  copyIncoming,
  firstRejects,
  type ImportCounts,
  mergeIncoming,
  TooManyOrderLines,
} from '../../database/orders/import.ts'
import { OperationError } from '../define.ts'
import { csvRows } from './csv.ts'
import { ndjsonRows } from './ndjson.ts'
import { strictText } from './text.ts'

export type ImportSource = { bytes: AsyncIterable<Uint8Array>; mediaType: string; sizeBytes: number }

type ImportOptions = {
  signal: AbortSignal
  onRead?: (bytes: number, total: number) => void
  onMerged?: (done: number, total: number) => void
}

/**
 * Starts a transaction on `client` and imports a file of order lines for `ownerId` with constant memory. The caller reads the rejected rows and
 * commits. Throws `OperationError` when the file cannot be parsed, has no valid row, or would exceed `mostLines` order lines.
 */
export async function importRows(
  client: PgPoolClient,
  { ownerId, mostLines }: { ownerId: string; mostLines: number | undefined },
  source: ImportSource,
  { signal, onRead, onMerged }: ImportOptions,
): Promise<ImportCounts> {
  await beginImport(client, ownerId)
  const rowsOf = source.mediaType === 'application/x-ndjson' ? ndjsonRows : csvRows
  const text = strictText(counted(source, onRead))
  await pipeline(rowsOf(text), copyIn(client, copyIncoming), { signal })
  const counts = await mergeIncoming(client, { ownerId, mostLines }, (done, total) => {
    signal.throwIfAborted()
    onMerged?.(done, total)
  }).catch((error) => {
    throw error instanceof TooManyOrderLines && mostLines !== undefined ? tooManyLines(mostLines) : error
  })
  if (counts.read === 0) {
    throw new OperationError('INVALID_FILE', 'The file has a header but no rows.', {
      errors: [{ pointer: '/uploadId', message: 'upload a file with at least one row below its header' }],
    })
  }
  if (counts.rejected === counts.read) throw await noValidRows(client, counts)
  return counts
}

async function* counted({ bytes, sizeBytes }: ImportSource, onRead: ImportOptions['onRead']) {
  let read = 0
  for await (const chunk of bytes) {
    yield chunk
    read += chunk.byteLength
    onRead?.(read, sizeBytes)
  }
}

function tooManyLines(mostLines: number): OperationError {
  const most = `You may have ${mostLines.toLocaleString('en')} imported order lines, and those of this file would exceed that.`
  return new OperationError('TOO_MANY_ORDER_LINES', `${most} None was loaded. Import fewer rows.`)
}

const shownRejects = 10

async function noValidRows(client: PgPoolClient, { read }: ImportCounts): Promise<OperationError> {
  const rejects = await firstRejects(client, shownRejects)
  const errors = rejects.map(({ line, column, reason }) => ({
    pointer: '/uploadId',
    message: `line ${line}${column === '' ? '' : `, column ${column}`}: ${reason}`,
  }))
  const which =
    read > shownRejects ? `the first ${shownRejects} of ${read.toLocaleString('en-US')} violations` : 'the violations'
  return new OperationError('NO_VALID_ROWS', `No row is valid; errors lists ${which}.`, { errors })
}
