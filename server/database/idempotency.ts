import { and, eq, getTableColumns, gt, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'
import { idempotencyKeys, operations, tombstones } from './schema.ts'

/** What a caller's `Idempotency-Key` is held with. */
export type Idempotency = {
  key: string
  /** SHA-256 of method, path and canonical JSON: the same key with another one is a mistake of the caller. */
  fingerprint: Buffer
  /** How long the key answers with its first operation. */
  keepSeconds: number
}

export type HeldKey = NonNullable<Awaited<ReturnType<typeof findByKey>>>

/**
 * The operation that a live key of this owner stands for, and the fingerprint that it came with. `operation` is null when it has
 * gone; then `expiredAt` says when, unless that is forgotten too.
 */
export async function findByKey(db: Db, at: { ownerId: string; key: string }) {
  const [held] = await findHeld(db).execute(at)
  return held
}

const findHeld = prepared('idempotency_find', (db) =>
  db
    .select({
      fingerprint: idempotencyKeys.fingerprint,
      operation: getTableColumns(operations),
      expiredAt: tombstones.expiredAt,
    })
    .from(idempotencyKeys)
    .leftJoin(operations, eq(operations.operationId, idempotencyKeys.operationId))
    .leftJoin(tombstones, eq(tombstones.operationId, idempotencyKeys.operationId))
    .where(
      and(
        eq(idempotencyKeys.ownerId, sql.placeholder('ownerId')),
        eq(idempotencyKeys.key, sql.placeholder('key')),
        gt(idempotencyKeys.expiresAt, sql`now()`),
      ),
    ),
)
