import { and, asc, eq, getTableColumns, gt, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { events, operations, type Progress } from '../schema/operations.ts'
import type { OperationRow } from './read.ts'

/** What a terminal event shows of the operation, read from its row, which no longer changes. */
export type FinalOutcome = {
  type: string
  result: Record<string, unknown> | null
  error: Record<string, unknown> | null
  progress: Progress | null
}

export type EventRow = typeof events.$inferSelect & { outcome: FinalOutcome | null }

/** The event of an operation's creation, with sequence 0. It is not stored but made from the row. */
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

type EventQuery = { operationId: string; after?: number; limit?: number }

/** The stored events of an operation after sequence `after`, oldest first. */
export function eventsOf(db: Db, { operationId, after = 0, limit = 1000 }: EventQuery): Promise<EventRow[]> {
  return eventRows(db).execute({ operationId, after, limit })
}

/** How many events of the operation have this reason. */
export function countReason(db: Db, operationId: string, reason: string): Promise<number> {
  return db.$count(events, and(eq(events.operationId, operationId), eq(events.reason, reason)))
}

/** The log lines of an operation after sequence `after`, oldest first. */
export function logOf(db: Db, { operationId, after = 0, limit = 1000 }: EventQuery): Promise<EventRow[]> {
  return logRows(db).execute({ operationId, after, limit })
}

const value = sql.placeholder

/** One of the two drivers parses JSON, the other does not. */
export const asFinalOutcome = (read: FinalOutcome | string): FinalOutcome | null =>
  typeof read === 'string' ? JSON.parse(read) : read

/** Reads the outcome of terminal events. */
export const outcome = (table: SQL) => sql`case when ${table}.event in ('completed', 'failed', 'cancelled') then (
  select json_build_object('type', type, 'result', result, 'error', error, 'progress', progress) from operations
  where operations.operation_id = ${table}.operation_id) end`

const columns = {
  ...getTableColumns(events),
  outcome: outcome(sql`events`).mapWith(asFinalOutcome).as('outcome'),
}

const ofOne = and(eq(events.operationId, value('operationId')), gt(events.sequence, value('after')))

const eventRows = prepared('events_of', (db) =>
  db.select(columns).from(events).where(ofOne).orderBy(asc(events.sequence)).limit(value('limit')),
)

const logRows = prepared('events_log', (db) =>
  db
    .select(columns)
    .from(events)
    // A literal: a partial index is not used for a parameter.
    .where(and(ofOne, sql`${events.event} = 'log'`))
    .orderBy(asc(events.sequence))
    .limit(value('limit')),
)

/** A position in the events of an operation. */
export type Position = { operationId: string; after: number }

/**
 * The events after each of many positions in one statement: at most `most` per position and `limit` in total, in no particular order.
 * `after` is the position of a row.
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
      outcome: sql`outcome`.mapWith(asFinalOutcome).as('outcome'),
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

/** The last sequence of each operation. Operations that no longer exist are missing. */
export function lastSequences(
  db: Db,
  operationIds: readonly string[],
): Promise<Pick<OperationRow, 'operationId' | 'lastSequence' | 'status'>[]> {
  return lastSequenceRows(db).execute({ operationIds: `{${operationIds.join()}}` })
}

const lastSequenceRows = prepared('events_last_sequences', (db) =>
  db
    .select({ operationId: operations.operationId, lastSequence: operations.lastSequence, status: operations.status })
    .from(operations)
    .where(sql`${operations.operationId} = any(${value('operationIds')}::uuid[])`),
)
