import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { operations, type Progress } from '../schema/operations.ts'
import { insertDeliveries } from '../webhooks/create.ts'
import { bodies, eventBody } from './event-body.ts'
import { type Attempt, type WithBodies, whileIn } from './transition.ts'

/** A line of an operation's log. Its time is when it is written, by the database's clock. */
export type LogLine = { message: string; data?: Record<string, unknown> }

/**
 * The progress and log lines of an attempt since its last update. `change`: the phases whose status changed; its event has this reason and a
 * delivery of its own.
 */
export type ProgressUpdate = Attempt & {
  progress?: Progress | undefined
  change?: string | undefined
  lines: LogLine[]
}

/**
 * Writes the progress and log lines of many attempts in one statement, as events of their operations in the order of `updates`. Returns the
 * attempts that were written; the others no longer run their operation.
 */
export async function writeProgress(
  db: Db,
  updates: readonly ProgressUpdate[],
  withBodies = false,
): Promise<(Attempt & WithBodies)[]> {
  if (updates.length === 0) return []
  const query = withBodies ? writeWithBodies : write
  return query(db).execute({ items: JSON.stringify(itemsOf(updates)) })
}

/** An event to insert. `delivered`: alone, or together with later progress. */
type Entry = { progress?: Progress; reason?: string; data?: LogLine; delivered?: 'ALONE' | 'COALESCED' }
/** `latest`: the index of the latest progress. */
type Item = Attempt & { latest?: number; entries: Entry[] }

/** One item for each attempt. Of the progress without a change of a phase only the latest is delivered. */
function itemsOf(updates: readonly ProgressUpdate[]): Item[] {
  const items = new Map<string, Item>()
  for (const { operationId, attempt, progress, change, lines } of updates) {
    const key = `${operationId}/${attempt}`
    const item: Item = items.get(key) ?? { operationId, attempt, entries: [] }
    items.set(key, item)
    if (progress && change === undefined) {
      for (const entry of item.entries) if (entry.delivered === 'COALESCED') delete entry.delivered
      item.latest = item.entries.push({ progress, delivered: 'COALESCED' }) - 1
    } else if (progress) {
      item.latest = item.entries.push({ progress, reason: change, delivered: 'ALONE' }) - 1
    }
    item.entries.push(...lines.map((data) => ({ data })))
  }
  return [...items.values()]
}

// Changes no indexed column, so it is a HOT update. Also written while the operation is CANCELLING.
const statement = (withBodies: boolean) => (db: Db) => {
  const items = db.$with('items', {}).as(sql`
    select item.*, jsonb_array_length(entries) as entry_count
    from json_to_recordset(${sql.placeholder('items')}::json)
      as item("operationId" uuid, attempt int, latest int, entries jsonb)`)
  const fenced = sql`operations.operation_id = item."operationId" and operations.attempt = item.attempt
    and ${whileIn(['RUNNING', 'CANCELLING'])}`
  const locked = db.$with('locked', {}).as(sql`
    select item.* from (select * from items order by "operationId") as item cross join lateral (
      select 1 from operations where ${fenced} for update) as held`)
  const own = { operationId: operations.operationId, attempt: operations.attempt }
  const columns = withBodies ? { ...own, ownerId: operations.ownerId, bodies } : own
  const written = db.$with('written', columns as typeof own).as(sql`
    update operations set
      progress = coalesce(item.entries -> item.latest -> 'progress', operations.progress),
      last_sequence = last_sequence + item.entry_count,
      updated_at = greatest(updated_at, clock_timestamp())
    from locked as item
    where ${fenced}
    returning operations.operation_id, operations.attempt, status, last_sequence - item.entry_count as sequence_before, updated_at,
      worker_id, operations.owner_id, operations.webhook, item.entries as entries
      ${withBodies ? sql`, (${bodiesOf})::text as bodies` : sql``}`)
  const entered = db.$with('entered', {}).as(sql`
    select operation_id, owner_id, webhook, attempt, status, updated_at, worker_id, (sequence_before + ordinality)::int as sequence,
      entry -> 'progress' as progress, entry ->> 'reason' as reason, entry -> 'data' as data, entry ->> 'delivered' as delivered
    from written, jsonb_array_elements(entries) with ordinality as numbered (entry, ordinality)`)
  const logged = db.$with('logged', {}).as(sql`
    insert into events (operation_id, sequence, event, timestamp, status, attempt, actor, reason, progress, data)
    select operation_id, sequence, ${kindOf(sql`data`)}, updated_at, status, attempt, ${actor}, reason, progress, data
    from entered`)
  const progressed = db.$with('progressed', {}).as(sql`select * from entered where delivered is not null`)
  const delivered = db.$with('delivered', {}).as(
    insertDeliveries({
      from: 'progressed',
      event: 'PROGRESS',
      sequence: sql`sequence`,
      at: sql`updated_at`,
      coalesced: sql`delivered = 'COALESCED'`,
    }),
  )
  return db.with(items, locked, written, entered, logged, progressed, delivered).select().from(written)
}

const kindOf = (data: SQL) => sql`case when ${data} is null then 'status-update' else 'log' end`
const actor = sql`'worker:' || worker_id`

/** The events of all entries, numbered as in `entered`. */
const bodiesOf = sql`
  select json_agg(${eventBody({
    sequence: sql`(operations.last_sequence - item.entry_count + ordinality)::int`,
    event: kindOf(sql`entry -> 'data'`),
    actor,
    address: sql`null`,
    reason: sql`entry ->> 'reason'`,
    progress: sql`entry -> 'progress'`,
    data: sql`entry -> 'data'`,
  })} order by ordinality)
  from jsonb_array_elements(item.entries) with ordinality as numbered (entry, ordinality)`

const write = prepared('operations_progress', statement(false))
const writeWithBodies = prepared('operations_progress_bodies', statement(true))
