import { type SQL, sql } from 'drizzle-orm'
import { priorities, turnDelayMs } from '../../domain/schedule.ts'
import type { Transition } from '../../domain/state-machine.ts'
import type { Progress } from '../schema/operations.ts'
import { takeTurn } from './keys.ts'

/** Transitions of one known attempt. The two claims select their rows themselves. */
export type AttemptTransition = Exclude<Transition, 'claim' | 'claimCancelled'>

type Retained = { retentionSeconds: number }
type Failure = Retained & { error: Record<string, unknown>; progress?: Progress | undefined }
type Completion = { result: Record<string, unknown>; progress?: Progress | undefined; expiresAt: Date }
/** `queueSeconds`: queue timeout, counted from the due time. `progress`: if the attempt has more than was written. */
type Requeue = { queueSeconds: number; progress?: Progress | undefined }
/** `error`: the problem document that the operation fails with after compensation. */
type Compensation = { error: Record<string, unknown>; limitSeconds: number }
type CancelReason = { cancelReason?: string | undefined }

/** The values that each transition writes besides status, sequence and event. */
export type TransitionValues = {
  finish: Completion
  finishWithErrors: Completion
  fail: Failure
  retry: Requeue & { delayMs: number }
  release: Requeue & { delayMs?: number }
  /** `alone`: the executor ran no other operation, so the exit is charged. */
  crash: Requeue & { alone: boolean; delayMs: number }
  /**
   * `completedWaits`: of the operation when the handler began the waits in `names`, which is what it awaits now. Refused if more have been
   * completed meanwhile. `queueSeconds`: queue timeout for a `resume` by a worker that does not know the type.
   */
  wait: { completedWaits: number; names: string[]; queueSeconds?: number; progress?: Progress | undefined }
  resume: { queueSeconds?: number | undefined }
  timeOut: Failure
  expireInQueue: Failure
  failDependent: Failure
  /** `charged`: the attempt counts as a failure. */
  compensate: Compensation & { progress?: Progress | undefined; charged?: boolean }
  compensateQueued: Compensation
  cancelPending: Retained & CancelReason
  cancelToCompensate: CancelReason
  requestCancel: CancelReason & { graceSeconds: number }
  compensateCancelled: { limitSeconds: number }
  /** `alone`: run alone next, because the executor exited; `crashed`: the executor ran no other operation. */
  releaseCancelled: { delayMs?: number; alone?: boolean; crashed?: boolean }
  cancel: Retained & { progress?: Progress | undefined }
  failToCancel: Failure
}

/**
 * `fields`: the values as columns of the JSON record set `item` that the statement reads. `set`: the assignments. `when`: a further condition,
 * over columns of the row alone, because they are read again after a concurrent write.
 */
type Assignment = { fields: string; set: SQL[]; when?: SQL }

const now = sql`clock_timestamp()`
const seconds = (field: SQL) => sql`${field} * interval '1 second'`
const delay = sql`coalesce(item."delayMs", 0) * interval '1 millisecond'`

/** The turn of a row that is due at `due`: the delay of its priority added. For statements on `operations`. */
export function turnAt(due: SQL): SQL {
  const delays = priorities.map((priority) => `when '${priority}' then interval '${turnDelayMs[priority]} ms'`)
  return sql`${due} + case priority ${sql.raw(delays.join(' '))} end`
}

/** Neither a concurrency key nor dependencies are awaited any more. */
const startNow = [sql`key_turn_at = null`, sql`open_dependencies = null`]

const end = [
  sql`finished_at = ${now}`,
  sql`worker_id = null`,
  sql`turn_at = null`,
  sql`due_at = null`,
  sql`deadline_at = null`,
  sql`waits = null`,
  ...startNow,
  sql`intended_outcome = null`,
]
const retain = sql`expires_at = ${now} + ${seconds(sql`item."retentionSeconds"`)}`
const setProgress = sql`progress = coalesce(item.progress, operations.progress)`
const clearWorker = [sql`worker_id = null`, sql`started_at = null`]

/** Over the waits that the handler awaits. They were begun by earlier statements, so every snapshot has them. */
function awaited(value: SQL): SQL {
  return sql`(select ${value} from waits where waits.operation_id = item."operationId"
    and waits.name in (select json_array_elements_text(item.names)))`
}

const complete: Assignment = {
  fields: 'result jsonb, progress jsonb, "expiresAt" timestamptz',
  set: [
    sql`result = item.result`,
    setProgress,
    sql`expires_at = item."expiresAt"`,
    // The steps of a completed operation are never compensated.
    sql`owes_compensation = false`,
    ...end,
  ],
}

const fail: Assignment = {
  fields: 'error jsonb, progress jsonb, "retentionSeconds" float8',
  set: [sql`error = item.error`, setProgress, retain, ...end],
}

const requeueFields = 'progress jsonb, "queueSeconds" float8, "delayMs" float8'

