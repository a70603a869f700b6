import { sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { announcing } from './delivery-rows.ts'
import { prepared } from './prepared.ts'
import { operations, type Progress } from './schema.ts'
import { type Attempt, whileIn } from './transitions.ts'

/** A line of an operation's log. Its time is that of its writing, by the database's clock. */
export type LogLine = { message: string; data?: Record<string, unknown> }

/** What an attempt has to say since the last time. */
export type News = Attempt & { progress?: Progress | undefined; lines: LogLine[] }

/**
 * Writes the progress and the log lines of many attempts in one statement, each as events of its operation's one sequence. Answers
 * those that were written; the others are no longer run by that attempt. Of each operation at most one.
 */
export async function writeNews(db: Db, news: readonly News[]): Promise<Attempt[]> {
  if (news.length === 0) return []
  return write(db).execute({ items: JSON.stringify(news) })
}

// Touches no indexed column, so that it stays a HOT update. Lines still count while a cancel is on its way.
const write = prepared('operations_news', (db) => {
  const items = db.$with('items', {}).as(sql`
    select item.*, (progress is not null)::int as steps, json_array_length(lines) as said
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
      last_sequence = last_sequence + item.steps + item.said,
      updated_at = greatest(updated_at, clock_timestamp())
    from locked as item
    where ${fenced}
    returning operations.operation_id, operations.attempt, status, last_sequence, updated_at, worker_id,
      operations.owner_id, operations.webhook, item.progress as said_progress, item.steps as steps, item.said as said, item.lines as lines`)
  const told = db.$with('told', {}).as(sql`
    insert into events (operation_id, sequence, event, timestamp, status, attempt, actor, progress, data)
    select operation_id, last_sequence - said, 'status-update', updated_at, status, attempt, 'worker:' || worker_id,
      said_progress, null::jsonb
    from written where steps > 0
    union all
    select operation_id, last_sequence - said + ordinality, 'log',
      updated_at, status, attempt, 'worker:' || worker_id, null, line
    from written, jsonb_array_elements(lines::jsonb) with ordinality as logged (line, ordinality)`)
  const progressed = db.$with('progressed', {}).as(sql`select * from written where steps > 0`)
  const announced = db.$with('announced', {}).as(
    announcing({
      from: 'progressed',
      event: 'PROGRESS',
      sequence: sql`last_sequence - said`,
      at: sql`updated_at`,
      coalesced: true,
    }),
  )
  return db.with(items, locked, written, told, progressed, announced).select().from(written)
})
