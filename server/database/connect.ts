import { drizzle } from 'drizzle-orm/postgres-js'
import pg from 'pg'
import postgres from 'postgres'
import type { Db } from './db.ts'
import * as schema from './schema.ts'

/** One service's connections to Postgres. `close` ends them all, and cuts those that are still busy after 5 s. */
export type Connection = { url: string; db: Db; sql: postgres.Sql; copyPool: pg.Pool; close(): Promise<void> }

const idleSeconds = 60
const connectSeconds = 5

/**
 * Opens the pools; connections are made when first used. postgres.js carries all traffic. COPY goes through `pg`, because
 * postgres.js never settles when COPY FROM STDIN fails.
 */
export function connect(
  url: string,
  { poolSize, copyPoolSize = 4, applicationName }: { poolSize: number; copyPoolSize?: number; applicationName: string },
): Connection {
  const sql = postgres(url, {
    max: poolSize,
    idle_timeout: idleSeconds,
    connect_timeout: connectSeconds,
    connection: { application_name: applicationName },
    onnotice: () => {},
  })
  const copyPool = new pg.Pool({
    connectionString: url,
    max: copyPoolSize,
    idleTimeoutMillis: idleSeconds * 1000,
    connectionTimeoutMillis: connectSeconds * 1000,
    application_name: `${applicationName} copy`,
  })
  // An idle client that loses its server would otherwise end the process; the pool replaces it by itself.
  copyPool.on('error', () => {})
  return {
    url,
    db: drizzle(sql, { schema }),
    sql,
    copyPool,
    close: async () => {
      await Promise.all([sql.end({ timeout: 5 }), copyPool.end()])
    },
  }
}
