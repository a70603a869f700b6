import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { DeliveryOutcome, StatusClass } from '../../domain/webhook-schedule.ts'
import type { BatchRow } from '../batches/read.ts'
import { batchColumns } from '../batches/read.ts'
import type { Db } from '../db.ts'
import { type OperationRow, readColumns } from '../operations/read.ts'
import { prepared } from '../prepared.ts'
import { batches } from '../schema/batches.ts'
import { events, operations } from '../schema/operations.ts'
import { deliveries, webhookReceivers } from '../schema/webhooks.ts'

export type DeliveryRow = typeof deliveries.$inferSelect

/** What a search skips, and its limits. */
export type Search = {
  /** Owners and targets that have reached the caller's limit of concurrent sends. */
  busyOwners: readonly string[]
  busyTargets: readonly string[]
  /** Maximum targets of one owner: those whose last attempt did not fail, and the others. */
  sends: number
  retries: number
  /** The `walked` of the previous search: its end position by owner. */
  walked: Readonly<Record<string, string>>
}

/** A target with a delivery that is due. */
export type DueTarget = {
  ownerId: string
  target: string
  /** Its last attempt failed. */
  failing: boolean
  /** Its breaker has opened since its last success: one attempt at a time. */
  halfOpen: boolean
}

/**
 * Targets with deliveries that are due. Deliveries that are not due cost nothing, and an owner with very many due ones costs no more than an
 * owner with a hundred (`due_targets`).
 */
export async function findDueTargets(
  db: Db,
  { busyOwners, busyTargets, walked, ...most }: Search,
): Promise<{ targets: DueTarget[]; walked: Record<string, string> }> {
  const left = { busyOwners: JSON.stringify(busyOwners), busyTargets: JSON.stringify(busyTargets) }
  const rows = await dueTargetRows(db).execute({ ...most, ...left, walked: JSON.stringify(walked) })
  return {
    targets: rows.flatMap(({ target, walkedTo: _, ...rest }) => (target === null ? [] : { target, ...rest })),
    walked: Object.fromEntries(
      rows.flatMap(({ ownerId, walkedTo }) => (walkedTo === null ? [] : [[ownerId, walkedTo]])),
    ),
  }
}

const value = sql.placeholder
const texts = (name: string) => sql`array(select jsonb_array_elements_text(${value(name)}::jsonb))`

const dueTargetRows = prepared('deliveries_due_targets', (db) => {
  const due = db
    .$with('due', {
      ownerId: sql<string>`due_owner`.as('due_owner'),
      target: sql<string | null>`due_target`.as('due_target'),
      failing: sql<boolean>`failing`.as('failing'),
      halfOpen: sql<boolean>`half_open`.as('half_open'),
      walkedTo: sql<string | null>`walked_to`.as('walked_to'),
    })
    .as(sql`select * from due_targets(${texts('busyOwners')}, ${texts('busyTargets')}, ${value('walked')}::jsonb,
      ${value('sends')}::int, ${value('retries')}::int)`)
  return db.with(due).select().from(due)
})

/** The deliveries that a caller claims: the `most` oldest due ones of each target. */
export type Turn = { target: string; most: number }

/** A claimed delivery with the rows that its message needs; null if they do not exist. */
export type ClaimedDeliveries = {
  delivery: DeliveryRow
  operation: OperationRow | null
  batch: BatchRow | null
  /** The event of the delivery; null for a creation, which is not stored. */
  event: Pick<typeof events.$inferSelect, 'attempt' | 'reason' | 'progress' | 'data'> | null
  receiver: typeof webhookReceivers.$inferSelect | null
}

/**
 * Claims due deliveries for `leaseSeconds`. After that, another process may claim those without an outcome. Skips rows that another process is
 * claiming. Each delivery gets a new attempt number, so that only the caller can record its outcome.
 */
export async function claimDue(db: Db, turns: readonly Turn[], leaseSeconds: number): Promise<ClaimedDeliveries[]> {
  if (turns.length === 0) return []
  return (await takeUpRows(db).execute({ turns: JSON.stringify(turns), leaseSeconds })) as ClaimedDeliveries[]
}

const takeUpRows = prepared('deliveries_take_up', (db) => {
  const waiting = sql`state = 'PENDING' and due_at <= now() and (locked_until is null or locked_until <= now())`
  const picked = db.$with('picked', {}).as(sql`
    select due.delivery_id
    from jsonb_to_recordset(${value('turns')}::jsonb) as turn (target text, most int)
    cross join lateral (
      select delivery_id from deliveries
      where deliveries.target = turn.target and ${waiting}
      order by due_at limit turn.most for update skip locked) as due`)
  const taken = db.$with('taken', getTableColumns(deliveries)).as(sql`
    update deliveries
    set attempts = attempts + 1, locked_until = now() + ${value('leaseSeconds')}::float8 * interval '1 second'
    where delivery_id = any(array(select delivery_id from picked)) and ${waiting}
    returning deliveries.*`)
  return db
    .with(picked, taken)
    .select({
      delivery: taken._.selectedFields,
      operation: readColumns,
      batch: batchColumns,
      event: { attempt: events.attempt, reason: events.reason, progress: events.progress, data: events.data },
      receiver: webhookReceivers,
    })
    .from(taken)
    .leftJoin(operations, eq(operations.operationId, taken.operationId))
    .leftJoin(batches, eq(batches.batchId, taken.batchId))
    .leftJoin(events, and(eq(events.operationId, taken.operationId), eq(events.sequence, taken.sequence)))
    .leftJoin(webhookReceivers, eq(webhookReceivers.receiverId, taken.receiverId))
})

