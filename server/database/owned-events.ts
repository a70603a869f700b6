import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { asOutcome, type EventRow, outcome } from './events.ts'
import { prepared } from './prepared.ts'
import { events, operations } from './schema.ts'

/** An event, a creation among them, with what its operation can be chosen by. */
export type OwnedEvent = EventRow & { ownerId: string; type: string; labels: Record<string, string>; createdAt: Date }

const value = sql.placeholder

const columns = {
  ...getTableColumns(events),
  ownerId: operations.ownerId,
  type: operations.type,
  labels: operations.labels,
  createdAt: operations.createdAt,
  outcome: sql`outcome`.mapWith(asOutcome).as('outcome'),
}

const ofOwners = sql`owner_id in (select json_array_elements_text(${value('ownerIds')}::json))`
const ofOperation = sql`owner_id, type, labels, created_at`
const creation = sql`operation_id, 0 as sequence, 'status-update' as event, created_at as timestamp, 'PENDING' as status, 0 as attempt,
  coalesce(created_by, owner_id) as actor, created_from as address, null::text as reason, null::jsonb as progress, null::jsonb as data`
const stored: SQL = sql`events.operation_id, sequence, event, timestamp, status, attempt, actor, address, reason, progress, data`

export type Window = { ownerIds: readonly string[]; from: Date; until: Date; limit: number }

/**
 * What happened to all operations of some owners in a stretch of time, the earliest first; `until` is not in it. `readAt`: the
 * database's clock as it read.
 */
export async function ownedInWindow(
  db: Db,
  { ownerIds, from, until, limit }: Window,
): Promise<{ readAt: Date; events: OwnedEvent[] }> {
  const rows = await windowRows(db).execute({
    ownerIds: JSON.stringify(ownerIds),
    from: from.toISOString(),
    until: until.toISOString(),
    lowestId: lowestIdAt(from.getTime() - idSlackMs),
    limit,
  })
  const readAt = rows[0]?.readAt
  if (!readAt) throw new Error('the database has told no time')
  // Without any event there is one row of the clock alone.
  return { readAt, events: rows.flatMap(({ readAt: _, ...event }) => (event.operationId === null ? [] : [event])) }
}

/** An id is made by the clock of the process that accepted the operation, which may differ from the database's. */
const idSlackMs = 300_000

function lowestIdAt(ms: number): string {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

// The lateral look-up with a limit keeps the planner from reading all operations of an owner to join them.
const windowRows = prepared('owned_events_window', (db) => {
  const found = db
    .$with('found', { readAt: sql<Date>`read_at`.mapWith(events.timestamp).as('read_at'), ...columns })
    .as(sql`
    select now() as read_at, happened.*, ${outcomeOf('happened')} as outcome
    from (select 1) as clock left join (
      select * from (
        select ${stored}, ${ofOperation} from events cross join lateral (
          select ${ofOperation} from operations where operations.operation_id = events.operation_id limit 1) as operation
        where timestamp >= ${value('from')}::timestamptz and timestamp < ${value('until')}::timestamptz and ${ofOwners}
        union all
        select ${creation}, ${ofOperation} from operations
        where ${ofOwners} and operation_id >= ${value('lowestId')}::uuid
          and created_at >= ${value('from')}::timestamptz and created_at < ${value('until')}::timestamptz) as all_of_it
      order by timestamp, operation_id, sequence limit ${value('limit')}::int) as happened on true
    order by timestamp, operation_id, sequence`)
  return db.with(found).select().from(found)
})

/** Where a follower of an owner stands in one operation: after a sequence, or, of one not seen lately, at a time. */
export type OwnedPosition = { operationId: string; after: number | null; from: Date }

/** What comes after each position, if its operation is one of these owners'; of each at most `each`, the earliest first. */
export function ownedAfter(
  db: Db,
  { ownerIds, positions, each }: { ownerIds: readonly string[]; positions: readonly OwnedPosition[]; each: number },
): Promise<OwnedEvent[]> {
  return afterRows(db).execute({ ownerIds: JSON.stringify(ownerIds), positions: JSON.stringify(positions), each })
}

const afterRows = prepared('owned_events_after', (db) => {
  const found = db.$with('found', columns).as(sql`
    select happened.*, ${outcomeOf('happened')} as outcome
    from json_to_recordset(${value('positions')}::json) as position ("operationId" uuid, after int, "from" timestamptz)
    cross join lateral (
      select operation_id, created_by, created_from, ${ofOperation} from operations where operation_id = position."operationId" limit 1) as operation
    cross join lateral (
      (select ${creation}, ${ofOperation} where position.after is null and created_at >= position."from")
      union all
      (select ${stored}, ${ofOperation} from events
        where events.operation_id = operation.operation_id and sequence > coalesce(position.after, 0)
          and (position.after is not null or timestamp >= position."from")
        order by sequence limit ${value('each')}::int)) as happened
    where operation.owner_id in (select json_array_elements_text(${value('ownerIds')}::json))
    order by happened.timestamp, happened.operation_id, happened.sequence`)
  return db.with(found).select().from(found)
})

function outcomeOf(table: string): SQL {
  return outcome(sql.raw(table))
}

/** The database's clock. */
export async function databaseTime(db: Db): Promise<Date> {
  const [row] = await timeRow(db).execute()
  if (!row) throw new Error('the database has told no time')
  return row.now
}

const timeRow = prepared('owned_events_time', (db) => {
  const clock = db
    .$with('clock', { now: sql<Date>`now`.mapWith(events.timestamp).as('now') })
    .as(sql`select now() as now`)
  return db.with(clock).select().from(clock)
})
