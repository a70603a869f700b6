import { eq, getTableColumns, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { type RunOutcome, schedules } from '../schema/schedules.ts'
import type { ScheduleRow } from './schedules.ts'

const value = sql.placeholder
const knownTypes = sql`type = any(${value('types')}::text[])`
const array = (texts: readonly string[]) => `{${texts.map((text) => JSON.stringify(text)).join()}}`

/**
 * The milliseconds until the next schedule fires, negative if one is late; undefined when none will. Only schedules of `types`: those of a newer
 * version wait for its workers.
 */
export async function nextFireMs(db: Db, types: readonly string[]): Promise<number | undefined> {
  const [row] = await nextFire(db).execute({ types: array(types) })
  return row?.ms ?? undefined
}

const nextFire = prepared('schedules_next_fire', (db) => {
  const next = db.$with('next', { ms: sql<number | null>`ms`.mapWith(Number).as('ms') }).as(sql`
    select (select extract(epoch from fire_at - now()) * 1000 from schedules
      where fire_at is not null and ${knownTypes} order by fire_at limit 1) as ms`)
  return db.with(next).select().from(next)
})

/** Due schedules among which owners are served round-robin. */
const mostScanned = 5000

export type DueSchedule = ScheduleRow & { nowMs: number }

/**
 * Locks up to `limit` due schedules, owners round-robin, and skips those that another worker has locked. `only`: no other schedule than this one.
 * `nowMs` is the time of the database, in each row.
 */
export async function lockDueSchedules(
  tx: Db,
  { types, limit, only }: { types: readonly string[]; limit: number; only?: string | undefined },
): Promise<DueSchedule[]> {
  const { scheduleId: _, ...rest } = getTableColumns(schedules)
  const columns = { scheduleId: schedules.scheduleId, ...rest }
  const due = tx.$with('due', { ...columns, nowMs: sql<number>`now_ms`.mapWith(Number).as('now_ms') }).as(sql`
    select schedules.*, floor(extract(epoch from now()) * 1000) as now_ms from (
      select schedule_id, fire_at, row_number() over (partition by owner_id order by fire_at) as turn from (
        select schedule_id, owner_id, fire_at from schedules
        where fire_at <= now() and type = any(${array(types)}::text[])
          ${only === undefined ? sql`` : sql`and schedule_id = ${only}`}
        order by fire_at limit ${mostScanned}
      ) as scanned
    ) as candidates join schedules using (schedule_id)
    where schedules.fire_at <= now()
    order by turn, candidates.fire_at limit ${limit} for update of schedules skip locked`)
  return tx.with(due).select().from(due)
}

export type ActiveOperation = { scheduleId: string; operationId: string; isCancelling: boolean }

/** Operations of one schedule that are looked up, and cancelled, at once. */
const mostActive = 50

/** The operations of the schedules that have not ended, at most 50 of each, those that are not CANCELLING first. */
export async function activeOperations(db: Db, scheduleIds: readonly string[]): Promise<ActiveOperation[]> {
  if (scheduleIds.length === 0) return []
  const columns = {
    scheduleId: sql<string>`schedule_id`.as('schedule_id'),
    operationId: sql<string>`operation_id`.as('operation_id'),
    isCancelling: sql<boolean>`is_cancelling`.as('is_cancelling'),
  }
  const active = db.$with('active', columns).as(sql`
    select given.schedule_id, operation_id, is_cancelling from unnest(${array(scheduleIds)}::uuid[]) as given(schedule_id)
    cross join lateral (
      select operation_id, status = 'CANCELLING' as is_cancelling from operations
      where operations.schedule_id = given.schedule_id and status in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING')
      order by is_cancelling limit ${mostActive}
    ) as active
    order by operation_id`)
  return db.with(active).select().from(active)
}

export type NewRun = {
  scheduleId: string
  dueAt: Date
  manual?: boolean
  outcome: RunOutcome
  operationId?: string
  code?: string
}

/** Inserts runs, and returns those that are new: the others are due times that were handled before. */
export async function insertRuns(tx: Db, runs: readonly NewRun[]): Promise<NewRun[]> {
  if (runs.length === 0) return []
  const inserted = tx
    .$with('inserted', {
      scheduleId: sql<string>`schedule_id`.as('schedule_id'),
      dueMs: sql<number>`due_ms`.mapWith(Number).as('due_ms'),
    })
    .as(sql`
    insert into schedule_runs (schedule_id, due_at, manual, outcome, operation_id, code)
    select "scheduleId", "dueAt", coalesce(manual, false), outcome, "operationId", code
    from jsonb_to_recordset(${JSON.stringify(runs)}::jsonb) as given (
      "scheduleId" uuid, "dueAt" timestamptz, manual boolean, outcome text, "operationId" uuid, code text)
    order by "scheduleId", "dueAt" on conflict do nothing
    returning schedule_id, floor(extract(epoch from due_at) * 1000) as due_ms`)
  const rows = await tx.with(inserted).select().from(inserted)
  const keys = new Set(rows.map(({ scheduleId, dueMs }) => `${scheduleId} ${dueMs}`))
  return runs.filter(({ scheduleId, dueAt }) => keys.has(`${scheduleId} ${dueAt.getTime()}`))
}

/** Where a schedule continues. Null: it has ended. `runs`: added to its count. */
export type Continuation = { scheduleId: string; dueAt: Date | null; fireAt: Date | null; runs: number }

/** Writes where the schedules continue. The caller has locked their rows. */
export async function continueSchedules(tx: Db, all: readonly Continuation[]): Promise<void> {
  await tx.execute(sql`
    update schedules set due_at = given."dueAt", fire_at = given."fireAt", runs = schedules.runs + given.runs
    from jsonb_to_recordset(${JSON.stringify(all)}::jsonb) as given (
      "scheduleId" uuid, "dueAt" timestamptz, "fireAt" timestamptz, runs bigint)
    where schedule_id = given."scheduleId"`)
}

/** Lets a schedule that could not be handled fire again after `seconds`, so that it does not delay the others. */
export async function postpone(db: Db, scheduleId: string, seconds: number): Promise<void> {
  await db
    .update(schedules)
    .set({ fireAt: sql`now() + ${seconds}::float8 * interval '1 second'` })
    .where(sql`${eq(schedules.scheduleId, scheduleId)} and fire_at <= now()`)
}

/** Deletes the runs of these schedules beyond the newest `kept`. */
export async function trimRuns(tx: Db, scheduleIds: readonly string[], kept: number): Promise<void> {
  if (scheduleIds.length === 0) return
  await tx.execute(sql`
    delete from schedule_runs using unnest(${array(scheduleIds)}::uuid[]) as given(schedule_id)
    where schedule_runs.schedule_id = given.schedule_id and due_at < (
      select due_at from schedule_runs as newer where newer.schedule_id = given.schedule_id
      order by due_at desc offset ${kept} - 1 limit 1)`)
}
