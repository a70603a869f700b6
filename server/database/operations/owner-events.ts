import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { events, operations } from '../schema/operations.ts'
import { asFinalOutcome, type EventRow, outcome } from './events.ts'

/** An event, or a creation, with the columns that subscribers can filter by. */
export type OwnedEvent = EventRow & {
  ownerId: string
  type: string
  labels: Record<string, string>
  createdAt: Date
  batchId: string | null
  scheduleId: string | null
}

const value = sql.placeholder

const columns = {
  ...getTableColumns(events),
  ownerId: operations.ownerId,
  type: operations.type,
  labels: operations.labels,
  createdAt: operations.createdAt,
  batchId: operations.batchId,
  scheduleId: operations.scheduleId,
  outcome: sql`outcome`.mapWith(asFinalOutcome).as('outcome'),
}

const ofOwners = sql`owner_id in (select json_array_elements_text(${value('ownerIds')}::json))`
const ofOperation = sql`owner_id, type, labels, created_at, batch_id, schedule_id`
const creation = sql`operation_id, 0 as sequence, 'status-update' as event, created_at as timestamp, 'PENDING' as status, 0 as attempt,
  coalesce(created_by, owner_id) as actor, created_from as address, null::text as reason, null::jsonb as progress, null::jsonb as data`
const stored: SQL = sql`events.operation_id, sequence, event, timestamp, status, attempt, actor, address, reason, progress, data`

/** A position in the order of pages: time, then operation, then sequence. */
export type PagePosition = { timestamp: Date; operationId: string; sequence: number }

export type OwnedPageQuery = { ownerId: string; after: PagePosition; until: Date; limit: number }

/**
 * A page of the events of an owner's operations after a position and before `until`, oldest first. `readAt`: the database's time of the read.
 * Scans the events of all owners in that period, by the index of recent events.
 */
export async function ownedPage(
  db: Db,
  { ownerId, after, until, limit }: OwnedPageQuery,
): Promise<{ readAt: Date; events: OwnedEvent[] }> {
  const rows = await pageRows(db).execute({
    ownerId,
    from: after.timestamp.toISOString(),
    fromId: after.operationId,
    fromSequence: after.sequence,
    until: until.toISOString(),
    lowestId: earliestId(after.timestamp.getTime() - idSlackMs),
    highestId: earliestId(until.getTime() + idSlackMs),
    limit,
  })
  // Without events there is one row that contains only the clock.
  return {
    readAt: clockOf(rows),
    events: rows.flatMap(({ readAt: _, ...event }) => (event.operationId === null ? [] : [event])),
  }
}

/** The largest difference between the clock of an API process, which is in the ids, and the database's clock. */
export const idSlackMs = 300_000
const highestIdMs = 2 ** 48 - 1

