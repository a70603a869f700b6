import { type SQL, sql } from 'drizzle-orm'
import type { Progress } from './schema.ts'
import type { KnownStep } from './transitions.ts'
import { turnAt } from './turns.ts'

type Ending = { retentionSeconds: number }
type Failing = Ending & { error: Record<string, unknown>; progress?: Progress | undefined }
type Finishing = { result: Record<string, unknown>; progress?: Progress | undefined; expiresAt: Date }
/** `queueSeconds`: what it may wait from its due time on. */
type Requeueing = { queueSeconds: number }
/** `error`: the document that it will end with. */
type Unwinding = { error: Record<string, unknown>; limitSeconds: number }
type CancelReason = { cancelReason?: string | undefined }

/** What each step writes besides status, sequence and event. */
export type StepValues = {
  finish: Finishing
  finishWithErrors: Finishing
  fail: Failing
  retry: Requeueing & { delayMs: number }
  release: Requeueing
  /** `alone`: whether nothing else ran in the process that died; only then the death is charged. */
  crash: Requeueing & { alone: boolean; delayMs: number }
  timeOut: Failing
  expireInQueue: Failing
  /** `charged`: the attempt itself failed. */
  unwind: Unwinding & { progress?: Progress | undefined; charged?: boolean }
  unwindQueued: Unwinding
  cancelPending: Ending & CancelReason
  cancelToUnwind: CancelReason
  requestCancel: CancelReason & { graceSeconds: number }
  unwindCancelled: { limitSeconds: number }
  /** `alone`: its process died, and next it runs alone; `crashed`: nothing else ran there. */
  releaseCancelled: { delayMs?: number; alone?: boolean; crashed?: boolean }
  cancel: Ending & { progress?: Progress | undefined }
  failToCancel: Failing
}

/** `fields`: the values as columns of the record set that the statement reads them from, named `item`. */
type Assignment = { fields: string; set: SQL[] }

const present = sql`clock_timestamp()`
const seconds = (field: SQL) => sql`${field} * interval '1 second'`
const delay = sql`coalesce(item."delayMs", 0) * interval '1 millisecond'`

const ended = [
  sql`finished_at = ${present}`,
  sql`worker_id = null`,
  sql`turn_at = null`,
  sql`due_at = null`,
  sql`deadline_at = null`,
  sql`intended_end = null`,
]
const kept = sql`expires_at = ${present} + ${seconds(sql`item."retentionSeconds"`)}`
const progressed = sql`progress = coalesce(item.progress, operations.progress)`
const unheld = [sql`worker_id = null`, sql`started_at = null`]

const finishing: Assignment = {
  fields: 'result jsonb, progress jsonb, "expiresAt" timestamptz',
  set: [
    sql`result = item.result`,
    progressed,
    sql`expires_at = item."expiresAt"`,
    // What a completed operation has done stays done.
    sql`owes_undo = false`,
    ...ended,
  ],
}

const failing: Assignment = {
  fields: 'error jsonb, progress jsonb, "retentionSeconds" float8',
  set: [sql`error = item.error`, progressed, kept, ...ended],
}

/**
 * Back into the queue: what belonged to the attempt goes with it, save the progress of what is being undone. Due at once it keeps
 * its old place by its age.
 */
const requeueing = [
  ...unheld,
  sql`progress = case when intended_end is null then null else operations.progress end`,
  sql`due_at = case when ${delay} > interval '0' then ${present} + ${delay} end`,
  sql`turn_at = case when ${delay} > interval '0' then null else ${turnAt(sql`greatest(created_at, start_after)`)} end`,
  // What is being undone waits for as long as it takes.
  sql`deadline_at = case when intended_end is null then ${present} + ${delay} + ${seconds(sql`item."queueSeconds"`)} end`,
]

const unwinding = 'error jsonb, "limitSeconds" float8'
const intended = sql`intended_end = json_build_object('error', item.error)::jsonb`
const limited = sql`deadline_at = ${present} + ${seconds(sql`item."limitSeconds"`)}`
const reasoned = sql`reason = item."cancelReason"`

export const assignments: Record<KnownStep, Assignment> = {
  finish: finishing,
  finishWithErrors: finishing,
  fail: { fields: failing.fields, set: [...failing.set, sql`failures = failures + 1`] },
  retry: {
    fields: '"queueSeconds" float8, "delayMs" float8',
    set: [...requeueing, sql`failures = failures + 1`],
  },
  release: { fields: '"queueSeconds" float8, "delayMs" float8', set: requeueing },
  crash: {
    fields: '"queueSeconds" float8, "delayMs" float8, alone boolean',
    set: [...requeueing, sql`crashes = crashes + item.alone::int`, sql`alone = true`],
  },
  timeOut: failing,
  expireInQueue: failing,
  unwind: {
    fields: `${unwinding}, progress jsonb, charged boolean`,
    set: [
      intended,
      limited,
      progressed,
      sql`crashes = 0`,
      sql`failures = failures + coalesce(item.charged, false)::int`,
    ],
  },
  unwindQueued: {
    fields: unwinding,
    set: [
      intended,
      sql`due_at = null`,
      sql`turn_at = ${turnAt(sql`greatest(created_at, start_after)`)}`,
      // No worker may ever come; until one does, its undo is owed.
      sql`deadline_at = null`,
      sql`crashes = 0`,
    ],
  },
  cancelPending: {
    fields: '"cancelReason" text, "retentionSeconds" float8',
    set: [reasoned, kept, ...ended],
  },
  cancelToUnwind: {
    fields: '"cancelReason" text',
    set: [
      reasoned,
      sql`intended_end = null`,
      sql`due_at = null`,
      sql`turn_at = ${present}`,
      sql`deadline_at = null`,
      sql`crashes = 0`,
    ],
  },
  requestCancel: {
    fields: '"cancelReason" text, "graceSeconds" float8',
    set: [
      reasoned,
      // What is being undone already goes on; the grace period is for handlers.
      sql`deadline_at = case when intended_end is null then ${present} + ${seconds(sql`item."graceSeconds"`)}
        else deadline_at end`,
      sql`intended_end = null`,
    ],
  },
  unwindCancelled: { fields: '"limitSeconds" float8', set: [limited] },
  releaseCancelled: {
    fields: '"delayMs" float8, alone boolean, crashed boolean',
    set: [
      ...unheld,
      sql`alone = operations.alone or coalesce(item.alone, false)`,
      sql`crashes = crashes + coalesce(item.crashed, false)::int`,
      sql`turn_at = ${present} + ${delay}`,
      sql`deadline_at = null`,
    ],
  },
  cancel: {
    fields: 'progress jsonb, "retentionSeconds" float8',
    set: [progressed, kept, ...ended],
  },
  failToCancel: failing,
}
