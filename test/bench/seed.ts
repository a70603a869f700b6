import type postgres from 'postgres'

type Sql = postgres.Sql

/** An SQL expression of UUIDs that ascend with `n` like UUIDv7, so that rows of one insert are neighbours in every index. */
const ascendingId = `(lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n >> 16), 3, '0')
  || '8' || lpad(to_hex(n & 65535), 4, '0') || substr(md5(n::text), 1, 11))::uuid`

export type Waiting = {
  count: number
  /** An SQL expression of `n`, which counts from 1 in the order of turns. */
  owner: string
  type: string
  /** The time of the first turn, as an SQL expression. */
  from?: string
}

/** Inserts waiting operations. */
export async function fillPending(sql: Sql, { count, owner, type, from = 'now()' }: Waiting) {
  await sql.unsafe(
    `insert into operations (operation_id, owner_id, type, max_attempts, input, created_at, turn_at, deadline_at)
     select ${ascendingId}, ${owner}, $2, 3, '{}', now(), ${from} + n * interval '1 microsecond', now() + interval '1 day'
     from generate_series(1, $1::int) n`,
    [count, type],
  )
}

/** Inserts operations with `keys` concurrency keys, each with a limit of one: one in the queue, and one that waits for it. */
export async function fillKeyed(sql: Sql, { keys, owner, type }: { keys: number; owner: string; type: string }) {
  await withoutIndexes(sql, ['operations'], async () => {
    await sql.unsafe(
      `insert into operations (operation_id, owner_id, type, max_attempts, input, created_at, turn_at, key_turn_at, deadline_at,
         concurrency_key, concurrency_limit)
       select ${ascendingId}, ${owner}, $2, 3, '{}', now(), case when n <= $1::int then turn end, case when n > $1::int then turn end,
         now() + interval '1 day', 'key:' || n % $1::int, 1
       from generate_series(1, 2 * $1::int) n, lateral (select now() + n * interval '1 microsecond' as turn) as at`,
      [keys, type],
    )
  })
}

/** Inserts operations that wait for a callback for a day. */
export async function fillWaiting(sql: Sql, { count, owner, type }: Omit<Waiting, 'from'>) {
  await sql.unsafe(
    `insert into operations (operation_id, owner_id, type, status, attempt, max_attempts, input, due_at, waits)
     select ${ascendingId}, ${owner}, $2, 'WAITING', 1, 3, '{}', now() + interval '1 day',
       jsonb_build_array(jsonb_build_object('name', 'vendor', 'kind', 'CALLBACK', 'expiresAt', now() + interval '1 day'))
     from generate_series(1, $1::int) n`,
    [count, type],
  )
}

/**
 * Inserts `count` finished operations with the two events of a claim and a completion, as the engine writes them. Indexes are created
 * afterwards: this takes one minute instead of five, with the same result.
 */
export async function fillFinished(sql: Sql, count: number) {
  await withoutIndexes(sql, ['operations', 'events'], async () => {
    await sql.unsafe(
      `insert into operations (operation_id, owner_id, type, status, attempt, max_attempts, input, result, last_sequence, progress,
         created_at, started_at, updated_at, finished_at, expires_at)
       select ${ascendingId}, 'owner-' || n % 100, 'noop', 'COMPLETED', 1, 3, '{}', '{}', 2, '{"percentage": 100}',
         now(), now(), now(), now(), now() + interval '7 days'
       from generate_series(1, $1::int) n`,
      [count],
    )
    await sql.unsafe(
      `insert into events (operation_id, sequence, event, status, attempt, actor)
       select operation_id, sequence, case sequence when 1 then 'status-update' else 'completed' end,
         case sequence when 1 then 'RUNNING' else 'COMPLETED' end, 1, 'worker:bench'
       from operations, generate_series(1, 2) sequence`,
    )
  })
}

/** Drops the indexes of the tables, runs `work`, creates the indexes again and vacuums the tables. */
export async function withoutIndexes(sql: Sql, tables: string[], work: () => Promise<void>) {
  const keys = await sql<{ name: string; table: string; definition: string }[]>`
    select conname as name, conrelid::regclass::text as table, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'p' and conrelid::regclass::text in ${sql(tables)}`
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename in ${sql(tables)} and indexname not in ${sql(keys.map(({ name }) => name))}`
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`)
  for (const { name, table } of keys) await sql.unsafe(`alter table ${table} drop constraint ${name}`)
  await work()
  for (const { name, table, definition } of keys) {
    await sql.unsafe(`alter table ${table} add constraint ${name} ${definition}`)
  }
  for (const { definition } of indexes) await sql.unsafe(definition)
  for (const table of tables) await sql.unsafe(`vacuum (analyze) ${table}`)
}
