import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { DeliveryOutcome, StatusClass } from '../lifecycle/deliveries.ts'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'
import { operations } from './schema.ts'
import { deliveries, webhookReceivers } from './webhook-schema.ts'

export type DeliveryRow = typeof deliveries.$inferSelect

export type Turn = {
  /** Most that is taken of targets that are well. */
  limit: number
  /** Most that is taken of targets whose last attempt failed. */
  troubledLimit: number
  /** Most of one target at once, those in `sending` included; of one whose breaker has opened, 1. */
  perTarget: number
  /** How many deliveries of a target the caller is sending already. */
  sending: Readonly<Record<string, number>>
  /** How long the caller has to say how it went, before somebody else sends it. */
  leaseSeconds: number
}

/** A delivery that the caller is to send, with what is sent. Of an operation or receiver that has gone, undefined. */
export type Taken = {
  delivery: DeliveryRow
  operation: typeof operations.$inferSelect | null
  receiver: typeof webhookReceivers.$inferSelect | null
  /** The last attempt at its target failed. */
  troubled: boolean
}

/**
 * Takes up deliveries that are due, every target in turn, and in no order among them: a backlog of one delays no other. Rows that another
 * process takes are passed over. Each gets a new attempt, which only the caller may conclude.
 */
export function takeUp(db: Db, { sending, ...turn }: Turn): Promise<Taken[]> {
  return takeUpRows(db).execute({ ...turn, sending: JSON.stringify(sending) }) as Promise<Taken[]>
}

const value = sql.placeholder
const waiting = sql`state = 'PENDING' and due_at <= now() and (locked_until is null or locked_until <= now())`

const takeUpRows = prepared('deliveries_take_up', (db) => {
  // One look into the index for each target that has anything to send, however much that is.
  const targets = db.$with('targets', {}).as(sql`
    with recursive each (target) as (
      select min(target) from deliveries where state = 'PENDING'
      union all
      select (select min(target) from deliveries where state = 'PENDING' and deliveries.target > each.target)
      from each where each.target is not null)
    select target, coalesce(failures, 0) > 0 as troubled,
      case when open_until is null then ${value('perTarget')}::int else 1 end
        - coalesce((${value('sending')}::jsonb ->> target)::int, 0) as allowed
    from each left join webhook_targets using (target)
    where target is not null and (open_until is null or open_until <= now())
    order by random()`)
  const picking = (troubled: SQL, limit: string) => sql`
    select due.delivery_id, troubled
    from (select * from targets where allowed > 0 and ${troubled}) as targets cross join lateral (
      select delivery_id from deliveries
      where deliveries.target = targets.target and ${waiting}
      order by due_at limit targets.allowed for update skip locked) as due
    limit ${value(limit)}::int`
  const well = db.$with('well', {}).as(picking(sql`not troubled`, 'limit'))
  const ill = db.$with('ill', {}).as(picking(sql`troubled`, 'troubledLimit'))
  const taken = db
    .$with('taken', { ...getTableColumns(deliveries), troubled: sql<boolean>`troubled`.as('troubled') })
    .as(sql`
      update deliveries
      set attempts = attempts + 1, locked_until = now() + ${value('leaseSeconds')}::float8 * interval '1 second'
      from (select * from well union all select * from ill) as picked
      where deliveries.delivery_id = picked.delivery_id and ${waiting}
      returning deliveries.*, picked.troubled as troubled`)
  const { troubled, ...delivery } = taken._.selectedFields
  return db
    .with(targets, well, ill, taken)
    .select({ delivery, troubled, operation: operations, receiver: webhookReceivers })
    .from(taken)
    .leftJoin(operations, eq(operations.operationId, taken.operationId))
    .leftJoin(webhookReceivers, eq(webhookReceivers.receiverId, taken.receiverId))
})

/** How an attempt went. */
export type Attempted = {
  deliveryId: string
  attempt: number
  outcome: DeliveryOutcome
  statusClass?: StatusClass | undefined
  /** Undefined: nothing was sent, and no attempt is recorded. */
  durationMs?: number | undefined
  /** When to try again after a failure, unless it is given up by then. Undefined: never. */
  retryMs?: number | undefined
}

/** After so many failures one after the other a target's breaker opens, for a time that doubles with each further one. */
const breakerFailures = 5
const breakerSeconds = 30
const longestBreakerSeconds = 600

/**
 * Writes how attempts went, and what that says of their targets. Answers the ids of those that were still the caller's to conclude. Of
 * each delivery at most one.
 */
export async function recordAttempts(db: Db, attempts: readonly Attempted[]): Promise<string[]> {
  if (attempts.length === 0) return []
  const rows = await recordRows(db).execute({ items: JSON.stringify(attempts) })
  return rows.map(({ deliveryId }) => deliveryId)
}

