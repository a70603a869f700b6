import { and, asc, desc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { deliverySeconds } from '../lifecycle/deliveries.ts'
import type { Db } from './db.ts'
import type { DeliveryRow } from './deliveries.ts'
import { deliveries, deliveryAttempts, webhookTargets } from './webhook-schema.ts'

export type { DeliveryRow } from './deliveries.ts'

export type AttemptRow = typeof deliveryAttempts.$inferSelect

/** A delivery with its latest attempts, oldest first. */
export type LoggedDelivery = { delivery: DeliveryRow; attempts: AttemptRow[] }

/** Most attempts that are told of one delivery. */
const mostAttempts = 100

/** What is told of an operation, and to whom; newest event first. `before`: sequence and id of the last one of the page before. */
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

/** A delivery of the owner's: that of an operation, or a ping of a receiver. */
export type DeliveryAt = { ownerId: string; deliveryId: string } & ({ operationId: string } | { pinged: string })

/** Undefined: there is none there. */
export async function findDelivery(db: Db, at: DeliveryAt): Promise<LoggedDelivery | undefined> {
  const [found] = await logged(db, isThere(at), 1)
  return found
}

/**
 * Makes it due at once, with a schedule of its own and past an open circuit breaker, unless it is being sent in this moment. Answers it as it
 * is then; undefined: there is none there.
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
 * A message that tells of nothing, due at once, and sent once. It is a target of its own, which waits for no backlog and no circuit breaker.
 * Undefined: no receiver of the owner's.
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
      : and(isNull(deliveries.operationId), eq(deliveries.receiverId, at.pinged))
  return and(eq(deliveries.deliveryId, at.deliveryId), eq(deliveries.ownerId, at.ownerId), place)
}

/** In one statement: an attempt that is recorded meanwhile is in both, or in none. */
async function logged(db: Db, where: SQL | undefined, limit: number): Promise<LoggedDelivery[]> {
  const chosen = db
    .select()
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
    .select()
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
