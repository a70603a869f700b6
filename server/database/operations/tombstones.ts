import { and, between, eq, gt, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { tombstones } from '../schema/operations.ts'

/** When one of the owner's operations expired; undefined without a tombstone. */
export async function expiredAt(db: Db, at: { ownerId: string; operationId: string }): Promise<Date | undefined> {
  const [row] = await db
    .select({ expiredAt: tombstones.expiredAt })
    .from(tombstones)
    .where(
      and(
        eq(tombstones.operationId, at.operationId),
        eq(tombstones.ownerId, at.ownerId),
        gt(tombstones.forgottenAt, sql`now()`),
      ),
    )
  return row?.expiredAt
}

/** The owner and expiry of a deleted operation whose id is in this range. */
export async function tombstoneAmong(
  db: Db,
  range: { from: string; to: string },
): Promise<{ ownerId: string; expiredAt: Date } | undefined> {
  const [row] = await db
    .select({ ownerId: tombstones.ownerId, expiredAt: tombstones.expiredAt })
    .from(tombstones)
    .where(and(between(tombstones.operationId, range.from, range.to), gt(tombstones.forgottenAt, sql`now()`)))
    .limit(1)
  return row
}
