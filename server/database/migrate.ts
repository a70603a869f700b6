import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { OperatorError } from '../domain/operator-error.ts'
import { packageRoot } from '../lib/package.ts'
import { openPostgresJs, type Sql, type TransactionSql } from './client.ts'
import { createMissingFunctions, readFunctions, replaceChangedFunctions } from './functions.ts'
import { type ConnectionOptions, parseUrl } from './url.ts'

/** The folders of the schema's files. Tests have their own. */
export type SchemaFolders = { migrations: string; functions: string }

const schemaFolders: SchemaFolders = {
  migrations: join(packageRoot, 'server/database/migrations'),
  functions: join(packageRoot, 'server/database/functions'),
}
const oldestServer = 14
/** Any constant that no other user of advisory locks on this database is likely to take. */
const lockKey = 7_105_110_103
/** How long to wait for another process that is migrating. */
const waitForOthersMs = 300_000
/**
 * A migration that waits for a table lock blocks every later query on that table, so it waits only briefly. One transaction may wait for
 * three tables, and must not block queries for more than half a second.
 */
const waitForTables = '150ms'
/** A statement outside of a transaction (CREATE INDEX CONCURRENTLY) waits for other transactions and blocks no query. */
const waitForTransactions = '5min'
/** How long a migration is retried, and the pause between two tries, in which the queries that it blocked can run. */
const retryForMs = 60_000
const retryPauseMs = 1000
/** The first line of a migration whose statements run outside of a transaction, and can be repeated after a failure. */
const alone = '-- Outside of a transaction'
const tableLocked = '55P03'
const connectSeconds = 10

/**
 * Applies the missing migrations in order, each atomically, then the functions whose files have changed. Processes may call it concurrently:
 * one migrates, the others wait. Throws an `OperatorError` that says what to do if the database cannot be reached, refuses the credentials,
 * is older than PostgreSQL 14, or has tables that no migration of this version has created.
 */
