import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'

/** "longrun" on a telephone keypad, less its last digit: any constant does, so long as every process takes the same. */
const migrationLock = 566478
const oldestMajorVersion = 14

/**
 * Brings the database to this version's tables. Safe when many processes start at once: one migrates, the others wait. Gives up
 * on a table lock after 5 s rather than stall the traffic behind it. Throws a message for the operator when Postgres cannot be
 * reached or is too old.
 */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} })
  try {
    await refuseOldServers(sql)
    await sql`select pg_advisory_lock(${migrationLock})`
    await sql`set lock_timeout = '5s'`
    await applyMigrations(drizzle(sql), { migrationsFolder: join(import.meta.dirname, 'migrations') })
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function refuseOldServers(sql: postgres.Sql) {
  const [row] = await sql<{ version: number }[]>`select current_setting('server_version_num')::int / 10000 as version`
  const version = row?.version ?? 0
  if (version < oldestMajorVersion) {
    throw new Error(`DATABASE_URL is a PostgreSQL ${version}; Longrun needs ${oldestMajorVersion} or newer`)
  }
}
