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
import { grouped } from '../../domain/progress.ts'
import { OperationError, type ProgressUpdate } from '../define.ts'
import { csvRows } from './csv.ts'
import { ndjsonRows } from './ndjson.ts'
import { strictText } from './text.ts'

export type ImportSource = { bytes: AsyncIterable<Uint8Array>; mediaType: string; sizeBytes: number }

type ImportOptions = {
  signal: AbortSignal
  onProgress?: (update: ProgressUpdate<'importOrders'>) => void
}

/** The part of the validation that reads the file, in percent. The rest compares its rows with each other and with the tables. */
const readingPercent = 70

/**
 * Starts a transaction on `client` and imports a file of order lines for `ownerId` with constant memory. The caller reads the rejected rows and
 * commits. Throws `OperationError` when the file cannot be parsed, has no valid row, or would exceed `mostLines` order lines.
 */
export async function importRows(
  client: PgPoolClient,
  { ownerId, mostLines }: { ownerId: string; mostLines: number | undefined },
  source: ImportSource,
  { signal, onProgress = () => {} }: ImportOptions,
): Promise<ImportCounts> {
  await beginImport(client, ownerId)
  const { sizeBytes, mediaType } = source
  const rowsOf = mediaType === 'application/x-ndjson' ? ndjsonRows : csvRows
  let rows = 0
  const onRead = (bytes: number) => {
    const percentage = (readingPercent * bytes) / sizeBytes
    const message = `Read ${grouped(rows)} rows`
    onProgress({ phase: 'VALIDATION', current: bytes, total: sizeBytes, percentage, message })
  }
  const lines = rowsOf(strictText(counted(source.bytes, onRead)))
  const copied = eachText(lines, (text) => {
    rows += linesIn(text)
  })
  await pipeline(copied, copyIn(client, copyIncoming), { signal })
  const counts = await mergeIncoming(
    client,
    { ownerId, mostLines },
    {
      onChecked(done, total) {
        signal.throwIfAborted()
        const percentage = readingPercent + ((100 - readingPercent) * done) / total
        const message = `Checking ${grouped(rows)} rows`
        onProgress({ phase: 'VALIDATION', current: sizeBytes, total: sizeBytes, percentage, message })
      },
      onLoaded(current, total) {
        signal.throwIfAborted()
        const message = `Loaded ${grouped(current)} of ${grouped(total)} rows`
        onProgress({ phase: 'LOADING', current, total, message })
      },
    },
  ).catch((error) => {
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

async function* counted(bytes: AsyncIterable<Uint8Array>, onRead: (bytes: number) => void) {
  let read = 0
  for await (const chunk of bytes) {
    yield chunk
    read += chunk.byteLength
    onRead(read)
  }
}

async function* eachText(texts: AsyncIterable<string>, see: (text: string) => void) {
  for await (const text of texts) {
    see(text)
    yield text
  }
}

/** Each row for COPY ends with a line feed, and has no other. */
function linesIn(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
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
