import { openPgClient, type PgClient } from './client.ts'
import { parseUrl } from './url.ts'

/** Writes a worker's lease through a dedicated connection. Every call rejects if it takes longer than `timeoutMs`. */
export type LeaseConnection = {
  register(workerId: string): Promise<void>
  /** False: the row is gone, so the lease is lost. */
  renew(workerId: string): Promise<boolean>
  remove(workerId: string): Promise<void>
  close(): Promise<void>
}

const statements = {
  register: { name: 'lease_register', text: 'insert into workers (worker_id) values ($1)' },
  renew: { name: 'lease_renew', text: 'update workers set seen_at = now() where worker_id = $1' },
  remove: { name: 'lease_remove', text: 'delete from workers where worker_id = $1' },
}

/**
 * Opens the connection at the first call, and a new one after any failure, because a half-open connection never answers again. Uses no
 * Drizzle: the lease thread loads this file and must start quickly (Drizzle takes 150 ms).
 */
export function openLeaseConnection(url: string, timeoutMs: number): LeaseConnection {
  const options = parseUrl(url)
  let current: Promise<PgClient> | undefined

  async function connect(): Promise<PgClient> {
    const client = openPgClient(
      options,
      { keepAlive: true, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs },
      { application_name: 'longrun lease', statement_timeout: String(timeoutMs) },
    )
    // The next query fails as well, and its error is reported.
    client.on('error', () => {})
    await client.connect()
    return client
  }

  async function rowsChanged(statement: { name: string; text: string }, workerId: string): Promise<number> {
    current ??= connect()
    const mine = current
    try {
      const { rowCount } = await (await mine).query({ ...statement, values: [workerId] })
      return rowCount ?? 0
    } catch (error) {
      if (current === mine) current = undefined
      void mine.then((client) => client.end()).catch(() => {})
      throw error
    }
  }

  return {
    register: async (workerId) => void (await rowsChanged(statements.register, workerId)),
    renew: async (workerId) => (await rowsChanged(statements.renew, workerId)) > 0,
    remove: async (workerId) => void (await rowsChanged(statements.remove, workerId)),
    close: async () => {
      await current?.then((client) => client.end()).catch(() => {})
    },
  }
}
