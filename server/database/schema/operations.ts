import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { priorities } from '../../domain/schedule.ts'
import { statuses } from '../../domain/state-machine.ts'
import { bytea, instant, oneOf } from './columns.ts'
import type { PendingWait } from './waits.ts'
import type { OperationWebhook } from './webhooks.ts'

export const dependencyPolicies = ['FAIL', 'CANCEL', 'ANY_END'] as const
export type DependencyPolicy = (typeof dependencyPolicies)[number]

/**
 * Waits for its concurrency key. A process of an earlier version does not know `key_turn_at`, and leaves it in rows that it ends or
 * compensates, so that it alone does not tell.
 */
export const waitsForKey = sql`key_turn_at is not null and turn_at is null and status = 'PENDING'`

/** Queue and record in one row. Ids are UUIDv7, which sort by time, so that new rows are adjacent in the indexes. */
export const operations = pgTable(
  'operations',
  {
    operationId: uuid('operation_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    type: text('type').notNull(),
    status: text('status', { enum: statuses }).notNull().default('PENDING'),
    /** The fencing token: increased by each claim, and checked by every write of the attempt. */
    attempt: integer('attempt').notNull().default(0),
    failures: integer('failures').notNull().default(0),
    maxAttempts: integer('max_attempts').notNull(),
    priority: text('priority', { enum: priorities }).notNull().default('NORMAL'),
    labels: jsonb('labels').$type<Record<string, string>>().notNull().default({}),
    input: jsonb('input').notNull(),
    /** One line about the input, and the id of the resource that the input names. Stored, so that reads need no input. */
    summary: text('summary'),
    resourceId: text('resource_id'),
    /** Null: none was submitted. */
    webhook: jsonb('webhook').$type<OperationWebhook>(),
    progress: jsonb('progress').$type<Progress>(),
    result: jsonb('result').$type<Record<string, unknown>>(),
    error: jsonb('error').$type<Record<string, unknown>>(),
    reason: text('reason'),
    /** The outcome after compensation; stored before the first undo, so that another attempt can continue. */
    intendedOutcome: jsonb('intended_outcome').$type<IntendedOutcome>(),
    /** Whether started steps must be compensated before the operation may fail or be cancelled. */
    owesCompensation: boolean('owes_compensation').notNull().default(false),
    /** Exits of its executor while it ran nothing else. */
    crashes: integer('crashes').notNull().default(0),
    /** Run alone next: its executor exited while it ran several operations, and the cause is unknown. */
    alone: boolean('alone').notNull().default(false),
    /** The operation that this one retries, and the one that retries this one. */
    retryOf: uuid('retry_of'),
    retriedBy: uuid('retried_by'),
    /** The due time plus the priority's delay; the order of claims. Null: not due yet, running, or terminal. */
    turnAt: instant('turn_at'),
    /** The requested earliest start. */
    startAfter: instant('start_after'),
    /** When a delayed operation becomes due: `start_after`, or the end of a retry's delay. While WAITING, when the first of its waits is over. */
    dueAt: instant('due_at'),
    /** The end of the queue timeout while PENDING, of the run time while RUNNING, of the grace period or compensation while CANCELLING. */
    deadlineAt: instant('deadline_at'),
    workerId: uuid('worker_id'),
    /** Increased when a wait is completed or over. A handler begins to wait only while this number is what it has seen. */
    completedWaits: integer('completed_waits').notNull().default(0),
    /** While WAITING: what the handler awaits. */
    waits: jsonb('waits').$type<PendingWait[]>(),
    /** Operations of one owner with the same key run at most `concurrencyLimit` at a time. Null: no limit. */
    concurrencyKey: text('concurrency_key'),
    concurrencyLimit: integer('concurrency_limit'),
    /** While others occupy its concurrency key: its turn once the key is free. `turnAt` is null until then. */
    keyTurnAt: instant('key_turn_at'),
    /** What happens when one of its dependencies does not complete. Null: it has no dependencies. */
    dependencyPolicy: text('dependency_policy', { enum: dependencyPolicies }),
    /** How many of its dependencies have not ended. Null when none is left, or the operation need not wait for them. */
    openDependencies: integer('open_dependencies'),
    /** The dependency that did not complete, because of which this operation is to end. */
    failedDependency: uuid('failed_dependency'),
    /** Its dependencies, as submitted. Stored here too, so that reads need no join. Null: none. */
    dependsOn: jsonb('depends_on').$type<string[]>(),
    /** While dependencies are open, and while WAITING: the queue timeout, which begins when it becomes due. */
    queueSeconds: doublePrecision('queue_seconds'),
    /** The batch that submitted it. */
    batchId: uuid('batch_id'),
    /** The schedule that submitted it, and the time at which it was due. */
    scheduleId: uuid('schedule_id'),
    scheduledFor: instant('scheduled_for'),
    /** The trace context of the submit (`server/domain/trace-context.ts`). Null: it had none. */
    traceContext: text('trace_context'),
    lastSequence: integer('last_sequence').notNull().default(0),
    /** The actor and address of the submit. Null for rows older than these columns, or if the address is unknown. */
    createdBy: text('created_by'),
    createdFrom: text('created_from'),
    createdAt: instant('created_at').notNull().default(sql`now()`),
    updatedAt: instant('updated_at').notNull().default(sql`now()`),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    expiresAt: instant('expires_at'),
  },
  (t) => [
    index('operations_turn').on(t.ownerId, t.type, t.turnAt).where(sql`status = 'PENDING' and turn_at is not null`),
    index('operations_due').on(t.dueAt).where(sql`status = 'PENDING' and turn_at is null`),
    index('operations_compensation').on(t.turnAt).where(sql`status = 'CANCELLING' and turn_at is not null`),
    // Few operations run at any time. This index also finds the operations of a worker and the overdue ones; further indexes would slow
    // every claim.
    index('operations_running').on(t.ownerId, t.operationId).where(sql`status in ('RUNNING', 'CANCELLING')`),
    index('operations_waiting').on(t.ownerId, t.operationId).where(sql`status = 'WAITING'`),
    index('operations_wait_due').on(t.dueAt).where(sql`status = 'WAITING'`),
    index('operations_deadline').on(t.deadlineAt).where(sql`status = 'PENDING'`),
    index('operations_expiry').on(t.expiresAt).where(sql`expires_at is not null`),
    // The webhook targets of operations that have not ended. An operation without a webhook has no entry.
    index('operations_open_target')
      .on(t.ownerId, sql`webhook_target(owner_id, webhook ->> 'url')`)
      .where(sql`webhook is not null and status in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING')`),
    // Waiting for their concurrency key, and those that occupy one.
    index('operations_key_turn').on(t.ownerId, t.concurrencyKey, t.keyTurnAt, t.operationId).where(waitsForKey),
    index('operations_key')
      .on(t.ownerId, t.concurrencyKey)
      .where(sql`concurrency_key is not null and (turn_at is not null or status in ('RUNNING', 'CANCELLING'))`),
    // Those that the repair of `openDependencies` looks at, and those that are to end because of a dependency.
    index('operations_dependent').on(t.operationId).where(sql`open_dependencies is not null and status = 'PENDING'`),
    index('operations_failed_dependency')
      .on(t.operationId)
      .where(sql`failed_dependency is not null and status = 'PENDING' and turn_at is null`),
    index('operations_batch').on(t.batchId, t.operationId).where(sql`batch_id is not null`),
    index('operations_batch_open')
      .on(t.batchId)
      .where(sql`batch_id is not null and status in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING')`),
    index('operations_schedule').on(t.scheduleId, t.operationId).where(sql`schedule_id is not null`),
    index('operations_schedule_open')
      .on(t.scheduleId)
      .where(sql`schedule_id is not null and status in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING')`),
    index('operations_list').on(t.ownerId, t.operationId),
    // Without COMPLETED, which a scan without this index finds quickly, and without running operations, which have their own index.
    index('operations_list_status')
      .on(t.ownerId, t.status, t.operationId)
      .where(sql`status in ('PENDING', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED')`),
    index('operations_list_type').on(t.ownerId, t.type, t.operationId),
    check('operations_status', sql`${t.status} in (${oneOf(statuses)})`),
    check('operations_priority', sql`${t.priority} in (${oneOf(priorities)})`),
    check('operations_result', sql`${t.result} is null or ${t.status} in ('COMPLETED', 'COMPLETED_WITH_ERRORS')`),
    check('operations_error', sql`(${t.error} is not null) = (${t.status} = 'FAILED')`),
    check(
      'operations_finished',
      sql`(${t.finishedAt} is not null) = (${t.status} in ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'))`,
    ),
    check('operations_turn', sql`${t.turnAt} is null or ${t.status} in ('PENDING', 'CANCELLING')`),
    check(
      'operations_key',
      sql`(${t.concurrencyLimit} is null) = (${t.concurrencyKey} is null)
        and (${t.keyTurnAt} is null or ${t.concurrencyKey} is not null)`,
    ),
    check(
      'operations_dependencies',
      // Not over the status: a process of an earlier version does not clear the column when it cancels the operation.
      sql`${t.openDependencies} is null or (${t.openDependencies} > 0 and ${t.dependencyPolicy} is not null)`,
    ),
    check('operations_schedule', sql`(${t.scheduledFor} is null) = (${t.scheduleId} is null)`),
    check('operations_worker', sql`${t.workerId} is null or ${t.status} in ('RUNNING', 'CANCELLING')`),
    check('operations_waits', sql`(${t.waits} is not null) = (${t.status} = 'WAITING')`),
    check(
      'operations_owes_compensation',
      sql`not ${t.owesCompensation} or ${t.status} in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING')`,
    ),
    check(
      'operations_intended_outcome',
      sql`${t.intendedOutcome} is null or ${t.status} in ('PENDING', 'RUNNING', 'CANCELLING', 'FAILED')`,
    ),
  ],
)

/** The problem document that the operation fails with after compensation. */
export type IntendedOutcome = { error: Record<string, unknown> }

export type Phase = {
  name: string
  status: 'PENDING' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'SKIPPED' | 'COMPENSATING' | 'COMPENSATED'
  percentage?: number
  /** Seconds. */
  duration?: number
  /** Of a phase that contains a wait, in milliseconds since 1970: see `PhaseView` in `server/domain/progress.ts`. */
  since?: number
}

export type Progress = {
  /** 0–100. */
  percentage: number
  current?: number
  total?: number
  phase?: string
  message?: string
  phases?: Phase[]
}

/** Events, one gap-free sequence per operation, inserted by the statement that changes the row. */
export const events = pgTable(
  'events',
  {
    // No foreign key: it would lock the operation's row again for every event. Code that deletes operations deletes their events.
    operationId: uuid('operation_id').notNull(),
    sequence: integer('sequence').notNull(),
    event: text('event', { enum: ['status-update', 'log', 'completed', 'failed', 'cancelled'] }).notNull(),
    timestamp: instant('timestamp').notNull().default(sql`now()`),
    status: text('status', { enum: statuses }).notNull(),
    attempt: integer('attempt').notNull(),
    actor: text('actor').notNull(),
    /** The address of the actor's request; null when no request caused the event. */
    address: text('address'),
    reason: text('reason'),
    progress: jsonb('progress').$type<Progress>(),
    data: jsonb('data').$type<Record<string, unknown>>(),
  },
  (t) => [
    primaryKey({ columns: [t.operationId, t.sequence] }),
    index('events_log').on(t.operationId, t.sequence).where(sql`event = 'log'`),
    // BRIN makes writes much cheaper than a B-tree. Several ranges per block, because later events reuse the space of deleted ones.
    index('events_recent')
      .using('brin', t.timestamp.op('timestamptz_minmax_multi_ops'))
      .with({ pages_per_range: 32, autosummarize: true }),
  ],
)

export const stepStates = ['STARTED', 'DONE', 'UNDONE', 'UNDO_FAILED'] as const

export type StepState = (typeof stepStates)[number]

/** Named steps of an operation's handler: effects on external systems that may have to be undone. */
export const steps = pgTable(
  'steps',
  {
    operationId: uuid('operation_id').notNull(),
    name: text('name').notNull(),
    /** From 1, in the order in which they were started; they are undone in reverse. */
    position: integer('position').notNull(),
    state: text('state', { enum: stepStates }).notNull(),
    /** Whether the step has an undo, and so must be compensated while STARTED or DONE. */
    undoable: boolean('undoable').notNull(),
    /** The number of the attempt that wrote it last. */
    attempt: integer('attempt').notNull(),
    /** The result of `run`; the next attempt gets it without running the step again. */
    result: jsonb('result'),
    /** The phase of the step, which names it for callers. Null: it has none. */
    phase: text('phase'),
    /** How long the `run` took that had the result. Null while STARTED. */
    durationMs: integer('duration_ms'),
  },
  (t) => [
    primaryKey({ columns: [t.operationId, t.name] }),
    check('steps_state', sql`${t.state} in (${oneOf(stepStates)})`),
  ],
)

/** Ids of deleted operations, for which the response is 410. */
export const tombstones = pgTable(
  'tombstones',
  {
    operationId: uuid('operation_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    expiredAt: instant('expired_at').notNull(),
    /** When this row is deleted. */
    forgottenAt: instant('forgotten_at').notNull(),
  },
  (t) => [index('tombstones_forgotten').on(t.forgottenAt)],
)

/**
 * The operations that must end before another one starts, by the order in which they were submitted. Code that deletes operations deletes
 * their rows; a row whose dependency was deleted stays as long as its operation.
 */
export const dependencies = pgTable(
  'dependencies',
  {
    operationId: uuid('operation_id').notNull(),
    dependsOn: uuid('depends_on').notNull(),
    position: integer('position').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.operationId, t.dependsOn] }),
    index('dependencies_depends_on').on(t.dependsOn, t.operationId),
  ],
)

/** How long operations of a type took recently, for estimates before there is progress. */
export const durations = pgTable('durations', {
  type: text('type').primaryKey(),
  typicalSeconds: doublePrecision('typical_seconds').notNull(),
  updatedAt: instant('updated_at').notNull().default(sql`now()`),
})

/** The row is narrow, so that a repeated submit reads little. The primary key guarantees one row per (owner, key). */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    ownerId: text('owner_id').notNull(),
    key: text('key').notNull(),
    /** SHA-256 of method, path and canonical JSON. */
    fingerprint: bytea('fingerprint').notNull(),
    operationId: uuid('operation_id').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.key] }), index('idempotency_keys_expiry').on(t.expiresAt)],
)
