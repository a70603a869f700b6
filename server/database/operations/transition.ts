import { eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import { isTerminal, type Status, type Transition, transitions } from '../../domain/state-machine.ts'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { operations } from '../schema/operations.ts'
import { insertBatchDeliveries, insertDeliveries } from '../webhooks/create.ts'
import { claimedColumns } from './attempt-columns.ts'
import { countEnds } from './counts.ts'
import { bodies, eventBody, noParts } from './event-body.ts'
import { keysReleased, releaseKeys } from './keys.ts'
import { type AttemptTransition, assignments, type TransitionValues } from './transition-values.ts'

export type OperationRow = typeof operations.$inferSelect

/** One attempt of an operation. `attempt` is the fencing token: a write by an older attempt changes nothing. */
export type Attempt = { operationId: string; attempt: number }

/** Who made a transition, from which address if by a request, and why. All of them are stored in its event; `failure` is a problem document. */
export type Cause = {
  actor: string
  address?: string | undefined
  reason?: string | undefined
  failure?: Record<string, unknown> | undefined
}

export type TransitionItem<T extends AttemptTransition> = Attempt & Cause & TransitionValues[T]

/** The columns that a batch of transitions returns. */
export type TransitionedRow = Pick<
  OperationRow,
  'operationId' | 'attempt' | 'status' | 'updatedAt' | 'dueAt' | 'concurrencyKey'
> &
  WithBodies

/** With `withBodies`: the new events of the operation, for `Notifier.publish`. */
export type WithBodies = { ownerId?: string; bodies?: string | null }

/**
 * Applies the transition `name` if the operation is still in one of its source states for this attempt. Undefined when another writer
 * was first or steps are not compensated yet; nothing is written then.
 */
export async function transition<T extends AttemptTransition>(
  db: Db,
  name: T,
  { operationId, attempt }: Attempt,
  values: TransitionValues[T],
  cause: Cause,
): Promise<OperationRow | undefined> {
  const item = { operationId, attempt, ...cause, ...values }
  const [row] = await single[name](db).execute({ items: JSON.stringify([item]) })
  return row
}

/**
 * Applies one transition to many attempts in one statement and returns the rows that changed. Rows are locked in the order of their
 * ids: unordered batches deadlocked 43 times in 150 rounds against single cancels, ordered ones never.
 */
export async function transitionMany<T extends AttemptTransition>(
  db: Db,
  name: T,
  items: readonly TransitionItem<T>[],
  withBodies = false,
): Promise<TransitionedRow[]> {
  if (items.length === 0) return []
  const query = withBodies ? batchedWithBodies : batched
  return query[name](db).execute({ items: JSON.stringify(items) })
}

/** The state that refused a transition; undefined when the operation no longer exists. */
export async function currentState(db: Db, operationId: string) {
  const [row] = await currentStateRow(db).execute({ operationId })
  return row
}

const currentStateRow = prepared('operations_current_state', (db) =>
  db
    .select({
      status: operations.status,
      attempt: operations.attempt,
      owesCompensation: operations.owesCompensation,
    })
    .from(operations)
    .where(eq(operations.operationId, sql.placeholder('operationId'))),
)

/** Applies a claim to every row that `pick` locks (a `select … as id … for update`). */
export function transitionPicked(
  db: Db,
  name: 'claim' | 'claimCancelled',
  { pick, set, actor, withBodies }: { pick: SQL; set: SQL[]; actor: SQL; withBodies: boolean },
) {
  const body = eventBody({ ...noParts, sequence: sql`last_sequence`, event: eventOf(name), actor })
  const columns = withBodies ? { ...claimedColumns, bodies } : claimedColumns
  const changed = db.$with('changed', columns as typeof claimedColumns).as(sql`
    update operations set ${assignmentsOf(name, set)}
    from picked where operation_id = picked.id and ${inSourceState(name)}
    returning operations.*, date_part('epoch', started_at - greatest(created_at, start_after)) as waited_seconds
      ${withBodies ? sql`, ${arrayOf(body)} as bodies` : sql``}`)
  const logged = db.$with('logged', {}).as(sql`
    insert into events (operation_id, sequence, event, timestamp, status, attempt, actor)
    select operation_id, last_sequence, ${eventOf(name)}, updated_at, status, attempt, ${actor} from changed`)
  const picked = db.$with('picked', {}).as(pick)
  return db
    .with(picked, changed, logged, ...deliveriesOf(db, name))
    .select()
    .from(changed)
}

/** Applies `resume` to every row that `pick` locks; it selects the fields of an item (`transitionStatement`). */
export function resumePicked(db: Db, pick: SQL) {
  const { operationId, type } = operations
  return transitionStatement(db, 'resume', { columns: { operationId, type }, lock: false, pick })
}

const batchColumns = {
  operationId: operations.operationId,
  attempt: operations.attempt,
  status: operations.status,
  updatedAt: operations.updatedAt,
  dueAt: operations.dueAt,
  concurrencyKey: operations.concurrencyKey,
}

type StatementShape = { columns: Partial<AllColumns>; lock: boolean; pick?: SQL; withBodies?: boolean }

/**
 * With `transitionPicked` the only statement that writes `operations.status`. One statement writes the row and its event, so the
 * sequence has no gap and every event belongs to a change. Raw SQL because the event is inserted from the updated row.
 */
function transitionStatement(
  db: Db,
  name: AttemptTransition,
  { columns, lock, pick, withBodies = false }: StatementShape,
) {
  const { fields, set, when = sql`true` } = assignments[name]
  const given = sql`
    select * from json_to_recordset(${sql.placeholder('items')}::json) as item(
      "operationId" uuid, attempt int, actor text, address text, reason text, failure jsonb${sql.raw(fields ? `, ${fields}` : '')})`
  const items = db.$with('items', {}).as(pick ?? given)
  const fenced = sql`operations.operation_id = item."operationId" and operations.attempt = item.attempt
    and ${inSourceState(name)} and ${when} ${requiresCompensation(name) ? sql`and not operations.owes_compensation` : sql``}`
  const locked = db.$with('locked', {}).as(sql`
    select item.* from (select * from items order by "operationId") as item cross join lateral (
      select 1 from operations where ${fenced} for update) as held`)
  // A terminal event shows the progress of the row.
  const shown =
    /\bprogress jsonb/.test(fields) && !isTerminal(transitions[name].to) ? sql`item.progress` : sql`null::jsonb`
  const body = eventBody({
    sequence: sql`operations.last_sequence`,
    event: eventOf(name),
    actor: sql`item.actor`,
    address: sql`item.address`,
    reason: reasonOf({ given: sql`item.reason`, row: sql`operations` }),
    progress: shown,
    data: dataOf(sql`item.failure`),
  })
  // The compiler cannot follow a generic selection; `Query` declares the two that are used.
  const changed = db.$with('changed', columns as AllColumns).as(sql`
    update operations set ${assignmentsOf(name, set)}
    from ${lock ? sql`locked` : sql`items`} as item
    where ${fenced}
    returning operations.*, item.actor as by, item.address as by_address, item.reason as because, item.failure as failure,
      ${shown} as shown_progress ${withBodies ? sql`, ${arrayOf(body)} as bodies` : sql``}`)
  const logged = db.$with('logged', {}).as(sql`
    insert into events (operation_id, sequence, event, timestamp, status, attempt, actor, address, reason, progress, data)
    select operation_id, last_sequence, ${eventOf(name)}, updated_at, status, attempt, by, by_address,
      ${reasonOf({ given: sql`because`, row: sql`changed` })}, shown_progress, ${dataOf(sql`failure`)}
    from changed`)
  const all = [...(lock ? [items, locked] : [items]), changed, logged, ...deliveriesOf(db, name)]
  if (!affectsKey(name)) {
    return db
      .with(...all)
      .select()
      .from(changed)
  }
  if (!isTerminal(transitions[name].to)) {
    return db
      .with(...all, releaseKeys(db, 'changed'))
      .select()
      .from(changed)
      .where(keysReleased)
  }
  const counted = countEnds(db)
  const called = db.$with('called', {}).as(sql`
    select resolve_dependents(array_agg(operation_id)) as dependents from changed`)
  // `changed` again, after the dependents of what has ended were resolved, and then its batches ended. Keys are released last, because
  // `release_keys` must wait for no row while it holds its locks.
  const resolved = db.$with('resolved', columns as AllColumns).as(sql`
    select changed.* from changed cross join called cross join (select count(*) from ended) as batches_ended`)
  return db
    .with(...all, counted, called, ...batchEnds(db), resolved, releaseKeys(db, 'resolved'))
    .select()
    .from(resolved)
    .where(keysReleased)
}

/** The reason of an event: the given one; of a cancel, that of the request. */
function reasonOf({ given, row }: { given: SQL; row: SQL }): SQL {
  return sql`coalesce(${given}, case when ${row}.status in ('CANCELLING', 'CANCELLED') then ${row}.reason end)`
}

function dataOf(failure: SQL): SQL {
  return sql`case when ${failure} is not null then jsonb_build_object('error', ${failure}) end`
}

function arrayOf(body: SQL): SQL {
  return sql`'[' || (${body})::text || ']'`
}

/** Whether the operation may occupy its concurrency key before and not after, or may wait for it now. */
export function affectsKey(name: Transition): boolean {
  const { from, to } = transitions[name]
  return (isTerminal(to) || to === 'WAITING' || to === 'PENDING') && from.some((status) => status !== to)
}

/**
 * Ends the batches whose last operation a transition has ended, after the dependents were resolved: `end_batches` keeps locks on which
 * another transaction may wait while it holds an operation. Without an operation of a batch the function is not called.
 */
function batchEnds(db: Db) {
  const ended = db.$with('ended', {}).as(sql`
    select ended.* from (
      select array_agg(distinct batch_id) as ids from changed cross join called
      where batch_id is not null having count(*) > 0) as own
    cross join lateral end_batches(own.ids) as ended`)
  const delivered = db.$with('ends_delivered', {}).as(insertBatchDeliveries(sql`ended`))
  return [ended, delivered]
}

/** The webhook deliveries of a transition; none when it keeps the status. */
function deliveriesOf(db: Db, name: Transition) {
  const { from, to } = transitions[name]
  if (from.every((status) => status === to)) return []
  const at = { sequence: sql`last_sequence`, at: sql`updated_at` }
  return [db.$with('deliveries_made', {}).as(insertDeliveries({ from: 'changed', event: to, ...at }))]
}

type AllColumns = ReturnType<typeof getTableColumns<typeof operations>>

function assignmentsOf(name: Transition, set: SQL[]): SQL {
  const always = [
    sql`status = ${sql.raw(`'${transitions[name].to}'`)}`,
    sql`last_sequence = last_sequence + 1`,
    // Not now(), which is the start of the transaction: a handler may complete its operation at the end of a long transaction, and
    // the completion would be dated before the progress that led to it.
    sql`updated_at = greatest(operations.updated_at, clock_timestamp())`,
  ]
  return sql.join([...always, ...set], sql`, `)
}

function inSourceState(name: Transition): SQL {
  return whileIn(transitions[name].from)
}

/**
 * The condition that an operation, found by its id, is in one of `statuses`. `is not distinct from` matches no partial index on purpose:
 * the planner underestimates how many rows run, and would scan that index for each id.
 */
export function whileIn(statuses: readonly Status[]): SQL {
  const each = statuses.map((status) => `operations.status is not distinct from '${status}'`)
  return sql.raw(`(${each.join(' or ')})`)
}

/** Whether the transition is refused until all steps are compensated. */
function requiresCompensation(name: Transition): boolean {
  const to: Status = transitions[name].to
  return to === 'FAILED' || to === 'CANCELLED'
}

function eventOf(name: Transition): SQL {
  const to: Status = transitions[name].to
  const event =
    to === 'FAILED' ? 'failed' : to === 'CANCELLED' ? 'cancelled' : isTerminal(to) ? 'completed' : 'status-update'
  return sql.raw(`'${event}'`)
}

type Query<Row> = Record<AttemptTransition, (db: Db) => { execute(values: { items: string }): Promise<Row[]> }>

const attemptTransitions = (Object.keys(transitions) as Transition[]).filter(
  (name): name is AttemptTransition => name !== 'claim' && name !== 'claimCancelled',
)

const byTransition = (suffix: string, shape: Parameters<typeof transitionStatement>[2]) =>
  Object.fromEntries(
    attemptTransitions.map((name) => [
      name,
      prepared(`operations_${name}${suffix}`, (db) => transitionStatement(db, name, shape)),
    ]),
  ) as unknown

const single = byTransition('', { columns: getTableColumns(operations), lock: false }) as Query<OperationRow>
const batched = byTransition('_many', { columns: batchColumns, lock: true }) as Query<TransitionedRow>
const batchedWithBodies = byTransition('_many_bodies', {
  columns: { ...batchColumns, ownerId: operations.ownerId, bodies } as object,
  lock: true,
  withBodies: true,
}) as Query<TransitionedRow>
