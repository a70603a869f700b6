import type { PgPool, PgPoolClient } from './client.ts'
import { DatabaseUnavailable, isConnectionError } from './errors.ts'

/** The query that tests a connection before use. */
const whoServes = { text: 'select pg_backend_pid() as pid', query_timeout: 3000 }

/**
 * A tested connection of the pool, and the pid of its server process. An idle connection may be half-open, and a query on it would never
 * settle: such a connection is discarded, and the next one is tried. Rejects with `DatabaseUnavailable` if there is none.
 */
export async function borrow(pool: PgPool): Promise<{ client: PgPoolClient; pid: number }> {
  for (let spare = pool.idleCount; ; spare -= 1) {
    const client = await pool.connect().catch((error: unknown) => Promise.reject(asUnavailable(error)))
    try {
      const { rows } = await client.query<{ pid: number }>(whoServes)
      return { client, pid: rows[0]?.pid as number }
    } catch (error) {
      client.release(true)
      if (spare <= 0) throw asUnavailable(error)
    }
  }
}

function asUnavailable(error: unknown): unknown {
  return isConnectionError(error) ? new DatabaseUnavailable(error) : error
}