/** Lower than every id made at `ms` or later. */
export function earliestId(ms: number): string {
  const hex = Math.min(Math.max(0, ms), highestIdMs).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

function clockOf([row]: readonly { readAt: Date }[]): Date {
  if (!row) throw new Error('the database returned no time')
  return row.readAt
}

const readAt = sql<Date>`read_at`.mapWith(events.timestamp).as('read_at')

// The lateral lookup with a limit keeps the planner from reading all operations of an owner for the join.
const pageRows = prepared('owned_events_page', (db) => {
  const found = db.$with('found', { readAt, ...columns }).as(sql`
    select now() as read_at, happened.*, ${outcomeOf('happened')} as outcome
    from (select 1) as clock left join (
      select * from (
        select ${stored}, ${ofOperation} from events cross join lateral (
          select ${ofOperation} from operations where operations.operation_id = events.operation_id limit 1) as operation
        where timestamp >= ${value('from')}::timestamptz and timestamp < ${value('until')}::timestamptz
          and owner_id = ${value('ownerId')}
        union all
        select ${creation}, ${ofOperation} from operations
        where owner_id = ${value('ownerId')}
          and operation_id >= ${value('lowestId')}::uuid and operation_id < ${value('highestId')}::uuid
          and created_at >= ${value('from')}::timestamptz and created_at < ${value('until')}::timestamptz) as all_of_it
      where (timestamp, operation_id, sequence) >
        (${value('from')}::timestamptz, ${value('fromId')}::uuid, ${value('fromSequence')}::int)
      order by timestamp, operation_id, sequence limit ${value('limit')}::int) as happened on true
    order by timestamp, operation_id, sequence`)
  return db.with(found).select().from(found)
})

/** An operation with its last event, or its creation (sequence 0). */
export type ChangedOperation = { ownerId: string; operationId: string; sequence: number; timestamp: Date }

/**
 * The operations of some owners that have events since `from`, at most `each` per owner. `readAt`: the database's time of the read. Scans the
 * events of all owners since then, by the index of recent events.
 */
export async function changedSince(
  db: Db,
  { ownerIds, from, each }: { ownerIds: readonly string[]; from: Date; each: number },
): Promise<{ readAt: Date; moved: ChangedOperation[] }> {
  const rows = await movedRows(db).execute({
    ownerIds: JSON.stringify(ownerIds),
    from: from.toISOString(),
    until: farFuture,
    lowestId: earliestId(from.getTime() - idSlackMs),
    each,
  })
  return {
    readAt: clockOf(rows),
    moved: rows.flatMap(({ readAt: _, ...row }) => (row.operationId === null ? [] : [row])),
  }
}

/** Without an upper bound the planner estimates a third of all events. */
const farFuture = '9999-01-01T00:00:00Z'

const movedRows = prepared('owned_events_moved', (db) => {
  const found = db
    .$with('found', {
      readAt,
      ownerId: operations.ownerId,
      operationId: operations.operationId,
      sequence: events.sequence,
      timestamp: events.timestamp,
    })
    .as(sql`
      with recent as (
        select operation_id, max(sequence) as sequence, max(timestamp) as timestamp from events
        where timestamp >= ${value('from')}::timestamptz and timestamp < ${value('until')}::timestamptz group by operation_id),
      owned as (
        select owner_id, recent.* from recent cross join lateral (
          select owner_id from operations where operations.operation_id = recent.operation_id limit 1) as operation
        where ${ofOwners}
        union all
        select owner_id, operation_id, 0, created_at from operations
        where ${ofOwners} and operation_id >= ${value('lowestId')}::uuid
          and created_at >= ${value('from')}::timestamptz),
      numbered as (select owned.*, row_number() over (partition by owner_id) as place from owned)
      select now() as read_at, moved.owner_id, moved.operation_id, moved.sequence, moved.timestamp
      from (select 1) as clock left join (
        select * from numbered where place <= ${value('each')}::int) as moved on true`)
  return db.with(found).select().from(found)
})

/** The owner of each operation. Operations that do not exist are missing. */
export function ownersOf(db: Db, operationIds: readonly string[]): Promise<{ operationId: string; ownerId: string }[]> {
  return ownerRows(db).execute({ operationIds: `{${operationIds.join()}}` })
}

const ownerRows = prepared('owned_events_owners', (db) =>
  db
    .select({ operationId: operations.operationId, ownerId: operations.ownerId })
    .from(operations)
    .where(sql`${operations.operationId} = any(${value('operationIds')}::uuid[])`),
)

/** The position of an owner's subscriber in one operation: a sequence, or a time for an operation that it has not seen recently. */
export type OwnedPosition = { operationId: string; after: number | null; from: Date }

/** The events after each position, if the operation belongs to one of these owners; at most `each` per position, oldest first. */
export function ownedAfter(
  db: Db,
  { ownerIds, positions, each }: { ownerIds: readonly string[]; positions: readonly OwnedPosition[]; each: number },
): Promise<OwnedEvent[]> {
  return afterRows(db).execute({ ownerIds: JSON.stringify(ownerIds), positions: JSON.stringify(positions), each })
}

// Probes 2, 4, 8 … events before the last one, so that few rows are read even of an operation with a million events.
const lastBefore = (instant: SQL) => sql`(
  select max(earlier.sequence) from generate_series(1, 30) as power
  join events as earlier
    on earlier.operation_id = operation.operation_id and earlier.sequence = operation.last_sequence - (1 << power)
  where earlier.timestamp < ${instant})`

const afterRows = prepared('owned_events_after', (db) => {
  const found = db.$with('found', columns).as(sql`
    select happened.*, ${outcomeOf('happened')} as outcome
    from json_to_recordset(${value('positions')}::json) as position ("operationId" uuid, after int, "from" timestamptz)
    cross join lateral (
      select operation_id, last_sequence, created_by, created_from, ${ofOperation}
      from operations where operation_id = position."operationId" limit 1) as operation
    cross join lateral (select coalesce(position.after, ${lastBefore(sql`position."from"`)}, 0) as start) as begun
    cross join lateral (
      (select ${creation}, ${ofOperation} where position.after is null and created_at >= position."from")
      union all
      (select ${stored}, ${ofOperation} from events
        where events.operation_id = operation.operation_id and sequence > begun.start
          and (position.after is not null or timestamp >= position."from")
        order by sequence limit ${value('each')}::int)) as happened
    where operation.owner_id in (select json_array_elements_text(${value('ownerIds')}::json))
    order by happened.timestamp, happened.operation_id, happened.sequence`)
  return db.with(found).select().from(found)
})

function outcomeOf(table: string): SQL {
  return outcome(sql.raw(table))
}

/** The current time of the database. */
export async function databaseTime(db: Db): Promise<Date> {
  const [row] = await timeRow(db).execute()
  if (!row) throw new Error('the database returned no time')
  return row.now
}

const timeRow = prepared('owned_events_time', (db) => {
  const clock = db
    .$with('clock', { now: sql<Date>`now`.mapWith(events.timestamp).as('now') })
    .as(sql`select now() as now`)
  return db.with(clock).select().from(clock)
})
