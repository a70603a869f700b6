import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import { isTerminal, type Status, type Step, transitions } from '../lifecycle/states.ts'
import type { Db } from './db.ts'
import { operations, type Progress } from './schema.ts'
import { turnAt } from './turns.ts'

export type OperationRow = typeof operations.$inferSelect

/** Seconds: one figure, or one per operation type for a sweep that meets several. */
export type Seconds = number | Readonly<Record<string, number>>

/**
 * The time of the step, not of its transaction: a handler may complete its operation in a transaction that began long ago, and
 * `now()` would date the end before the progress that led to it.
 */
const present = sql`clock_timestamp()`

type Ending = { retentionSeconds: Seconds }
type Failing = Ending & { error: Record<string, unknown>; progress?: Progress }
type Finishing = { result: Record<string, unknown>; progress?: Progress; expiresAt: Date }
/** `queueSeconds`: what it may wait from its due time on. */
type Requeueing = { queueSeconds: Seconds }

/** What each step writes besides status, sequence and event. */
export type StepValues = {
  claim: { workerId: string; runSeconds: Seconds }
  finish: Finishing
  finishWithErrors: Finishing
  fail: Failing
  retry: Requeueing & { delayMs: number }
  release: Requeueing
  timeOut: Failing
  expireInQueue: Failing
  cancelPending: Ending & { cancelReason: string | undefined }
  requestCancel: { cancelReason: string | undefined; graceSeconds: number }
  cancel: Ending & { progress?: Progress }
}

/** Who took a step, and why; both stand in its event. */
export type Cause = { actor: string; reason?: string }

/** Which attempt a step is for: the fence. */
export type Attempt = { operationId: string; attempt: number }

/**
 * Takes `step` on one attempt. Undefined: somebody else moved the operation first, and nothing was written.
 * Fenced by attempt and status: a worker that lost its lease takes no step any more.
 */
export async function take<S extends Exclude<Step, 'claim'>>(
  db: Db,
  step: S,
  at: Attempt,
  values: StepValues[S],
  cause: Cause,
): Promise<OperationRow | undefined> {
  const where = sql`operation_id = ${at.operationId}::uuid and attempt = ${at.attempt}::int`
  const [row] = await move(db, step, { where }, assignments[step](values), cause)
  return row
}

/**
 * Takes `step` on every row that `pick` locks (a `select operation_id as id … for update`), as long as `where` still
 * holds. Answers the rows that moved.
 */
export function takeAll<S extends Step>(
  db: Db,
  step: S,
  at: { pick: SQL; where?: SQL },
  values: StepValues[S],
  cause: Cause,
): Promise<OperationRow[]> {
  return move(db, step, at, assignments[step](values), cause)
}

/**
 * The only statement that writes `operations.status`. The row and its event are one statement, so that the sequence
 * has no gap and no event without its change. Raw SQL because the event is inserted from the updated row.
 * (A pick that locks rows is never inlined by the planner, so its LIMIT counts once.)
 */
function move(db: Db, step: Step, at: { pick?: SQL; where?: SQL }, set: SQL[], cause: Cause) {
  const { from, to } = transitions[step]
  const only = sql.join(
    from.map((status) => sql`${status}`),
    sql`, `,
  )
  const always = [
    sql`status = ${to}`,
    sql`last_sequence = last_sequence + 1`,
    sql`updated_at = greatest(updated_at, ${present})`,
  ]
  const moved = db.$with('moved', getTableColumns(operations)).as(sql`
    update operations set ${sql.join([...always, ...set], sql`, `)}
    ${at.pick ? sql`from picked` : sql``}
    where status in (${only})
    ${at.pick ? sql`and operation_id = picked.id` : sql``}
    ${at.where ? sql`and ${at.where}` : sql``}
    returning operations.*`)
  const logged = db.$with('logged', {}).as(sql`
    insert into events (operation_id, sequence, event, timestamp, status, attempt, actor, reason)
    select operation_id, last_sequence, ${eventOf(to)}, updated_at, status, attempt, ${cause.actor},
      ${cause.reason === undefined ? sql`case when status in ('CANCELLING', 'CANCELLED') then reason end` : sql`${cause.reason}`}
    from moved`)
  const ctes = at.pick ? [db.$with('picked', {}).as(at.pick), moved, logged] : [moved, logged]
  return db
    .with(...ctes)
    .select()
    .from(moved)
}