const recordRows = prepared('deliveries_record', (db) => {
  const items = db.$with('items', {}).as(sql`
    select *, now() + "retryMs" * interval '1 millisecond' as next_at
    from json_to_recordset(${value('items')}::json) as item("deliveryId" uuid, attempt int, outcome text, "statusClass" text,
      "durationMs" int, "retryMs" float8)
    order by "deliveryId"`)
  const state = sql`case when item.outcome = 'ACKNOWLEDGED' then 'DELIVERED' when item.outcome = 'BLOCKED' then 'BLOCKED'
    when item.next_at < give_up_at then 'PENDING' else 'FAILED' end`
  const recorded = db.$with('recorded', { deliveryId: deliveries.deliveryId }).as(sql`
    update deliveries set
      state = ${state},
      tries = tries + (item.outcome <> 'ACKNOWLEDGED')::int,
      due_at = case when ${state} = 'PENDING' then item.next_at else due_at end,
      finished_at = case when ${state} = 'PENDING' then null else clock_timestamp() end,
      locked_until = null,
      outcome = item.outcome,
      status_class = item."statusClass"
    from items as item
    where deliveries.delivery_id = item."deliveryId" and attempts = item.attempt and deliveries.state = 'PENDING'
    returning deliveries.delivery_id, attempts, target, receiver_id, event, deliveries.outcome, deliveries.status_class,
      item."durationMs" as duration_ms`)
  const logged = db.$with('logged', {}).as(sql`
    insert into delivery_attempts (delivery_id, attempt, started_at, duration_ms, outcome, status_class)
    select delivery_id, attempts, clock_timestamp() - duration_ms * interval '1 millisecond', duration_ms, outcome, status_class
    from recorded where duration_ms is not null`)
  // A ping that is acknowledged lets everything else go; one that is not says nothing that its sender does not know.
  const health = db.$with('health', {}).as(sql`
    select coalesce(receiver_id::text, target) as target, bool_or(outcome = 'ACKNOWLEDGED') as well, count(*)::int as attempts
    from recorded where duration_ms is not null and (event <> 'PING' or outcome = 'ACKNOWLEDGED')
    group by 1 order by 1`)
  const closed = db.$with('closed', {}).as(sql`
    delete from webhook_targets using health where webhook_targets.target = health.target and health.well`)
  const failures = sql`(webhook_targets.failures + excluded.failures)`
  const opened = db.$with('opened', {}).as(sql`
    insert into webhook_targets (target, failures, open_until)
    select target, attempts, ${openUntil(sql`attempts`)} from health where not well
    on conflict (target) do update
      set failures = ${failures}, open_until = ${openUntil(failures)}, updated_at = now()`)
  return db.with(items, recorded, logged, health, closed, opened).select().from(recorded)
})

/** Jitter keeps targets that failed together from being tried together. */
function openUntil(failures: SQL): SQL {
  const longest = sql.raw(String(longestBreakerSeconds))
  const seconds = sql`least(${longest}, ${sql.raw(String(breakerSeconds))} * 2.0 ^ least(${failures} - ${sql.raw(String(breakerFailures))}, 20))`
  return sql`case when ${failures} >= ${sql.raw(String(breakerFailures))}
    then now() + ${seconds} * (0.8 + 0.4 * random()) * interval '1 second' end`
}

/** Nothing is sent any more to who answered 410: a receiver, or the one operation's own webhook. */
export async function disable(db: Db, { receiverId, operationId }: Pick<DeliveryRow, 'receiverId' | 'operationId'>) {
  if (receiverId) {
    await db
      .update(webhookReceivers)
      .set({ disabledAt: sql`now()`, disabledReason: 'GONE', updatedAt: sql`now()` })
      .where(and(eq(webhookReceivers.receiverId, receiverId), sql`${webhookReceivers.disabledAt} is null`))
  } else if (operationId) {
    const since = sql`jsonb_build_object('disabledAt', to_jsonb(now()))`
    await db
      .update(operations)
      .set({ webhook: sql`${operations.webhook} || ${since}` })
      .where(and(eq(operations.operationId, operationId), sql`not ${operations.webhook} ? 'disabledAt'`))
  }
}

/** Gives up what has been due for too long: behind a breaker that never closed again. Answers how many. */
export async function giveUpOverdue(db: Db, limit: number): Promise<number> {
  const overdue = sql`select delivery_id from deliveries
    where state = 'PENDING' and event <> 'PING' and give_up_at < now() and (locked_until is null or locked_until < now())
    limit ${limit}::int for update skip locked`
  const rows = await db
    .update(deliveries)
    .set({ state: 'FAILED', finishedAt: sql`now()`, lockedUntil: null })
    .where(sql`${deliveries.deliveryId} in (${overdue})`)
    .returning({ deliveryId: deliveries.deliveryId })
  return rows.length
}
