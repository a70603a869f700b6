import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { catchUps, overlapPolicies } from '../../domain/due-times.ts'
import type { NewOperation } from '../operations/create.ts'
import { instant, oneOf } from './columns.ts'

/** `REFUSED`: a quota was full; `code` names it. `SKIPPED`: the previous operation had not ended. `MISSED`: too late to run. */
export const runOutcomes = ['STARTED', 'SKIPPED', 'MISSED', 'REFUSED'] as const

export type RunOutcome = (typeof runOutcomes)[number]

/**
 * The operation that a schedule submits, as it is inserted. Prepared when the schedule is written, so that firing validates and encrypts
 * nothing, and needs no key.
 */
export type PreparedOperation = Omit<
  NewOperation,
  | 'operationId'
  | 'ownerId'
  | 'type'
  | 'createdBy'
  | 'createdFrom'
  | 'startAfter'
  | 'idempotency'
  | 'scheduleId'
  | 'scheduledFor'
  | 'traceContext'
>

/** What submits operations at due times. `fireAt` is the only column that decides whether a schedule fires. */
export const schedules = pgTable(
  'schedules',
  {
    scheduleId: uuid('schedule_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    name: text('name'),
    /** One of the two. */
    cron: text('cron'),
    intervalSeconds: integer('interval_seconds'),
    timeZone: text('time_zone').notNull(),
    startAt: instant('start_at'),
    endAt: instant('end_at'),
    /** The first due time of an interval. */
    anchorAt: instant('anchor_at').notNull(),
    jitterSeconds: integer('jitter_seconds').notNull(),
    overlapPolicy: text('overlap_policy', { enum: overlapPolicies }).notNull(),
    catchUp: text('catch_up', { enum: catchUps }).notNull(),
    catchUpWindowSeconds: integer('catch_up_window_seconds').notNull(),
    type: text('type').notNull(),
    operation: jsonb('operation').$type<PreparedOperation>().notNull(),
    /** The fields of its input that are parameters of the submit's path. */
    pathNames: jsonb('path_names').$type<string[]>().notNull(),
    paused: boolean('paused').notNull().default(false),
    /** The oldest due time that was not handled. Null while paused, and after the last one. */
    dueAt: instant('due_at'),
    /** When a worker handles it: the due time plus jitter, or later after an error. */
    fireAt: instant('fire_at'),
    /** Counts the runs, for trimming them. */
    runs: bigint('runs', { mode: 'number' }).notNull().default(0),
    createdAt: instant('created_at').notNull().default(sql`now()`),
    updatedAt: instant('updated_at').notNull().default(sql`now()`),
  },
  (t) => [
    index('schedules_fire').on(t.fireAt, t.type, t.ownerId).where(sql`fire_at is not null`),
    index('schedules_list').on(t.ownerId, t.scheduleId),
    check('schedules_timing', sql`(${t.cron} is null) <> (${t.intervalSeconds} is null)`),
    check('schedules_overlap_policy', sql`${t.overlapPolicy} in (${oneOf(overlapPolicies)})`),
    check('schedules_catch_up', sql`${t.catchUp} in (${oneOf(catchUps)})`),
    check(
      'schedules_due',
      sql`(${t.fireAt} is null) = (${t.dueAt} is null) and (${t.dueAt} is null or not ${t.paused})`,
    ),
  ],
)

/** What happened at a due time. The primary key makes it impossible that a due time starts two operations. */
export const scheduleRuns = pgTable(
  'schedule_runs',
  {
    scheduleId: uuid('schedule_id').notNull(),
    dueAt: instant('due_at').notNull(),
    /** Started by `:trigger`. Part of the key, so that a trigger never takes the place of a due time. */
    manual: boolean('manual').notNull().default(false),
    firedAt: instant('fired_at').notNull().default(sql`now()`),
    outcome: text('outcome', { enum: runOutcomes }).notNull(),
    operationId: uuid('operation_id'),
    /** The code of the problem. */
    code: text('code'),
  },
  (t) => [
    primaryKey({ columns: [t.scheduleId, t.dueAt, t.manual] }),
    index('schedule_runs_fired').on(t.firedAt),
    check('schedule_runs_outcome', sql`${t.outcome} in (${oneOf(runOutcomes)})`),
    check('schedule_runs_operation', sql`(${t.operationId} is not null) = (${t.outcome} = 'STARTED')`),
    check('schedule_runs_code', sql`(${t.code} is not null) = (${t.outcome} = 'REFUSED')`),
  ],
)