/** An interval of `seconds`; null for a type that this process does not know, which then has no deadline. */
function interval(seconds: Seconds) {
  const figure =
    typeof seconds === 'number' ? sql`${seconds}::float8` : sql`(${JSON.stringify(seconds)}::jsonb ->> type)::float8`
  return sql`${figure} * interval '1 second'`
}

function eventOf(to: Status) {
  if (to === 'FAILED') return 'failed'
  if (to === 'CANCELLED') return 'cancelled'
  return isTerminal(to) ? 'completed' : 'status-update'
}

const assignments: { [S in Step]: (values: StepValues[S]) => SQL[] } = {
  claim: ({ workerId, runSeconds }) => [
    sql`attempt = attempt + 1`,
    sql`worker_id = ${workerId}::uuid`,
    sql`turn_at = null`,
    sql`started_at = ${present}`,
    sql`deadline_at = ${present} + ${interval(runSeconds)}`,
  ],
  finish: finishing,
  finishWithErrors: finishing,
  fail: (values) => [...failing(values), sql`failures = failures + 1`],
  retry: ({ delayMs, queueSeconds }) => [
    ...requeueing(queueSeconds, sql`${delayMs}::float8 * interval '1 millisecond'`),
    sql`failures = failures + 1`,
  ],
  release: ({ queueSeconds }) => requeueing(queueSeconds, sql`interval '0'`),
  timeOut: failing,
  expireInQueue: failing,
  cancelPending: ({ cancelReason, retentionSeconds }) => [
    sql`reason = ${cancelReason ?? null}::text`,
    ...ending(sql`${present} + ${interval(retentionSeconds)}`),
  ],
  requestCancel: ({ cancelReason, graceSeconds }) => [
    sql`reason = ${cancelReason ?? null}::text`,
    sql`deadline_at = ${present} + ${interval(graceSeconds)}`,
  ],
  cancel: ({ progress, retentionSeconds }) => [
    ...progressed(progress),
    ...ending(sql`${present} + ${interval(retentionSeconds)}`),
  ],
}

function finishing({ result, progress, expiresAt }: Finishing) {
  return [
    sql`result = ${sql.param(result, operations.result)}`,
    ...progressed(progress),
    ...ending(sql`${sql.param(expiresAt, operations.expiresAt)}`),
  ]
}

function failing({ error, progress, retentionSeconds }: Failing) {
  return [
    sql`error = ${sql.param(error, operations.error)}`,
    ...progressed(progress),
    ...ending(sql`${present} + ${interval(retentionSeconds)}`),
  ]
}

function progressed(progress: Progress | undefined) {
  return progress ? [sql`progress = ${sql.param(progress, operations.progress)}`] : []
}

function ending(expiresAt: SQL) {
  return [
    sql`finished_at = ${present}`,
    sql`expires_at = ${expiresAt}`,
    sql`worker_id = null`,
    sql`turn_at = null`,
    sql`deadline_at = null`,
  ]
}

/** Back into the queue: what belonged to the attempt goes with it. Due at once it keeps its old place by its age. */
function requeueing(queueSeconds: Seconds, delay: SQL) {
  return [
    sql`worker_id = null`,
    sql`started_at = null`,
    sql`progress = null`,
    sql`start_after = case when ${delay} > interval '0' then ${present} + ${delay} else start_after end`,
    sql`turn_at = case when ${delay} > interval '0' then null else ${turnAt(sql`greatest(created_at, start_after)`)} end`,
    sql`deadline_at = ${present} + ${delay} + ${interval(queueSeconds)}`,
  ]
}
