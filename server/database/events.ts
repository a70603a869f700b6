import { and, asc, eq, getTableColumns, gt, inArray, type SQL, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'
import { events, operations } from './schema.ts'
import type { OperationRow } from './transitions.ts'

/** What an operation ended with; read with its last event from its row, which never changes again. */
export type Outcome = { result: Record<string, unknown> | null; error: Record<string, unknown> | null }

export type EventRow = typeof events.$inferSelect & { outcome: Outcome | null }

/** An operation's creation, which is not stored: its row tells it. The sequence begins with it. */
export function creationOf({ operationId, ownerId, createdBy, createdFrom, createdAt }: OperationRow): EventRow {
  return {
    operationId,
    sequence: 0,
    event: 'status-update',
    timestamp: createdAt,
    status: 'PENDING',
    attempt: 0,
    actor: createdBy ?? ownerId,
    address: createdFrom,
    reason: null,
    progress: null,
    data: null,
    outcome: null,
  }
}

type Asked = { operationId: string; after?: number; limit?: number }

/** An operation's stored history after sequence `after`, oldest first. */
export function eventsOf(db: Db, { operationId, after = 0, limit = 1000 }: Asked): Promise<EventRow[]> {
  return eventRows(db).execute({ operationId, after, limit })
}

/** How often an operation's history gives `reason`. */
export function countReason(db: Db, operationId: string, reason: string): Promise<number> {
  return db.$count(events, and(eq(events.operationId, operationId), eq(events.reason, reason)))
}

/** The lines of its log among them. */
export function logOf(db: Db, { operationId, after = 0, limit = 1000 }: Asked): Promise<EventRow[]> {
  return logRows(db).execute({ operationId, after, limit })
}

const value = sql.placeholder

/** The drivers differ in whether they read JSON. */
export const asOutcome = (read: Outcome | string): Outcome | null =>
  typeof read === 'string' ? JSON.parse(read) : read

/** Looks the outcome up, for rows that are ends alone. */
export const outcome = (table: SQL) => sql`case when ${table}.event in ('completed', 'failed') then (
  select json_build_object('result', result, 'error', error) from operations
  where operations.operation_id = ${table}.operation_id) end`

const columns = {
  ...getTableColumns(events),
  outcome: outcome(sql`events`).mapWith(asOutcome).as('outcome'),
}

const ofOne = and(eq(events.operationId, value('operationId')), gt(events.sequence, value('after')))

const eventRows = prepared('events_of', (db) =>
  db.select(columns).from(events).where(ofOne).orderBy(asc(events.sequence)).limit(value('limit')),
)

const logRows = prepared('events_log', (db) =>
  db
    .select(columns)
    .from(events)
    .where(and(ofOne, eq(events.event, 'log')))
    .orderBy(asc(events.sequence))
    .limit(value('limit')),
)

/** Where somebody stands in the history of an operation. */
export type Position = { operationId: string; after: number }

/**
 * What comes after each of many positions, in one statement: of each at most its `most` events, `limit` in all. `after` says which
 * position a row belongs to. In no particular order.
 */
export function eventsAfter(
  db: Db,
  { positions, limit }: { positions: readonly (Position & { most: number })[]; limit: number },
): Promise<(EventRow & { after: number })[]> {
  return eventsAfterRows(db).execute({ positions: JSON.stringify(positions), limit })
}

const eventsAfterRows = prepared('events_after', (db) => {
  const found = db
    .$with('found', {
      ...getTableColumns(events),
      outcome: sql`outcome`.mapWith(asOutcome).as('outcome'),
      after: sql`after`.mapWith(Number).as('after'),
    })
    .as(sql`
      select events.*, position.after
      from json_to_recordset(${value('positions')}::json) as position ("operationId" uuid, after int, most int)
      cross join lateral (
        select events.*, ${outcome(sql`events`)} as outcome from events
        where operation_id = position."operationId" and sequence > position.after
        order by sequence limit position.most) as events
      limit ${value('limit')}::int`)
  return db.with(found).select().from(found)
})

/** How far each of many operations has come; those that are not there any more are missing. */
export function lastSequences(
  db: Db,
  operationIds: readonly string[],
): Promise<Pick<OperationRow, 'operationId' | 'lastSequence' | 'status'>[]> {
  return lastSequenceRows(db).execute({ operationIds: JSON.stringify(operationIds) })
}

const lastSequenceRows = prepared('events_last_sequences', (db) =>
  db
    .select({ operationId: operations.operationId, lastSequence: operations.lastSequence, status: operations.status })
    .from(operations)
    .where(
      inArray(
        operations.operationId,
        sql`(select asked::uuid from json_array_elements_text(${value('operationIds')}::json) asked)`,
      ),
    ),
)
