import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import { isTerminal, type Status, type Step, transitions } from '../lifecycle/states.ts'
import type { Db } from './db.ts'
import { announcing } from './delivery-rows.ts'
import { prepared } from './prepared.ts'
import { operations } from './schema.ts'
import { assignments, type StepValues } from './step-values.ts'

export type { StepValues } from './step-values.ts'

export type OperationRow = typeof operations.$inferSelect

/** Who took a step, from which address if by a request, and why; all stand in its event. */
export type Cause = { actor: string; address?: string | undefined; reason?: string | undefined }

/** Which attempt a step is for: the fence. */
export type Attempt = { operationId: string; attempt: number }

/** Steps on operations that are already known; claims find theirs themselves. */
export type KnownStep = Exclude<Step, 'claim' | 'claimCancelled'>

export type StepItem<S extends KnownStep> = Attempt & Cause & StepValues[S]

/** What a step made of an operation, as far as who took it needs to know. */
export type Moved = Pick<
  OperationRow,
  'operationId' | 'attempt' | 'type' | 'status' | 'startedAt' | 'finishedAt' | 'error'
>

/**
 * Takes `step` on one attempt. Undefined: somebody else moved the operation first, or an undo is owed, and nothing was
 * written. Fenced by attempt and status: a worker that lost its lease takes no step any more.
 */
export async function take<S extends KnownStep>(
  db: Db,
  step: S,
  at: Attempt,
  values: StepValues[S],
  cause: Cause,
): Promise<OperationRow | undefined> {
  const item = { operationId: at.operationId, attempt: at.attempt, ...cause, ...values }
  const [row] = await single[step](db).execute({ items: JSON.stringify([item]) })
  return row
}

/**
 * Takes `step` on many attempts in one statement; answers those that moved. Rows are locked in the order of their ids: batches in
 * any order deadlocked 43 times in 150 rounds against single cancels, ordered ones never.
 */
export async function takeMany<S extends KnownStep>(db: Db, step: S, items: readonly StepItem<S>[]): Promise<Moved[]> {
  if (items.length === 0) return []
  return batched[step](db).execute({ items: JSON.stringify(items) })
}

/** Takes `step` on every row that `pick` locks (a `select … as id … for update`); for claims. */
export function takePicked(db: Db, step: 'claim' | 'claimCancelled', pick: SQL, set: SQL[], cause: SQL) {
  const moved = db.$with('moved', getTableColumns(operations)).as(sql`
    update operations set ${assigning(step, set)}
    from picked where operation_id = picked.id and ${inFrom(step)}
    returning operations.*`)
  const logged = db.$with('logged', {}).as(sql`
    insert into events (operation_id, sequence, event, timestamp, status, attempt, actor)
    select operation_id, last_sequence, ${eventOf(step)}, updated_at, status, attempt, ${cause} from moved`)
  const picked = db.$with('picked', {}).as(pick)
  return db
    .with(picked, moved, logged, ...announced(db, step))
    .select()
    .from(moved)
}

const narrow = {
  operationId: operations.operationId,
  attempt: operations.attempt,
  type: operations.type,
  status: operations.status,
  startedAt: operations.startedAt,
  finishedAt: operations.finishedAt,
  error: operations.error,
}

/**
 * With `takePicked` the only statement that writes `operations.status`. The row and its event are one statement, so that the
 * sequence has no gap and no event is without its change. Raw SQL because the event is inserted from the updated row.
 */
