import type { PgPool, PgPoolClient } from './client.ts'
import { DatabaseUnavailable, isConnectionError } from './errors.ts'

/** The query that tests a connection before use. */
const whoServes = { text: 'select pg_backend_pid() as pid', query_timeout: 3000 }

/**
 * A tested connection of the pool, and the pid of its server process. An idle connection may be half-open, and a query on it would never
 * settle: such a connection is discarded, and the next one is tried. Rejects with `DatabaseUnavailable` if there is none. With `signal`, waits
 * for as long as others use all connections, or until it is aborted; without it, as long as the pool is configured to wait.
 */
export async function borrow(pool: PgPool, signal?: AbortSignal): Promise<{ client: PgPoolClient; pid: number }> {
  for (let spare = pool.idleCount; ; spare -= 1) {
    const client = await (signal ? waitFor(pool, signal) : pool.connect()).catch((error: unknown) =>
      Promise.reject(asUnavailable(error)),
    )
    try {
      const { rows } = await client.query<{ pid: number }>(whoServes)
      return { client, pid: rows[0]?.pid as number }
    } catch (error) {
      client.release(true)
      if (spare <= 0) throw asUnavailable(error)
    }
  }
}

async function waitFor(pool: PgPool, signal: AbortSignal): Promise<PgPoolClient> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    for (;;) {
      signal.throwIfAborted()
      const connecting = pool.connect()
      try {
        return await Promise.race([connecting, aborted.promise])
      } catch (error) {
        if (signal.aborted) connecting.then((client) => client.release()).catch(() => {})
        if (signal.aborted || !isPoolInUse(error)) throw error
      }
    }
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Whether no connection became free in time: the error of the pool's queue. */
function isPoolInUse(error: unknown): boolean {
  return error instanceof Error && error.message === 'timeout exceeded when trying to connect'
}

function asUnavailable(error: unknown): unknown {
  return isConnectionError(error) ? new DatabaseUnavailable(error) : error
}
