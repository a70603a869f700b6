import { and, between, eq, gt, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { tombstones } from './schema.ts'

/** When one of the owner's operations went; undefined when there never was one, or that is forgotten. */
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

/** The same of an operation whose id lies in this range, and whose it was. */
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
