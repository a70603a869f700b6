import { and, eq, gt, sql } from 'drizzle-orm'
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
