import { setTimeout } from 'node:timers/promises'
import { turnDelayMs } from '../domain/schedule.ts'
import { openPgPool, type PgPoolClient } from './client.ts'
import { parseUrl } from './url.ts'

/** Operations of a type in a state, and the age of the one that has been in it longest, in seconds. */
export type StateFigure = {
  type: string
  state: 'queued' | 'delayed' | 'running' | 'cancelling' | 'waiting'
  operations: number
  /** Of `queued`: since it was due. Of `running`: since its claim. Null for the other states. */
  oldestSeconds: number | null
}

/** Webhook deliveries that are due now, by whether the last delivery attempt to their target failed, and since when the oldest is due. */
export type DeliveryFigure = { target: 'working' | 'failing'; deliveries: number; oldestSeconds: number }

export type TableFigure = { table: string; deadRows: number; bytes: number }

export type Figures = {
  /** Undefined when counting them took too long. */
  states: StateFigure[] | undefined
  /** Undefined when counting them took too long. */
  deliveries: DeliveryFigure[] | undefined
  /** Workers whose lease has not expired. */
  workers: number
  /** Undefined where the role may not read them. */
  tables: TableFigure[] | undefined
  /** What the server has written to its WAL, all databases included. */
  walBytes: number | undefined
}

/** Most operations of one state that are counted. At this number the count is a lower bound. */
export const mostCounted = 100_000

/** Each statement may take so long; a scrape waits for all of them as long as `metrics.ts` says. */
const statementMs = 1500
const closeMs = 1000

/**
 * Reads the figures of the metrics on a connection of its own, so that neither a request nor the worker waits for it. No plan may scan a table:
 * each state has a partial index, and the statistics of a table whose operations have just ended are wrong.
 */
export function openFigures(url: string, { leaseSeconds }: { leaseSeconds: number }) {
  const pool = openPgPool(
    parseUrl(url),
    { max: 1, query_timeout: 1.25 * statementMs, connectionTimeoutMillis: statementMs, idleTimeoutMillis: 60_000 },
    {
      application_name: 'longrun metrics',
      statement_timeout: String(statementMs),
      enable_seqscan: 'off',
      enable_bitmapscan: 'off',
      max_parallel_workers_per_gather: '0',
      jit: 'off',
    },
  )
  pool.on('error', () => {})

  async function read(): Promise<Figures> {
    const client = await pool.connect()
    let failed = true
    try {
      const [alive] = await rowsOf<{ workers: number }>(client, liveWorkers, [leaseSeconds])
      const states = await optional(() => rowsOf<StateFigure>(client, stateFigures))
      const deliveries = await optional(() => rowsOf<DeliveryFigure>(client, deliveryFigures))
      const tables = await optional(() => rowsOf<TableFigure>(client, tableFigures, [hotTables]))
      const wal = await optional(() => rowsOf<{ bytes: number }>(client, walPosition))
      failed = false
      return { states, deliveries, workers: alive?.workers ?? 0, tables, walBytes: wal?.[0]?.bytes }
    } finally {
      // After a timeout the connection may be dead.
      client.release(failed)
    }
  }

  return {
    read,
    /** Does not wait for a database that does not respond. */
    async close() {
      await Promise.race([pool.end(), setTimeout(closeMs, undefined, { ref: false })])
    },
  }
}

async function rowsOf<Row>(client: PgPoolClient, text: string, values: unknown[] = []): Promise<Row[]> {
  const { rows } = await client.query(text, values)
  return rows as Row[]
}

/** Undefined if the server refuses: missing rights, a standby, or a table that a migration has locked. */
async function optional<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    // A connection that does not respond is not used for the next statement.
    if (!(error instanceof Error && 'severity' in error)) throw error
    return undefined
  }
}

const delay = `case priority ${Object.entries(turnDelayMs)
  .map(([priority, ms]) => `when '${priority}' then interval '${ms} ms'`)
  .join(' ')} end`

const counted = (columns: string, condition: string) =>
  `(select ${columns} from operations where ${condition} limit ${mostCounted}) as counted`

const seconds = (since: string) => `extract(epoch from now() - min(${since}))::float8`

const stateFigures = `
  select type, 'queued' as state, count(*)::int as operations, greatest(0, ${seconds('due')}) as "oldestSeconds"
  from ${counted(`type, turn_at - ${delay} as due`, `status = 'PENDING' and turn_at is not null`)} group by type
  union all
  select type, 'delayed', count(*)::int, null from ${counted('type', `status = 'PENDING' and turn_at is null`)} group by type
  union all
  select type, lower(status), count(*)::int, case when status = 'RUNNING' then ${seconds('started_at')} end
  from ${counted('type, status, started_at', `status in ('RUNNING', 'CANCELLING')`)} group by type, status
  union all
  select type, 'waiting', count(*)::int, null from ${counted('type', `status = 'WAITING'`)} group by type`

/**
 * Of at most 10,000 owners that wait for deliveries the 1,000 that have been due longest: one owner after the other, because no index has the due
 * times of all owners.
 */
const deliveryFigures = `
  with recursive owners as (
    (select owner_id from deliveries where state = 'PENDING' order by owner_id limit 1)
    union all
    select following.owner_id from owners cross join lateral (
      select owner_id from deliveries where state = 'PENDING' and owner_id > owners.owner_id order by owner_id limit 1) as following
  ), due as (
    select target, due_at from (select owner_id from owners limit 10000) as owners cross join lateral (
      select target, due_at from deliveries
      where deliveries.owner_id = owners.owner_id and state = 'PENDING' and due_at <= now() order by due_at limit 1000) as first
    limit ${mostCounted}
  )
  select case when failing then 'failing' else 'working' end as target, count(*)::int as deliveries,
    greatest(0, ${seconds('due_at')}) as "oldestSeconds"
  from (
    select due_at, coalesce((select failures > 0 from webhook_targets where webhook_targets.target = due.target), false) as failing
    from due) as each
  group by 1`

const liveWorkers = `
  select count(*)::int as workers from workers where seen_at > now() - $1::float8 * interval '1 second'`

/** The tables that operations write. */
const hotTables = [
  'operations',
  'events',
  'steps',
  'waits',
  'deliveries',
  'delivery_attempts',
  'idempotency_keys',
  'tombstones',
  'workers',
  'operation_ends',
  'operation_counts',
]

const tableFigures = `
  select relname as "table", n_dead_tup::float8 as "deadRows", pg_total_relation_size(relid)::float8 as bytes
  from pg_stat_user_tables where schemaname = current_schema() and relname = any($1::text[]) order by relname`

const walPosition = `select (pg_current_wal_lsn() - '0/0'::pg_lsn)::float8 as bytes`
