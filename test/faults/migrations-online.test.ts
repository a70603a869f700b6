import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { expect, inject, onTestFinished, test } from 'vitest'
import { migrate } from '../../server/database/migrate.ts'
import { databaseUrl, dropDatabase, execute } from '../support/database.ts'
import { schemaCopy } from '../support/schema-copy.ts'
import type { Mutant } from './mutants.ts'
import { startProcess } from './processes.ts'
import { migratedRows, sharing, timeoutMs } from './size.ts'

const stallMs = 500 * sharing
/** Longer than the lock timeout of a migration. */
const heldMs = 3000
/** Migrations of the first release; all later migrations are tested, and two more that stand for those to come. */
const released = 1

/** Locks three tables that are in use, and rewrites none. */
const changesTables = `
-- Locks: ACCESS EXCLUSIVE on operations, events and workers, for an instant each.
alter table operations add column note text;
--> statement-breakpoint
alter table events add column note text;
--> statement-breakpoint
alter table workers add column note text;
--> statement-breakpoint
alter table operations add constraint operations_note check (note <> '') not valid;
`

const buildsIndex = `-- Outside of a transaction: every statement can be repeated after a failure.
alter table operations validate constraint operations_note;
--> statement-breakpoint
drop index concurrently if exists operations_note;
--> statement-breakpoint
create index concurrently operations_note on operations (owner_id, note) where note is not null;
`

/** The schema of the next version: two more migrations, and a function that has changed. */
async function nextSchema() {
  const schema = await schemaCopy()
  onTestFinished(() => schema.remove())
  await schema.addMigration('changes_tables', changesTables)
  await schema.addMigration('builds_index', buildsIndex)
  await schema.writeFunction('select_pending', (before) => `-- Changed.\n${before}`)
  return schema
}

/** A database of the first release with many operations. */
async function oldDatabase(rows: number) {
  const name = `faults_${Math.random().toString(36).slice(2)}`
  const server = inject('postgresUrl')
  await execute(server, `create database ${name}`)
  const url = databaseUrl(server, name)
  const sql = postgres(url, { max: 2, onnotice: () => {} })
  onTestFinished(async () => {
    await sql.end({ timeout: 1 })
    await dropDatabase(server, name)
  })
  const first = await schemaCopy({ migrations: released })
  onTestFinished(() => first.remove())
  await migrate(url, first.folders)
  await sql`
    insert into operations (operation_id, owner_id, type, status, max_attempts, input, finished_at, expires_at, turn_at)
    select gen_random_uuid(), 'owner-' || n % 100, 'generateReport', case when n % 10 = 0 then 'PENDING' else 'COMPLETED' end, 3, '{}',
      case when n % 10 > 0 then now() end, case when n % 10 > 0 then now() + interval '7 days' end, case when n % 10 = 0 then now() end
    from generate_series(1, ${rows}::int) n`
  await sql`
    insert into events (operation_id, sequence, event, status, attempt, actor)
    select operation_id, 1, 'completed', 'COMPLETED', 1, 'worker' from operations where status = 'COMPLETED'`
  await sql`vacuum analyze operations`
  return { url, sql }
}

/** Typical statements of a released version. */
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

/** Repeats all statements until `stop`, which returns the longest wait for a lock and the number of statements. */
function traffic(url: string) {
  const sql = postgres(url, {
    max: statements.length + 1,
    connection: { application_name: 'traffic' },
    onnotice: () => {},
  })
  let over = false
  let executed = 0
  let longestMs = 0
  const repeat = async (statement: string) => {
    while (!over) {
      await sql.unsafe(statement)
      executed += 1
    }
  }
  // Lock waits as reported by the server, because a busy machine delays statements that wait for no lock.
  const watch = async () => {
    while (!over) {
      const [row] = await sql<{ ms: number | null }[]>`
        select (extract(epoch from max(clock_timestamp() - waitstart)) * 1000)::float8 as ms
        from pg_locks join pg_stat_activity using (pid) where not granted and application_name = 'traffic'`
      longestMs = Math.max(longestMs, row?.ms ?? 0)
      await delay(10)
    }
  }
  const all = Promise.all([watch(), ...statements.map(repeat)])
  return async () => {
    over = true
    await all
    await sql.end()
    return { longestMs: Math.round(longestMs), executed }
  }
}

/** Migrates under traffic while another transaction has read the table and stays open; returns the longest stall. */
async function migrateUnderTraffic(rows: number, mutants: Mutant[] = []) {
  const { url, sql } = await oldDatabase(rows)
  const schema = await nextSchema()
  const stop = traffic(url)
  const held = Promise.withResolvers<void>()
  const holding = sql.begin(async (tx) => {
    await tx`select 1 from operations limit 1`
    await held.promise
  })
  const migrating = await startProcess(
    { DATABASE_URL: url, SCHEMA_FOLDER: schema.folder },
    { mutants },
    'faults-migrating',
  )
  onTestFinished(() => migrating.end())
  await delay(heldMs)
  held.resolve()
  await holding
  const { code } = await migrating.exited
  const { longestMs, executed } = await stop()
  const [applied] = await sql`select count(*)::int as migrations from longrun_migrations`
  return { code, longestMs, executed, missing: schema.migrations() - (applied?.migrations as number) }
}

test('migrations of a large database under traffic, with a transaction that stays open: no stall over 500 ms', {
  timeout: timeoutMs,
}, async () => {
  const { code, longestMs, executed, missing } = await migrateUnderTraffic(migratedRows)
  expect({ code, missing }).toEqual({ code: 0, missing: 0 })
  expect(longestMs).toBeLessThan(stallMs)
  expect(executed).toBeGreaterThan(100)
})

test('the check finds a migration without a lock timeout', { timeout: timeoutMs }, async () => {
  const { longestMs } = await migrateUnderTraffic(1000, ['waits-for-tables'])
  expect(longestMs).toBeGreaterThan(stallMs)
})
