import type { Readable } from 'node:stream'
import pg, { type Pool, type PoolClient } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { explained } from './away.ts'
import { borrow } from './borrow.ts'

/**
 * `csv`: with a header row, ended by LF. `lines`: the query's single text column as it is, a line each; the text may hold no
 * control character, which JSON never does.
 */
export type CopyFormat = 'csv' | 'lines'

export type CopyOptions = {
  format: CopyFormat
  signal: AbortSignal
  onRows(rows: number, whole: boolean): void
}

const options: Record<CopyFormat, string> = {
  csv: 'format csv, header',
  // Quote and delimiter that never occur: COPY then has nothing to escape.
  lines: `format csv, quote E'\\x01', delimiter E'\\x02'`,
}

/**
 * Streams the rows of `query` out, memory flat. `onRows` hears after each chunk how many lines have passed (a cell with a line
 * feed counts twice), and at the end, once, how many rows it was exactly. Aborting `signal` cancels the query in the server, and
 * rejects with the signal's reason; a connection that breaks rejects with `DatabaseAway`.
 */
export async function* copyOut(
  pool: Pool,
  query: string,
  {
    format,
    signal,
    onRows,
  }: { format: CopyFormat; signal: AbortSignal; onRows: (rows: number, whole: boolean) => void },
): AsyncGenerator<Buffer, void, void> {
  signal.throwIfAborted()
  const { client, pid } = await borrow(pool)
  let whole = false
  try {
    yield* copyOutOn(client, query, { format, signal, onRows, cancel: canceller(pool, pid) })
    whole = true
  } catch (error) {
    throw explained(client, error)
  } finally {
    // A COPY that was cut leaves its connection in the middle of an answer: it must not go back into the pool.
    client.release(whole ? undefined : new Error('COPY was cut'))
  }
}

/** The same on a connection at hand, inside its transaction. After a failure the connection is of no more use. */
export async function* copyOutOn(
  client: PoolClient,
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

function linesIn(chunk: Buffer): number {
  let lines = 0
  for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, at + 1)) lines++
  return lines
}

const lineFeed = 0x0a

/** A signal for work that nobody interrupts. */
export const never = new AbortController().signal

/**
 * Lends `work` a connection for as long as it takes; aborting `signal` cancels what runs on it in the server, and rejects with the
 * signal's reason. After a failure the connection is closed, and with it a transaction that it was in; one that broke rejects with
 * `DatabaseAway`.
 */
export async function withClient<T>(
  pool: Pool,
  signal: AbortSignal,
  work: (client: PoolClient, cancel: () => void) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const { client, pid } = await borrow(pool)
  const cancel = canceller(pool, pid)
  let whole = false
  try {
    signal.throwIfAborted()
    signal.addEventListener('abort', cancel, { once: true })
    const answer = await work(client, cancel)
    whole = true
    return answer
  } catch (error) {
    // A cancelled statement says only that it was cancelled; the signal says why.
    signal.throwIfAborted()
    throw explained(client, error)
  } finally {
    signal.removeEventListener('abort', cancel)
    // The cancel may arrive late: it must not hit whoever has the connection next.
    client.release(whole && !signal.aborted ? undefined : new Error('the work was cut'))
  }
}

/**
 * How to cancel what the server process `pid` runs. A server that is still sorting does not notice a closed socket, so it is told by another
 * connection: one of its own, because those of the pool may all be busy with what is to be cancelled.
 */
function canceller(pool: Pool, pid: number): () => void {
  return () => {
    cancelBackend(pool, pid).catch(() => {
      // The server is away: then the query is too.
    })
  }
}

async function cancelBackend({ options }: Pool, pid: number) {
  const messenger = new pg.Client(options)
  try {
    await messenger.connect()
    await messenger.query('select pg_cancel_backend($1)', [pid])
  } finally {
    await messenger.end()
  }
}
