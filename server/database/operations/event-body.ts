import { type SQL, sql } from 'drizzle-orm'

/** Results up to this size are in the body of the event. */
const mostResultBytes = 8192

/** What an event has of its own, as expressions; the rest is in the row of its operation. */
export type EventParts = Record<'sequence' | 'event' | 'actor' | 'address' | 'reason' | 'progress' | 'data', SQL>

const none = sql`null`
export const noParts = { address: none, reason: none, progress: none, data: none }

/**
 * One event as an `OwnedEvent` in JSON, in the RETURNING list of the statement that writes it, which saves the receivers of the notification the
 * read. Null if the result is too large for a notification.
 */
export function eventBody(parts: EventParts): SQL {
  const body = sql.join(
    Object.entries({ ...columns, ...parts }).map(([name, value]) => sql`${sql.raw(`'${name}'`)}, ${value}`),
    sql`, `,
  )
  return sql`case when coalesce(pg_column_size(operations.result), 0) <= ${sql.raw(String(mostResultBytes))}
    then json_build_object(${body}) end`
}

const terminal = sql`operations.status in ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED')`

/** The other fields of an `OwnedEvent`; test/notifications/bodies.long.test.ts compares them with what a read returns. */
const columns = {
  operationId: sql`operations.operation_id`,
  timestamp: sql`operations.updated_at`,
  status: sql`operations.status`,
  attempt: sql`operations.attempt`,
  outcome: sql`case when ${terminal} then json_build_object('type', operations.type, 'result', operations.result,
    'error', operations.error, 'progress', operations.progress) end`,
  ownerId: sql`operations.owner_id`,
  type: sql`operations.type`,
  labels: sql`operations.labels`,
  createdAt: sql`operations.created_at`,
  batchId: sql`operations.batch_id`,
  scheduleId: sql`operations.schedule_id`,
}

/** A column of a CTE with the JSON array of the new events of the row. */
export const bodies = sql<string | null>`bodies`.as('bodies')