/**
 * Stores the CloudEvent of a delivery, unless another process has stored one, whose attempt took longer than its lease. Returns the stored one;
 * undefined if the delivery was deleted.
 */
export async function keepCloudEvent(
  db: Db,
  event: { deliveryId: string; cloudEvent: string },
): Promise<string | undefined> {
  const [kept] = await keepRow(db).execute(event)
  return kept?.cloudEvent ?? undefined
}

const keepRow = prepared('deliveries_keep_cloud_event', (db) =>
  db
    .update(deliveries)
    .set({ cloudEvent: sql`coalesce(${deliveries.cloudEvent}, ${value('cloudEvent')}::text)` })
    .where(eq(deliveries.deliveryId, value('deliveryId')))
    .returning({ cloudEvent: deliveries.cloudEvent }),
)

/** The outcome of a delivery attempt. */
export type Attempted = {
  deliveryId: string
  attempt: number
  outcome: DeliveryOutcome
  statusClass?: StatusClass | undefined
  /** Undefined: nothing was sent, and no attempt is recorded. */
  durationMs?: number | undefined
  /** The delay until the next attempt after a failure, unless the delivery's time is over by then. Undefined: no further attempt. */
  retryMs?: number | undefined
}

/** A target's breaker opens after this many consecutive failures, for a time that doubles with each further failure. */
const breakerFailures = 5
const breakerSeconds = 30
const longestBreakerSeconds = 600

/**
 * Records outcomes of attempts, at most one for each delivery, and opens or closes the breakers of their targets. Returns the ids of the
 * deliveries whose attempt was still current.
 */
export async function recordAttempts(db: Db, attempts: readonly Attempted[]): Promise<string[]> {
  if (attempts.length === 0) return []
  const rows = await recordRows(db).execute({ items: JSON.stringify(attempts) })
  return rows.map(({ deliveryId }) => deliveryId)
}

// `is not distinct from` matches no partial index on purpose: the planner would scan one instead of finding each delivery by its id.
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
    where deliveries.delivery_id = item."deliveryId" and deliveries.delivery_id = any(array(select "deliveryId" from items))
      and attempts = item.attempt and deliveries.state is not distinct from 'PENDING'
    returning deliveries.delivery_id, attempts, target, receiver_id, event, deliveries.outcome, deliveries.status_class,
      item."durationMs" as duration_ms`)
  const logged = db.$with('logged', {}).as(sql`
    insert into delivery_attempts (delivery_id, attempt, started_at, duration_ms, outcome, status_class)
    select delivery_id, attempts, clock_timestamp() - duration_ms * interval '1 millisecond', duration_ms, outcome, status_class
    from recorded where duration_ms is not null`)
  // An acknowledged ping closes the breaker. A failed ping does not count.
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

/** With jitter, so that targets that failed together are not tried together. */
function openUntil(failures: SQL): SQL {
  const longest = sql.raw(String(longestBreakerSeconds))
  const seconds = sql`least(${longest}, ${sql.raw(String(breakerSeconds))} * 2.0 ^ least(${failures} - ${sql.raw(String(breakerFailures))}, 20))`
  return sql`case when ${failures} >= ${sql.raw(String(breakerFailures))}
    then now() + ${seconds} * (0.8 + 0.4 * random()) * interval '1 second' end`
}

/** Disables a receiver, or the own webhook of the operation or the batch, after it responded 410. */
export async function disable(
  db: Db,
  { receiverId, operationId, batchId }: Pick<DeliveryRow, 'receiverId' | 'operationId' | 'batchId'>,
) {
  const since = sql`jsonb_build_object('disabledAt', to_jsonb(now()))`
  if (receiverId) {
    await db
      .update(webhookReceivers)
      .set({ disabledAt: sql`now()`, disabledReason: 'GONE', updatedAt: sql`now()` })
      .where(and(eq(webhookReceivers.receiverId, receiverId), sql`${webhookReceivers.disabledAt} is null`))
  } else if (operationId) {
    await db
      .update(operations)
      .set({ webhook: sql`${operations.webhook} || ${since}` })
      .where(and(eq(operations.operationId, operationId), sql`not ${operations.webhook} ? 'disabledAt'`))
  } else if (batchId) {
    await db
      .update(batches)
      .set({ webhook: sql`${batches.webhook} || ${since}` })
      .where(and(eq(batches.batchId, batchId), sql`not ${batches.webhook} ? 'disabledAt'`))
  }
}

/** Fails deliveries whose time is over, for example because the breaker of their target never closed. Returns how many. */
export async function giveUpOverdue(db: Db, limit: number): Promise<number> {
  const overdue = sql`select delivery_id from deliveries
    where state = 'PENDING' and event <> 'PING' and give_up_at < now() and (locked_until is null or locked_until < now())
    order by give_up_at limit ${limit}::int for update skip locked`
  const rows = await db
    .update(deliveries)
    .set({ state: 'FAILED', finishedAt: sql`now()`, lockedUntil: null })
    .where(sql`${deliveries.deliveryId} in (${overdue})`)
    .returning({ deliveryId: deliveries.deliveryId })
  return rows.length
}
