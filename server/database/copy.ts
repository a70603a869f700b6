import type { Readable, Writable } from 'node:stream'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { borrow } from './borrow.ts'
import type { PgPool, PgPoolClient } from './client.ts'
import { withConnectionError } from './errors.ts'

/** Connections for COPY and long queries. `cancel` cancels the query of a server process, over another connection. */
export type CopyPool = PgPool & { cancel(pid: number): Promise<unknown> }

/**
 * `csv`: with a header row; rows end with LF. `lines`: the query's single text column, one line per row; the text must not contain control
 * characters, which JSON never does.
 */
export type CopyFormat = 'csv' | 'lines'

export type CopyOptions = {
  format: CopyFormat
  signal: AbortSignal
  onRows(rows: number, whole: boolean): void
}

const options: Record<CopyFormat, string> = {
  csv: 'format csv, header',
  // Quote and delimiter never occur, so that COPY escapes nothing.
  lines: `format csv, quote E'\\x01', delimiter E'\\x02'`,
}

/**
 * Streams the rows of `query` with constant memory. `onRows` gets the number of lines after each chunk (a cell with a line feed counts as
 * two), and the exact number of rows once at the end. Aborting `signal` cancels the query in the server and rejects with the signal's reason.
 * Rejects with `DatabaseUnavailable` if the connection breaks.
 */
export async function* copyOut(
  pool: CopyPool,
  query: string,
  {
    format,
    signal,
    onRows,
  }: { format: CopyFormat; signal: AbortSignal; onRows: (rows: number, whole: boolean) => void },
): AsyncGenerator<Buffer, void, void> {
  signal.throwIfAborted()
  const { client, pid } = await borrow(pool, signal)
  let whole = false
  try {
    yield* copyOutOn(client, query, { format, signal, onRows, cancel: canceller(pool, pid) })
    whole = true
  } catch (error) {
    throw withConnectionError(client, error)
  } finally {
    // After an incomplete COPY the connection is in the middle of a response and must not be used again.
    client.release(whole ? undefined : new Error('COPY was not completed'))
  }
}

/** The same on a given connection, inside its transaction. After a failure the connection must be closed. */
export async function* copyOutOn(
  client: PgPoolClient,
  query: string,
  { format, signal, onRows, cancel }: CopyOptions & { cancel: () => void },
): AsyncGenerator<Buffer, void, void> {
  const stream = client.query(copyTo(`copy (${query}) to stdout with (${options[format]})`))
  const stop = () => {
    cancel()
    stream.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    let lines = format === 'csv' ? -1 : 0
    for await (const chunk of stream as Readable & AsyncIterable<Buffer>) {
      yield chunk
      lines += linesIn(chunk)
      onRows(Math.max(0, lines), false)
    }
    onRows(stream.rowCount, true)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** A stream that takes the data of a `COPY … FROM STDIN` statement. */
export function copyIn(client: PgPoolClient, statement: string): Writable {
  return client.query(copyFrom(statement))
}

function linesIn(chunk: Buffer): number {
  let lines = 0
  for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, at + 1)) lines++
  return lines
}

const lineFeed = 0x0a

/**
 * Runs `work` with a connection of the pool. Aborting `signal` cancels the connection's query in the server and rejects with the signal's
 * reason. After a failure the connection is closed, which rolls back its transaction. Rejects with `DatabaseUnavailable` if the connection
 * breaks.
 */
export async function withClient<T>(
  pool: CopyPool,
  signal: AbortSignal,
  work: (client: PgPoolClient, cancel: () => void) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const { client, pid } = await borrow(pool, signal)
  const cancel = canceller(pool, pid)
  let whole = false
  try {
    signal.throwIfAborted()
    signal.addEventListener('abort', cancel, { once: true })
    const result = await work(client, cancel)
    whole = true
    return result
  } catch (error) {
    // The signal's reason, and not the error of the cancelled statement.
    signal.throwIfAborted()
    throw withConnectionError(client, error)
  } finally {
    signal.removeEventListener('abort', cancel)
    // A late cancel must not reach the connection's next query.
    client.release(whole && !signal.aborted ? undefined : new Error('the work was not completed'))
  }
}

/** A server that is sorting does not notice a closed socket, so its query is cancelled. */
function canceller(pool: CopyPool, pid: number): () => void {
  return () => {
    pool.cancel(pid).catch(() => {
      // Without the server there is no query either.
    })
  }
}
