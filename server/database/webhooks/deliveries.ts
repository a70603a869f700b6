import { and, asc, desc, eq, getTableColumns, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { deliverySeconds } from '../../domain/webhook-schedule.ts'
import type { Db } from '../db.ts'
import { deliveries, deliveryAttempts, webhookTargets } from '../schema/webhooks.ts'
import type { DeliveryRow } from './due.ts'

export type AttemptRow = typeof deliveryAttempts.$inferSelect

/** A delivery with its latest attempts, oldest first. */
export type LoggedDelivery = { delivery: Omit<DeliveryRow, 'cloudEvent'>; attempts: AttemptRow[] }

/** Attempts that are returned with one delivery, at most. */
const mostAttempts = 100

/** The deliveries of an operation's events, newest event first. `before`: sequence and id of the last delivery of the previous page. */
export function listDeliveries(
  db: Db,
  at: { ownerId: string; operationId: string; before?: readonly [number, string] | undefined; limit: number },
): Promise<LoggedDelivery[]> {
  const [sequence, deliveryId] = at.before ?? []
  const older =
    at.before && sql`(${deliveries.sequence}, ${deliveries.deliveryId}) < (${sequence}::int, ${deliveryId}::uuid)`
  return logged(
    db,
    and(eq(deliveries.operationId, at.operationId), eq(deliveries.ownerId, at.ownerId), older),
    at.limit,
  )
}

/** A delivery of the owner: of an operation's event, or of a receiver's ping. */
export type DeliveryAt = { ownerId: string; deliveryId: string } & ({ operationId: string } | { pinged: string })

/** Undefined if it does not exist. */
export async function findDelivery(db: Db, at: DeliveryAt): Promise<LoggedDelivery | undefined> {
  const [found] = await logged(db, isThere(at), 1)
  return found
}

/**
 * Makes a delivery due now, with a new retry schedule, and ends the wait of an open circuit breaker, unless the delivery is being sent now.
 * Returns the delivery as it is then; undefined if it does not exist.
 */
export async function redeliver(db: Db, at: DeliveryAt): Promise<LoggedDelivery | undefined> {
  const free = sql`(${deliveries.lockedUntil} is null or ${deliveries.lockedUntil} <= now())`
  const [again] = await db
    .update(deliveries)
    .set({
      state: 'PENDING',
      tries: 0,
      dueAt: sql`now()`,
      giveUpAt: sql`now() + ${deliverySeconds} * interval '1 second'`,
      finishedAt: null,
      lockedUntil: null,
    })
    .where(and(isThere(at), free))
    .returning({ target: deliveries.target })
  if (again) {
    await db
      .update(webhookTargets)
      .set({ openUntil: sql`now()` })
      .where(and(eq(webhookTargets.target, again.target), gt(webhookTargets.openUntil, sql`now()`)))
  }
  return findDelivery(db, at)
}

/**
 * A message without an event, due now and sent once. It has its own target, so that no backlog and no circuit breaker delays it.
 * Undefined: the owner has no such receiver.
 */
export async function insertPing(
  db: Db,
  { ownerId, receiverId, deliveryId }: { ownerId: string; receiverId: string; deliveryId: string },
): Promise<LoggedDelivery | undefined> {
  await db.execute(sql`
    insert into deliveries (delivery_id, owner_id, receiver_id, target, sequence, event, occurred_at, due_at, give_up_at)
    select ${deliveryId}::uuid, owner_id, receiver_id, 'ping ' || receiver_id, 0, 'PING', now(), now(), now()
    from webhook_receivers where receiver_id = ${receiverId}::uuid and owner_id = ${ownerId}`)
  return findDelivery(db, { ownerId, deliveryId, pinged: receiverId })
}

function isThere(at: DeliveryAt) {
  const place =
    'operationId' in at
      ? eq(deliveries.operationId, at.operationId)
      : and(eq(deliveries.event, 'PING'), isNull(deliveries.operationId), eq(deliveries.receiverId, at.pinged))
  return and(eq(deliveries.deliveryId, at.deliveryId), eq(deliveries.ownerId, at.ownerId), place)
}

const { cloudEvent: _, ...shownColumns } = getTableColumns(deliveries)

/** One statement, so that a delivery and its attempts are from the same snapshot. */
async function logged(db: Db, where: SQL | undefined, limit: number): Promise<LoggedDelivery[]> {
  const chosen = db
    .select(shownColumns)
    .from(deliveries)
    .where(where)
    .orderBy(desc(deliveries.sequence), desc(deliveries.deliveryId))
    .limit(limit)
    .as('delivery')
  const latest = and(
    eq(deliveryAttempts.deliveryId, chosen.deliveryId),
    gt(deliveryAttempts.attempt, sql`${chosen.attempts} - ${mostAttempts}`),
  )
  const rows = await db
    .select({ delivery: chosen._.selectedFields, delivery_attempts: deliveryAttempts })
    .from(chosen)
    .leftJoin(deliveryAttempts, latest)
    .orderBy(desc(chosen.sequence), desc(chosen.deliveryId), asc(deliveryAttempts.attempt))
  const byId = Map.groupBy(rows, ({ delivery }) => delivery.deliveryId)
  return [...byId.values()].flatMap(([first, ...others]) =>
    first
      ? { delivery: first.delivery, attempts: [first, ...others].flatMap((row) => row.delivery_attempts ?? []) }
      : [],
  )
}