export async function migrate(url: string, folders = schemaFolders): Promise<void> {
  const options = parseUrl(url)
  const sql = openPostgresJs(
    options,
    { max: 1, connect_timeout: connectSeconds, fetch_types: false, onnotice: () => {} },
    { application_name: 'longrun-migrate' },
  )
  try {
    for (const until = performance.now() + retryForMs; ; await delay(retryPauseMs)) {
      try {
        return await migrateOnce(sql, options.schema, folders)
      } catch (error) {
        if (codeOf(error) !== tableLocked || performance.now() > until) throw explained(error, options)
      }
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/**
 * Drizzle's own migrator takes no lock and runs its first statements outside of the transaction. The table of applied migrations has the same
 * columns, so that drizzle-kit can read it, and another name and place, because other applications of the database may use Drizzle.
 */
async function migrateOnce(sql: Sql, schema: string, folders: SchemaFolders) {
  await requireUsable(sql)
  await myTurn(sql)
  try {
    const [found] = await sql`select to_regnamespace(${schema}) is not null as yes`
    if (!found?.yes) await sql.unsafe(`create schema "${schema}"`)
    await applyMissing(sql, folders)
  } finally {
    await sql`select pg_advisory_unlock(${lockKey}::bigint)`.catch(() => {})
  }
}

/** Checks what later statements would fail at, some of them days later. */
async function requireUsable(sql: Sql) {
  const [found] = await sql<Record<'number' | 'version' | 'encoding' | 'user', string>[]>`
    select current_setting('server_version_num') as number, current_setting('server_version') as version,
      current_setting('server_encoding') as encoding, current_user::text as user`.catch((error: unknown) => {
    throw settingRefused(error) ?? error
  })
  if (!found || Number(found.number) < oldestServer * 10_000) {
    throw new UnusableDatabase(`PostgreSQL ${found?.version} is too old: version ${oldestServer} or newer is needed`)
  }
  const { encoding, user } = found
  if (encoding !== 'UTF8') {
    const remedy = `CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`
    throw new UnusableDatabase(
      `its encoding is ${encoding}, which cannot store every text: create one with UTF8 (${remedy})`,
    )
  }
  const [may] = await sql<{ temporary: boolean; isReadOnly: boolean }[]>`
    select has_database_privilege(current_database(), 'TEMPORARY') as temporary,
      current_setting('transaction_read_only') = 'on' as "isReadOnly"`
  if (may?.isReadOnly) throw new UnusableDatabase(readOnly)
  if (!may?.temporary) {
    throw new UnusableDatabase(
      `the account ${user} may not create temporary tables, which imports use: GRANT TEMPORARY ON DATABASE … TO …`,
    )
  }
}

/**
 * Waits until no other process migrates. Polls, because a statement that waits for the lock has a snapshot, and CREATE INDEX CONCURRENTLY
 * waits until all older snapshots are released.
 */
async function myTurn(sql: Sql) {
  for (const until = performance.now() + waitForOthersMs; ; await delay(50)) {
    const [answer] = await sql<{ mine: boolean }[]>`select pg_try_advisory_lock(${lockKey}::bigint) as mine`
    if (answer?.mine) return
    if (performance.now() > until)
      throw new OperatorError('Another process has been migrating the database for too long.')
  }
}

/** Applies each missing migration in its own transaction, unless its first line says otherwise. */
async function applyMissing(sql: Sql, folders: SchemaFolders) {
  const migrations = readMigrationFiles({ migrationsFolder: folders.migrations })
  const functions = readFunctions(folders.functions)
  const applied = await appliedMigrations(sql)
  await refuseOtherTables(sql, applied.has(migrations[0]?.folderMillis ?? 0))
  const last = Math.max(0, ...applied)
  for (const migration of migrations.filter(({ folderMillis }) => folderMillis > last)) {
    const apply = async (on: Sql | TransactionSql) => {
      await on.unsafe(
        `create table if not exists longrun_migrations (id serial primary key, hash text not null, created_at bigint)`,
      )
      for (const statement of migration.sql) await on.unsafe(statement)
      await on`insert into longrun_migrations (hash, created_at)
        values (${migration.hash}, ${migration.folderMillis}::bigint)`
    }
    const isAlone = migration.sql[0]?.startsWith(alone)
    await sql.unsafe(`set lock_timeout = '${isAlone ? waitForTransactions : waitForTables}'`)
    await sql.begin(async (tx) => {
      await createMissingFunctions(tx, functions)
      if (!isAlone) await apply(tx)
    })
    if (isAlone) await apply(sql)
  }
  // While a newer version runs too, its functions stay.
  if (migrations.some(({ folderMillis }) => folderMillis >= last)) await replaceChangedFunctions(sql, functions)
}

/** The times of the migrations that were applied, as in the journal. */
async function appliedMigrations(sql: Sql): Promise<Set<number>> {
  const [found] = await sql`select to_regclass('longrun_migrations') is not null as yes`
  if (!found?.yes) return new Set()
  const rows = await sql<{ at: string }[]>`select created_at as at from longrun_migrations`
  return new Set(rows.map(({ at }) => Number(at)))
}

/** The tables of versions before 0.1.0 have other names and columns, and cannot be migrated. */
async function refuseOtherTables(sql: Sql, isMigrated: boolean) {
  if (isMigrated) return
  const [found] = await sql`select to_regclass('operations') is not null as yes`
  if (!found?.yes) return
  const reason = 'its tables are those of a version before 0.1.0, or of another application'
  throw new UnusableDatabase(
    `${reason}: start with an empty database (an empty DATA_DIR, if it is the embedded one), or name another schema in DATABASE_SCHEMA`,
  )
}

class UnusableDatabase extends Error {}

/** An unknown setting, a wrong value, one for superusers, one that needs a restart. The first query of a session has no other reason for them. */
const settingCodes = ['42704', '22023', '42501', '55P02']

function settingRefused(error: unknown): UnusableDatabase | undefined {
  if (!(error instanceof Error) || !settingCodes.includes(codeOf(error) ?? '')) return undefined
  return new UnusableDatabase(
    `it refuses a setting in the options of DATABASE_URL (${error.message}): correct or remove that setting`,
    { cause: error },
  )
}

const readOnly =
  'it is read-only (a standby, or default_transaction_read_only): name the primary in DATABASE_URL, or make it writable'

const remedies: Record<string, string> = {
  '28P01': 'the password was refused: check the one in DATABASE_URL',
  '28000': 'the account was refused: check the user in DATABASE_URL, and the server’s pg_hba.conf',
  25006: readOnly,
  '3D000': 'there is no such database: create it, or correct the name at the end of DATABASE_URL',
  '42501':
    'the account may not create tables: let it own the database (ALTER DATABASE … OWNER TO …), or grant it CREATE on the database and on the schema (DATABASE_SCHEMA)',
  '53300':
    'it has no connection left: raise max_connections (or the limit of the database or the account), or lower DATABASE_POOL_SIZE',
  [tableLocked]: 'a table that must change stayed locked by others: end the long transactions on it, and start again',
  ENOTFOUND: 'there is no host of that name: correct the one in DATABASE_URL',
  ECONNREFUSED: 'nothing listens there: start the server, or correct host and port in DATABASE_URL',
  CONNECT_TIMEOUT: 'it does not answer: check host and port in DATABASE_URL, and the firewall between',
}

/** The error with a message for operators. It never contains the URL, which includes the password. */
function explained(error: unknown, { host, port, database }: ConnectionOptions): Error {
  const code = codeOf(error)
  const reason = error instanceof UnusableDatabase ? error.message : code && remedies[code]
  if (!reason) return error instanceof Error ? error : new Error(String(error))
  return new OperatorError(`The database ${database} on ${host}:${port} cannot be used: ${reason}.`, { cause: error })
}

/** The code of a server or network error; of several attempts (IPv6, then IPv4) the code of the first. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && !('code' in error)) return codeOf(error.errors[0])
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return undefined
}
