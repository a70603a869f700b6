import type { Pool, PoolClient } from 'pg'
import { DatabaseAway, isLost } from './away.ts'

/** What a connection is asked before it is lent. */
const whoServes = { text: 'select pg_backend_pid() as pid', query_timeout: 3000 }

/**
 * A connection of the pool that answers, and the pid of its server process. One that lay idle may be dead without a word, and would keep
 * its borrower waiting for ever: those are given up, and the next is tried. Rejects with `DatabaseAway` when none does.
 */
export async function borrow(pool: Pool): Promise<{ client: PoolClient; pid: number }> {
  for (let spare = pool.idleCount; ; spare -= 1) {
    const client = await pool.connect().catch((error: unknown) => Promise.reject(meant(error)))
    try {
      const { rows } = await client.query<{ pid: number }>(whoServes)
      return { client, pid: rows[0]?.pid as number }
    } catch (error) {
      client.release(true)
      if (spare <= 0) throw meant(error)
    }
  }
}

function meant(error: unknown): unknown {
  return isLost(error) ? new DatabaseAway(error) : error
}