function move(db: Db, step: KnownStep, { columns, lock }: { columns: Partial<AllColumns>; lock: boolean }) {
  const { fields, set } = assignments[step]
  const items = db.$with('items', {}).as(sql`
    select * from json_to_recordset(${sql.placeholder('items')}::json) as item(
      "operationId" uuid, attempt int, actor text, address text, reason text${sql.raw(fields ? `, ${fields}` : '')})`)
  const fenced = sql`operations.operation_id = item."operationId" and operations.attempt = item.attempt
    and ${inFrom(step)} ${endsUnhappily(step) ? sql`and not operations.owes_undo` : sql``}`
  const locked = db.$with('locked', {}).as(sql`
    select item.* from (select * from items order by "operationId") as item cross join lateral (
      select 1 from operations where ${fenced} for update) as held`)
  // A generic selection is opaque to the compiler; the two of them are checked where they are used.
  const moved = db.$with('moved', columns as AllColumns).as(sql`
    update operations set ${assigning(step, set)}
    from ${lock ? sql`locked` : sql`items`} as item
    where ${fenced}
    returning operations.*, item.actor as by, item.address as by_address, item.reason as because`)
  const logged = db.$with('logged', {}).as(sql`
    insert into events (operation_id, sequence, event, timestamp, status, attempt, actor, address, reason)
    select operation_id, last_sequence, ${eventOf(step)}, updated_at, status, attempt, by, by_address,
      coalesce(because, case when status in ('CANCELLING', 'CANCELLED') then reason end)
    from moved`)
  const ctes = lock ? [items, locked, moved, logged] : [items, moved, logged]
  return db
    .with(...ctes, ...announced(db, step))
    .select()
    .from(moved)
}

/** What those hear of the step who asked to; of one that leaves the status as it is, nothing. */
function announced(db: Db, step: Step) {
  const { from, to } = transitions[step]
  if (from.every((status) => status === to)) return []
  const at = { sequence: sql`last_sequence`, at: sql`updated_at` }
  return [db.$with('announced', {}).as(announcing({ from: 'moved', event: to, ...at }))]
}

type AllColumns = ReturnType<typeof getTableColumns<typeof operations>>

function assigning(step: Step, set: SQL[]): SQL {
  const always = [
    sql`status = ${sql.raw(`'${transitions[step].to}'`)}`,
    sql`last_sequence = last_sequence + 1`,
    // The time of the step, not of its transaction: a handler may complete its operation in a transaction that began long
    // ago, and now() would date the end before the progress that led to it.
    sql`updated_at = greatest(operations.updated_at, clock_timestamp())`,
  ]
  return sql.join([...always, ...set], sql`, `)
}

/** See `whileIn`. */
function inFrom(step: Step): SQL {
  return whileIn(transitions[step].from)
}

/**
 * That an operation, found by its id, is in one of `statuses`. In words that no partial index is declared with: the planner
 * believes that next to nothing runs, and would look each id up by walking all that does.
 */
export function whileIn(statuses: readonly Status[]): SQL {
  const each = statuses.map((status) => `operations.status is not distinct from '${status}'`)
  return sql.raw(`(${each.join(' or ')})`)
}

function endsUnhappily(step: Step): boolean {
  const to: Status = transitions[step].to
  return to === 'FAILED' || to === 'CANCELLED'
}

function eventOf(step: Step): SQL {
  const to: Status = transitions[step].to
  const event =
    to === 'FAILED' ? 'failed' : to === 'CANCELLED' ? 'cancelled' : isTerminal(to) ? 'completed' : 'status-update'
  return sql.raw(`'${event}'`)
}

type Query<S extends 'single' | 'batched'> = Record<
  KnownStep,
  (db: Db) => { execute(values: { items: string }): Promise<S extends 'single' ? OperationRow[] : Moved[]> }
>

const knownSteps = (Object.keys(transitions) as Step[]).filter(
  (step): step is KnownStep => step !== 'claim' && step !== 'claimCancelled',
)

// The two shapes of an answer are those of their columns; the compiler cannot follow that through `move`.
const byStep = (suffix: string, shape: Parameters<typeof move>[2]) =>
  Object.fromEntries(
    knownSteps.map((step) => [step, prepared(`operations_${step}${suffix}`, (db) => move(db, step, shape))]),
  ) as unknown

const single = byStep('', { columns: getTableColumns(operations), lock: false }) as Query<'single'>
const batched = byStep('_many', { columns: narrow, lock: true }) as Query<'batched'>
