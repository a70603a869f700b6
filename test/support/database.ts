import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { inject } from 'vitest'

/** The URL of another database on the same server. */
export function databaseUrl(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

export type TestDatabase = { url: string; drop(): Promise<void> }

/** A separate migrated database for one test file, empty or `withSample` orders: cloned from a template, which takes milliseconds. */
export async function createDatabase({ withSample = false } = {}): Promise<TestDatabase> {
  const server = inject('postgresUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  const template = inject(withSample ? 'sampleTemplateName' : 'templateName')
  await serverConnection(server).unsafe(`create database ${name} template ${template} strategy file_copy`)
  return {
    url: databaseUrl(server, name),
    drop: () => dropDatabase(server, name),
  }
}

/** An autovacuum worker in the database belongs to the superuser, and `with (force)` may not terminate it, so the drop waits for it. */
export async function dropDatabase(server: string, name: string) {
  await closeShared(databaseUrl(server, name))
  const sql = serverConnection(server)
  for (let isDropped = false; !isDropped; ) {
    isDropped = await sql.unsafe(`drop database if exists ${name} with (force)`).then(
      () => true,
      (error: postgres.PostgresError) => {
        if (error.code !== '42501') throw error
        return false
      },
    )
    if (!isDropped) await untilVacuumed(sql, name)
  }
}

/**
 * Deletes all rows, waiting for open transactions like TRUNCATE, which costs twenty times as much for a few rows: it replaces the files of
 * every index, and all sessions plan their statements again.
 */
export async function clearTables(sql: postgres.Sql, tables: string[]) {
  const deletes = tables.map((table) => `delete from ${table}`)
  await sql.unsafe([`lock table ${tables.join()} in exclusive mode`, ...deletes].join(';'))
}

const connections = new Map<string, postgres.Sql>()

/** One connection for all databases of a process: a new connection costs the server as much as cloning a database. */
function serverConnection(server: string): postgres.Sql {
  return kept(server, { max: 1, idle_timeout: 30, fetch_types: false })
}

/**
 * Connections for statements of the tests of one process, kept until the database is dropped or cut: a new one costs more than most
 * statements. Several, because a statement may wait for a lock. Call it for each statement and do not change the session.
 */
export function sharedConnection(url: string): postgres.Sql {
  return kept(url, { max: 3, idle_timeout: 30 })
}

function kept(url: string, options: { max: number; idle_timeout: number; fetch_types?: boolean }): postgres.Sql {
  const sql = connections.get(url) ?? postgres(url, { ...options, onnotice: () => {} })
  connections.set(url, sql)
  return sql
}

/** Closes the shared connections, before the server terminates them. */
export async function closeShared(url: string) {
  const sql = connections.get(url)
  connections.delete(url)
  await sql?.end()
}

async function untilVacuumed(sql: postgres.Sql, database: string) {
  const vacuums = () => sql`
    select from pg_stat_activity where datname = ${database} and backend_type = 'autovacuum worker'`
  while ((await vacuums()).length > 0) await delay(20)
}

/** Runs one statement on a separate connection. */
export async function execute(url: string, statement: string) {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} })
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.end()
  }
}
