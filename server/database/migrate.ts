import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import postgres from 'postgres'
import { OperatorError } from '../lifecycle/operator-error.ts'

const migrationsFolder = fileURLToPath(new URL('migrations', import.meta.url))
const oldestServer = 14
/** Any constant that no other user of advisory locks on this database is likely to take. */
const lockKey = 7_105_110_103
/** For the process that migrates at the same moment, to finish. */
const waitForOthersMs = 300_000
/**
 * A migration that cannot have its table lock at once gives up: waiting for it, it holds up every query behind it. One transaction may
 * wait for three tables, and is to hold up nobody for more than half a second.
 */
const waitForTables = '150ms'
/** What is done outside of a transaction waits for others' transactions and holds up nobody. */
const waitForTransactions = '5min'
/** How long a migration tries, and rests between two tries so that those whom it held up get on. */
const patienceMs = 60_000
const restMs = 1000
/** How a migration begins whose statements each stand alone, and may be run again after a failure. */
const alone = '-- Outside of a transaction'
const tableLocked = '55P03'
const connectSeconds = 10

/**
 * Brings the database to this release's schema, one migration after the other, each all or nothing. Any number of processes may call it at once: one
 * migrates, the others wait and find it done. Throws an Error whose message says what to do when the database
 * cannot be reached, refuses the credentials, or is older than PostgreSQL 14.
 */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: connectSeconds,
    fetch_types: false,
    connection: { application_name: 'longrun-migrate' },
    onnotice: () => {},
  })
  try {
    for (const until = performance.now() + patienceMs; ; await delay(restMs)) {
      try {
        return await migrateOnce(sql)
      } catch (error) {
        if (codeOf(error) !== tableLocked || performance.now() > until) throw explained(error, sql)
      }
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/**
 * Drizzle's own migrator takes no lock and runs its first statements outside of the transaction. The bookkeeping is
 * Drizzle's, so that drizzle-kit understands it.
 */
async function migrateOnce(sql: postgres.Sql) {
  const [server] = await sql<{ number: number; version: string }[]>`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as version`
  if (!server || server.number < oldestServer * 10_000) {
    throw new OldServer(`PostgreSQL ${server?.version} is too old: version ${oldestServer} or newer is needed`)
  }
  await sql.unsafe('set statement_timeout = 0')
  await myTurn(sql)
  try {
    await applyMissing(sql)
  } finally {
    await sql`select pg_advisory_unlock(${lockKey}::bigint)`.catch(() => {})
  }
}

/**
 * Waits until no other process migrates. By asking again and again: a statement that waits for the lock holds a snapshot, and
 * CREATE INDEX CONCURRENTLY waits for the end of every older one.
 */
async function myTurn(sql: postgres.Sql) {
  for (const until = performance.now() + waitForOthersMs; ; await delay(50)) {
    const [answer] = await sql<{ mine: boolean }[]>`select pg_try_advisory_lock(${lockKey}::bigint) as mine`
    if (answer?.mine) return
    if (performance.now() > until)
      throw new OperatorError('Another process has been migrating the database for too long.')
  }
}

/** Each in a transaction of its own, unless its first words say otherwise: what is to lock nothing for long cannot be in one. */
async function applyMissing(sql: postgres.Sql) {
  const last = await lastApplied(sql)
  const missing = readMigrationFiles({ migrationsFolder }).filter(({ folderMillis }) => folderMillis > last)
  for (const migration of missing) {
    const apply = async (on: postgres.Sql | postgres.TransactionSql) => {
      await on.unsafe(`
        create schema if not exists drizzle;
        create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`)
      for (const statement of migration.sql) await on.unsafe(statement)
      await on`insert into drizzle.__drizzle_migrations (hash, created_at)
        values (${migration.hash}, ${migration.folderMillis}::bigint)`
    }
    const isAlone = migration.sql[0]?.startsWith(alone)
    await sql.unsafe(`set lock_timeout = '${isAlone ? waitForTransactions : waitForTables}'`)
    await (isAlone ? apply(sql) : sql.begin(apply))
  }
}

async function lastApplied(sql: postgres.Sql): Promise<number> {
  const [found] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as yes`
  if (!found?.yes) return 0
  const [last] = await sql<{ at: string | null }[]>`select max(created_at) as at from drizzle.__drizzle_migrations`
  return Number(last?.at ?? 0)
}

class OldServer extends Error {}

const cures: Record<string, string> = {
  '28P01': 'the password was refused: check the one in DATABASE_URL',
  '28000': 'the account was refused: check the user in DATABASE_URL, and the server’s pg_hba.conf',
  '3D000': 'there is no such database: create it, or correct the name at the end of DATABASE_URL',
  '42501':
    'the account may not create tables: let it own the database (ALTER DATABASE … OWNER TO …), or grant it CREATE on the database and on its schema public',
  '53300': 'it has no connection left: raise max_connections, or lower the pool size',
  [tableLocked]: 'a table that must change stayed locked by others: end the long transactions on it, and start again',
  ENOTFOUND: 'there is no host of that name: correct the one in DATABASE_URL',
  ECONNREFUSED: 'nothing listens there: start the server, or correct host and port in DATABASE_URL',
  CONNECT_TIMEOUT: 'it does not answer: check host and port in DATABASE_URL, and the firewall between',
}

/** The same failure in words for whoever starts the service. Never the URL itself: it holds the password. */
function explained(error: unknown, sql: postgres.Sql): Error {
  const code = codeOf(error)
  const reason = error instanceof OldServer ? error.message : code && cures[code]
  if (!reason) return error instanceof Error ? error : new Error(String(error))
  const { host, port, database } = sql.options
  return new OperatorError(
    `The database ${database} on ${host.join(',')}:${port.join(',')} cannot be used: ${reason}.`,
    {
      cause: error,
    },
  )
}

/** The code of an error of the server or of the network; of several tries (IPv6, then IPv4) the first one's. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && !('code' in error)) return codeOf(error.errors[0])
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return undefined
}
