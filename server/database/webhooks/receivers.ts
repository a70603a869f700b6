import { and, count, desc, eq, lt, sql } from 'drizzle-orm'
import type { ReceiverEvent, WebhookFormat } from '../../domain/webhook-schedule.ts'
import type { Db } from '../db.ts'
import { webhookReceivers } from '../schema/webhooks.ts'

export type ReceiverRow = typeof webhookReceivers.$inferSelect

/** A receiver of the owner. */
type At = { ownerId: string; receiverId: string }

export type NewReceiver = At & {
  url: string
  events: ReceiverEvent[]
  format?: WebhookFormat
  description?: string | undefined
  /** Sealed. */
  secret: string
}

/**
 * The receiver is enabled: events that are written from now on are sent to it. Undefined: the owner has `most` already, even if several are
 * inserted concurrently.
 */
export function insertReceiver(
  db: Db,
  { most, ...receiver }: NewReceiver & { most: number },
): Promise<ReceiverRow | undefined> {
  const { ownerId } = receiver
  return db.transaction(async (tx) => {
    // A separate statement: a count in the statement that waits for the lock would use a snapshot from before the wait.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('receivers:' || ${ownerId}::text, 0))`)
    if ((await countReceivers(tx, ownerId)) >= most) return undefined
    const [row] = await tx.insert(webhookReceivers).values(receiver).returning()
    return row
  })
}

async function countReceivers(db: Db, ownerId: string): Promise<number> {
  const [row] = await db.select({ total: count() }).from(webhookReceivers).where(eq(webhookReceivers.ownerId, ownerId))
  return row?.total ?? 0
}

/** A page of the owner's receivers, newest first, older than `before`. */
export function listReceivers(
  db: Db,
  { ownerId, before, limit }: { ownerId: string; before?: string | undefined; limit: number },
): Promise<ReceiverRow[]> {
  const older = before === undefined ? undefined : lt(webhookReceivers.receiverId, before)
  return db
    .select()
    .from(webhookReceivers)
    .where(and(eq(webhookReceivers.ownerId, ownerId), older))
    .orderBy(desc(webhookReceivers.receiverId))
    .limit(limit)
}

/** Undefined if it is unknown or belongs to another owner. */
export async function findReceiver(db: Db, at: At): Promise<ReceiverRow | undefined> {
  const [row] = await db.select().from(webhookReceivers).where(isMine(at))
  return row
}

/** Returns whether the receiver existed. Its pending deliveries fail when they are due. */
export async function deleteReceiver(db: Db, at: At): Promise<boolean> {
  const gone = db.$with('gone').as(db.delete(webhookReceivers).where(isMine(at)).returning())
  const rows = await db.with(gone, closeBreakers(db, 'gone')).select({ receiverId: gone.receiverId }).from(gone)
  return rows.length > 0
}

/** Also closes the receiver's circuit breaker. Undefined: it is unknown or belongs to another owner. */
export async function enableReceiver(db: Db, at: At): Promise<ReceiverRow | undefined> {
  const enabled = db.$with('enabled').as(
    db
      .update(webhookReceivers)
      .set({
        disabledAt: null,
        disabledReason: null,
        updatedAt: sql`case when ${webhookReceivers.disabledAt} is null then ${webhookReceivers.updatedAt} else now() end`,
      })
      .where(isMine(at))
      .returning(),
  )
  const [row] = await db.with(enabled, closeBreakers(db, 'enabled')).select().from(enabled)
  return row
}

/**
 * Messages are signed with `secret` (sealed) from now on, and for `overlapSeconds` with the previous secret as well. Returns when the
 * previous secret ends. Undefined: the receiver is unknown or belongs to another owner.
 */
export async function rotateSecret(
  db: Db,
  { secret, overlapSeconds, ...at }: At & { secret: string; overlapSeconds: number },
): Promise<{ previousSecretUntil: Date | null } | undefined> {
  const overlap =
    overlapSeconds === 0
      ? { previousSecret: null, previousSecretUntil: null }
      : {
          previousSecret: sql`${webhookReceivers.secret}`,
          previousSecretUntil: sql`now() + ${overlapSeconds}::float8 * interval '1 second'`,
        }
  const [row] = await db
    .update(webhookReceivers)
    .set({ ...overlap, secret, updatedAt: sql`now()` })
    .where(isMine(at))
    .returning({ previousSecretUntil: webhookReceivers.previousSecretUntil })
  return row
}

function isMine({ ownerId, receiverId }: At) {
  return and(eq(webhookReceivers.receiverId, receiverId), eq(webhookReceivers.ownerId, ownerId))
}

/** Closes the circuit breakers of the receivers in a CTE: one for events and one for pings. */
function closeBreakers(db: Db, receivers: string) {
  return db
    .$with('closed_breakers', {})
    .as(
      sql`delete from webhook_targets using ${sql.raw(receivers)} where target in (receiver_id::text, 'ping ' || receiver_id)`,
    )
}