/** Clears what belongs to the attempt. Without a delay the operation keeps its place in the queue, and its concurrency key. */
const requeue = [
  ...clearWorker,
  setProgress,
  sql`due_at = case when ${delay} > interval '0' then ${now} + ${delay} end`,
  sql`turn_at = case when ${delay} > interval '0' then null else ${turnAt(sql`greatest(created_at, start_after)`)} end`,
  // A compensation has no queue timeout.
  sql`deadline_at = case when intended_outcome is null then ${now} + ${delay} + ${seconds(sql`item."queueSeconds"`)} end`,
]

const compensationFields = 'error jsonb, "limitSeconds" float8'
const setIntendedOutcome = sql`intended_outcome = json_build_object('error', item.error)::jsonb`
const setLimit = sql`deadline_at = ${now} + ${seconds(sql`item."limitSeconds"`)}`
const setReason = sql`reason = item."cancelReason"`

export const assignments: Record<AttemptTransition, Assignment> = {
  finish: complete,
  finishWithErrors: complete,
  fail: { fields: fail.fields, set: [...fail.set, sql`failures = failures + 1`] },
  retry: {
    fields: requeueFields,
    set: [...requeue, sql`failures = failures + 1`],
  },
  release: { fields: requeueFields, set: requeue },
  crash: {
    fields: `${requeueFields}, alone boolean`,
    set: [...requeue, sql`crashes = crashes + item.alone::int`, sql`alone = true`],
  },
  wait: {
    fields: '"completedWaits" int, names json, "queueSeconds" float8, progress jsonb',
    when: sql`operations.completed_waits = item."completedWaits"`,
    set: [
      ...clearWorker,
      setProgress,
      sql`waits = ${awaited(sql`json_agg(json_strip_nulls(json_build_object(
        'name', waits.name, 'kind', waits.kind, 'who', waits.who, 'expiresAt', waits.expires_at)) order by waits.created_at, waits.name)::jsonb`)}`,
      sql`due_at = ${awaited(sql`min(waits.expires_at)`)}`,
      sql`queue_seconds = item."queueSeconds"`,
      sql`deadline_at = null`,
    ],
  },
  resume: {
    fields: '"queueSeconds" float8',
    set: [
      sql`completed_waits = completed_waits + 1`,
      sql`waits = null`,
      sql`due_at = null`,
      ...takeTurn(turnAt(sql`greatest(created_at, start_after)`)),
      sql`deadline_at = ${now} + ${seconds(sql`coalesce(item."queueSeconds", queue_seconds)`)}`,
      sql`queue_seconds = null`,
    ],
  },
  timeOut: fail,
  expireInQueue: fail,
  failDependent: fail,
  compensate: {
    fields: `${compensationFields}, progress jsonb, charged boolean`,
    set: [
      setIntendedOutcome,
      setLimit,
      setProgress,
      sql`crashes = 0`,
      sql`failures = failures + coalesce(item.charged, false)::int`,
    ],
  },
  compensateQueued: {
    fields: compensationFields,
    set: [
      setIntendedOutcome,
      ...startNow,
      sql`due_at = null`,
      sql`turn_at = ${turnAt(sql`greatest(created_at, start_after)`)}`,
      // Compensation waits for a worker without a time limit.
      sql`deadline_at = null`,
      sql`crashes = 0`,
    ],
  },
  cancelPending: {
    fields: '"cancelReason" text, "retentionSeconds" float8',
    set: [setReason, retain, ...end],
  },
  cancelToCompensate: {
    fields: '"cancelReason" text',
    set: [
      setReason,
      ...startNow,
      sql`waits = null`,
      sql`intended_outcome = null`,
      sql`due_at = null`,
      sql`turn_at = ${now}`,
      sql`deadline_at = null`,
      sql`crashes = 0`,
    ],
  },
  requestCancel: {
    fields: '"cancelReason" text, "graceSeconds" float8',
    set: [
      setReason,
      // The grace period is for handlers; a compensation that runs already keeps its own limit.
      sql`deadline_at = case when intended_outcome is null then ${now} + ${seconds(sql`item."graceSeconds"`)}
        else deadline_at end`,
      sql`intended_outcome = null`,
    ],
  },
  compensateCancelled: { fields: '"limitSeconds" float8', set: [setLimit] },
  releaseCancelled: {
    fields: '"delayMs" float8, alone boolean, crashed boolean',
    set: [
      ...clearWorker,
      sql`alone = operations.alone or coalesce(item.alone, false)`,
      sql`crashes = crashes + coalesce(item.crashed, false)::int`,
      sql`turn_at = ${now} + ${delay}`,
      sql`deadline_at = null`,
    ],
  },
  cancel: {
    fields: 'progress jsonb, "retentionSeconds" float8',
    set: [setProgress, retain, ...end],
  },
  failToCancel: fail,
}
