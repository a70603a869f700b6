import { sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { operations, type Progress } from '../schema/operations.ts'
import { insertDeliveries } from '../webhooks/create.ts'
import { type Attempt, whileIn } from './transition.ts'

/** A line of an operation's log. Its time is when it is written, by the database's clock. */
export type LogLine = { message: string; data?: Record<string, unknown> }

/** The progress and log lines of an attempt since its last update. */
export type ProgressUpdate = Attempt & { progress?: Progress | undefined; lines: LogLine[] }

/**
 * Writes the progress and log lines of many attempts in one statement, as events of their operations. Returns the attempts that were written;
 * the others no longer run their operation. At most one update per operation.
 */
export async function writeProgress(db: Db, updates: readonly ProgressUpdate[]): Promise<Attempt[]> {
  if (updates.length === 0) return []
  return write(db).execute({ items: JSON.stringify(updates) })
}

// Changes no indexed column, so it is a HOT update. Also written while the operation is CANCELLING.
const write = prepared('operations_progress', (db) => {
  const items = db.$with('items', {}).as(sql`
    select item.*, (progress is not null)::int as updates, json_array_length(lines) as line_count
    from json_to_recordset(${sql.placeholder('items')}::json)
      as item("operationId" uuid, attempt int, progress jsonb, lines json)`)
  const fenced = sql`operations.operation_id = item."operationId" and operations.attempt = item.attempt
    and ${whileIn(['RUNNING', 'CANCELLING'])}`
  const locked = db.$with('locked', {}).as(sql`
    select item.* from (select * from items order by "operationId") as item cross join lateral (
      select 1 from operations where ${fenced} for update) as held`)
  const written = db.$with('written', { operationId: operations.operationId, attempt: operations.attempt }).as(sql`
    update operations set
      progress = coalesce(item.progress, operations.progress),
      last_sequence = last_sequence + item.updates + item.line_count,
      updated_at = greatest(updated_at, clock_timestamp())
    from locked as item
    where ${fenced}
    returning operations.operation_id, operations.attempt, status, last_sequence, updated_at, worker_id,
      operations.owner_id, operations.webhook, item.progress as new_progress, item.updates as updates, item.line_count as line_count, item.lines as lines`)
  const logged = db.$with('logged', {}).as(sql`
    insert into events (operation_id, sequence, event, timestamp, status, attempt, actor, progress, data)
    select operation_id, last_sequence - line_count, 'status-update', updated_at, status, attempt, 'worker:' || worker_id,
      new_progress, null::jsonb
    from written where updates > 0
    union all
    select operation_id, last_sequence - line_count + ordinality, 'log',
      updated_at, status, attempt, 'worker:' || worker_id, null, line
    from written, jsonb_array_elements(lines::jsonb) with ordinality as numbered (line, ordinality)`)
  const progressed = db.$with('progressed', {}).as(sql`select * from written where updates > 0`)
  const delivered = db.$with('delivered', {}).as(
    insertDeliveries({
      from: 'progressed',
      event: 'PROGRESS',
      sequence: sql`last_sequence - line_count`,
      at: sql`updated_at`,
      coalesced: true,
    }),
  )
  return db.with(items, locked, written, logged, progressed, delivered).select().from(written)
})
