import { setTimeout as delay } from 'node:timers/promises'
import type postgres from 'postgres'

type Sql = postgres.Sql

/** As migrations do: a statement that waits for a lock stops all that come after it. */
const lockTimeoutMs = 150

/** The milliseconds of one step: `heldMs` while an ACCESS EXCLUSIVE lock was held, and how often it was tried. */
export type Step = { name: string; ms: number; heldMs?: number; tries: number }

/** The least UUIDv7 of a time. */
export function firstId(atMs: number): string {
  const hex = atMs.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

/**
 * Makes `table` a table with range partitions by operation id without a rewrite: the existing table becomes the partition of all ids before
 * `boundaryMs`, and `later` empty partitions follow, one a day. All rows that are written before `boundaryMs` must have ids before it.
 */
export async function attach(sql: Sql, table: string, { boundaryMs, later }: { boundaryMs: number; later: number }) {
  const steps: Step[] = []
  const boundary = firstId(boundaryMs)
  const indexes = await indexesOf(sql, table)
  const [row] = await sql<{ options: string | null; key: string; definition: string }[]>`
    select array_to_string(reloptions, ', ') as options, conname as key, pg_get_constraintdef(pg_constraint.oid) as definition
    from pg_class join pg_constraint on conrelid = pg_class.oid and contype = 'p' where pg_class.oid = ${table}::regclass`
  if (!row) throw new Error(`${table} has no primary key`)
  const { key, definition } = row
  const options = row.options ? ` with (${row.options})` : ''

  // The parent and its empty partitions, which no process knows yet. Their indexes have the definitions of the existing ones, so that ATTACH
  // finds those and builds none. Storage parameters belong to each partition.
  const days = Array.from({ length: later }, (_, n) => {
    const [from, to] = [firstId(boundaryMs + n * 86_400_000), firstId(boundaryMs + (n + 1) * 86_400_000)]
    return `create table ${table}_p${n + 1} partition of ${table}_parent for values from ('${from}') to ('${to}')${options};`
  })
  const parent = [
    `create table ${table}_parent (like ${table} including defaults including constraints) partition by range (operation_id);`,
    `alter table ${table}_parent add constraint ${key}_parent ${definition};`,
    ...indexes.map(({ name, after }) => `create index ${name}_parent on ${table}_parent ${after};`),
    ...days,
  ]
  steps.push(await timed('parent with empty partitions', () => sql.begin((tx) => tx.unsafe(parent.join('\n')))))

  const check = `alter table ${table} add constraint ${table}_before check (operation_id < '${boundary}') not valid`
  steps.push(await locked(sql, table, `${table}: CHECK not valid`, check))
  // Also those that migrations have left NOT VALID: a partition may not have them.
  const invalid = await sql<{ name: string }[]>`
    select conname as name from pg_constraint where conrelid = ${table}::regclass and not convalidated`
  for (const { name } of invalid) {
    const validate = `alter table ${table} validate constraint ${name}`
    steps.push(await timed(`${table}: VALIDATE ${name}`, () => sql.unsafe(validate)))
  }

  const swap = [
    ...indexes.map(
      ({ name }) => `alter index ${name} rename to ${name}_p0; alter index ${name}_parent rename to ${name};`,
    ),
    `alter table ${table} rename constraint ${key} to ${key}_p0;`,
    `alter table ${table}_parent rename constraint ${key}_parent to ${key};`,
    `alter table ${table} rename to ${table}_p0; alter table ${table}_parent rename to ${table};`,
    `alter table ${table} attach partition ${table}_p0 for values from (minvalue) to ('${boundary}');`,
  ]
  steps.push(await locked(sql, table, `${table}: rename and ATTACH`, swap.join('\n')))
  return steps
}

/** The indexes without the one of the primary key; `after`: their definition after the name of the table. */
async function indexesOf(sql: Sql, table: string) {
  const rows = await sql<{ name: string; definition: string }[]>`
    select relname as name, pg_get_indexdef(indexrelid) as definition
    from pg_index join pg_class on pg_class.oid = indexrelid where indrelid = ${table}::regclass and not indisprimary`
  return rows.map(({ name, definition }) => ({ name, after: definition.slice(definition.indexOf(' USING ')) }))
}

async function timed(name: string, work: () => Promise<unknown>): Promise<Step> {
  const startMs = performance.now()
  await work()
  return { name, ms: performance.now() - startMs, tries: 1 }
}

/** Runs `statements` under an ACCESS EXCLUSIVE lock of the table; gives up soon when others hold the table, and tries again. */
async function locked(sql: Sql, table: string, name: string, statements: string): Promise<Step> {
  const startMs = performance.now()
  for (let tries = 1; ; tries++) {
    let lockedMs = 0
    try {
      await sql.begin(async (tx) => {
        await tx.unsafe(`set local lock_timeout = ${lockTimeoutMs}`)
        await tx.unsafe(`lock table ${table} in access exclusive mode`)
        lockedMs = performance.now()
        await tx.unsafe(statements)
      })
      const endMs = performance.now()
      return { name, ms: endMs - startMs, heldMs: endMs - lockedMs, tries }
    } catch (error) {
      if ((error as { code?: string }).code !== '55P03' || tries === 60) throw error
      await delay(1000)
    }
  }
}
