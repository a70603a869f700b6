import type { Readable } from 'node:stream'
import type { Pool, PoolClient } from 'pg'
import { to as copyTo } from 'pg-copy-streams'

/**
 * `csv`: with a header row, ended by LF. `lines`: the query's single text column as it is, a line each; the text may hold no
 * control character, which JSON never does.
 */
export type CopyFormat = 'csv' | 'lines'

const options: Record<CopyFormat, string> = {
  csv: 'format csv, header',
  // Quote and delimiter that never occur: COPY then has nothing to escape.
  lines: `format csv, quote E'\\x01', delimiter E'\\x02'`,
}

/**
 * Streams the rows of `query` out, memory flat, and says how many at the end. Aborting `signal` cancels the query in the server,
 * and rejects with the signal's reason.
 */
export async function* copyOut(
  pool: Pool,
  query: string,
  { format, signal, onRows }: { format: CopyFormat; signal: AbortSignal; onRows?: (rows: number) => void },
): AsyncGenerator<Buffer, void, void> {
  signal.throwIfAborted()
  const client = await pool.connect()
  let whole = false
  try {
    const cancel = await canceller(pool, client)
    const stream = client.query(copyTo(`copy (${query}) to stdout with (${options[format]})`))
    const stop = () => {
      cancel()
      stream.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    signal.addEventListener('abort', stop, { once: true })
    try {
      yield* stream as Readable & AsyncIterable<Buffer>
    } finally {
      signal.removeEventListener('abort', stop)
    }
    whole = true
    onRows?.(stream.rowCount)
  } finally {
    // A COPY that was cut leaves its connection in the middle of an answer: it must not go back into the pool.
    client.release(whole ? undefined : new Error('COPY was cut'))
  }
}

/**
 * How to cancel what `client` runs. A server that is still sorting does not notice a closed socket, so it is told by another
 * connection.
 */
export async function canceller(pool: Pool, client: PoolClient): Promise<() => void> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = rows[0]?.pid
  return () => {
    pool.query('select pg_cancel_backend($1)', [pid]).catch(() => {
      // The server is away: then the query is too.
    })
  }
}
