import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import postgres from 'postgres'
import { expect, inject, onTestFinished, test } from 'vitest'
import { databaseUrl, execute } from '../support/database.ts'
import type { Mutant } from './mutants.ts'
import { startProcess } from './processes.ts'
import { migratedRows, sharing, timeoutMs } from './size.ts'

const stallMs = 500 * sharing
/** Longer than a migration may wait for it. */
const heldMs = 3000
/** Of a service's first schema; every later migration is under test. */
const released = 2

/** A database of the first schema with many operations. */
async function oldDatabase(rows: number) {
  const name = `faults_${Math.random().toString(36).slice(2)}`
  const server = inject('postgresUrl')
  await execute(server, `create database ${name}`)
  const url = databaseUrl(server, name)
  const sql = postgres(url, { max: 2, onnotice: () => {} })
  onTestFinished(async () => {
    await sql.end({ timeout: 1 })
    await execute(server, `drop database if exists ${name} with (force)`)
  })
  const migrations = readMigrationFiles({
    migrationsFolder: resolve(import.meta.dirname, '../../server/database/migrations'),
  })
  await sql`create schema drizzle`
  await sql`create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`
  for (const { sql: statements, hash, folderMillis } of migrations.slice(0, released)) {
    for (const statement of statements) await sql.unsafe(statement)
    await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis}::bigint)`
  }
  await sql`
    insert into operations (operation_id, owner_id, type, status, max_attempts, input, finished_at, expires_at, turn_at)
    select gen_random_uuid(), 'owner-' || n % 100, 'generateReport', case when n % 10 = 0 then 'PENDING' else 'COMPLETED' end, 3, '{}',
      case when n % 10 > 0 then now() end, case when n % 10 > 0 then now() + interval '7 days' end, case when n % 10 = 0 then now() end
    from generate_series(1, ${rows}::int) n`
  await sql`
    insert into events (operation_id, sequence, event, status, attempt, actor)
    select operation_id, 1, 'completed', 'COMPLETED', 1, 'worker' from operations where status = 'COMPLETED'`
  await sql`vacuum analyze operations`
  return { url, sql, left: migrations.length - released }
}

/** What the released version says to these tables all day long. */
const statements = [
  `insert into operations (operation_id, owner_id, type, max_attempts, input, turn_at)
   values (gen_random_uuid(), 'owner-1', 'generateReport', 3, '{}', now())`,
  `with picked as (select operation_id as id from operations where status = 'PENDING' and turn_at is not null order by turn_at limit 1
     for update skip locked), moved as (update operations set status = 'RUNNING', attempt = attempt + 1, turn_at = null,
     last_sequence = last_sequence + 1 from picked where operation_id = id returning operations.*)
   insert into events (operation_id, sequence, event, status, attempt, actor)
   select operation_id, last_sequence, 'status-update', status, attempt, 'worker' from moved`,
  `update operations set progress = '{"percentage": 50}', updated_at = now() where operation_id =
     (select operation_id from operations where status = 'RUNNING' limit 1)`,
  `select * from operations where owner_id = 'owner-1' order by operation_id desc limit 20`,
  `insert into workers (worker_id) values ('01890000-0000-7000-8000-000000000000') on conflict (worker_id) do update set seen_at = now()`,
]

/** Speaks every statement over and over until `stop`, which answers the longest that one waited for a lock, and how many were said. */
function traffic(url: string) {
  const sql = postgres(url, {
    max: statements.length + 1,
    connection: { application_name: 'traffic' },
    onnotice: () => {},
  })
  let over = false
  let said = 0
  let longestMs = 0
  const speak = async (statement: string) => {
    while (!over) {
      await sql.unsafe(statement)
      said += 1
    }
  }
  // By the server's account: a busy machine makes everything late, but only a lock makes it wait.
  const watch = async () => {
    while (!over) {
      const [row] = await sql<{ ms: number | null }[]>`
        select (extract(epoch from max(clock_timestamp() - waitstart)) * 1000)::float8 as ms
        from pg_locks join pg_stat_activity using (pid) where not granted and application_name = 'traffic'`
      longestMs = Math.max(longestMs, row?.ms ?? 0)
      await delay(10)
    }
  }
  const all = Promise.all([watch(), ...statements.map(speak)])
  return async () => {
    over = true
    await all
    await sql.end()
    return { longestMs: Math.round(longestMs), said }
  }
}

/** Migrates under traffic, while another transaction has read the table and stays open; answers the longest stall. */
async function migrateUnderTraffic(rows: number, mutants: Mutant[] = []) {
  const { url, sql, left } = await oldDatabase(rows)
  const stop = traffic(url)
  const held = Promise.withResolvers<void>()
  const holding = sql.begin(async (tx) => {
    await tx`select 1 from operations limit 1`
    await held.promise
  })
  const migrating = await startProcess({ DATABASE_URL: url }, { mutants }, 'test/faults/migrating.ts')
  onTestFinished(() => migrating.end())
  await delay(heldMs)
  held.resolve()
  await holding
  const { code } = await migrating.exited
  const { longestMs, said } = await stop()
  const [applied] = await sql`select count(*)::int - ${released}::int as migrations from drizzle.__drizzle_migrations`
  return { code, longestMs, said, missing: left - (applied?.migrations as number) }
}

test('migrations of a large database under traffic, with a transaction that stays open: no stall over 500 ms', {
  timeout: timeoutMs,
}, async () => {
  const { code, longestMs, said, missing } = await migrateUnderTraffic(migratedRows)
  expect({ code, missing }).toEqual({ code: 0, missing: 0 })
  expect(longestMs).toBeLessThan(stallMs)
  expect(said).toBeGreaterThan(100)
})

test('the check finds a migration that waits for its table however long', { timeout: timeoutMs }, async () => {
  const { longestMs } = await migrateUnderTraffic(1000, ['waits-for-tables'])
  expect(longestMs).toBeGreaterThan(stallMs)
})
