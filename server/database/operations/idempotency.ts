import { and, eq, gt, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { idempotencyKeys, operations, tombstones } from '../schema/operations.ts'
import { readColumns } from './read.ts'

/** An `Idempotency-Key` with the values that are stored for it. */
export type Idempotency = {
  key: string
  /** SHA-256 of method, path and canonical JSON. Reuse of the key with another fingerprint is refused. */
  fingerprint: Buffer
  /** How long the key is kept. */
  keepSeconds: number
}

export type KnownKey = NonNullable<Awaited<ReturnType<typeof findByKey>>>

/**
 * The fingerprint and the operation of an unexpired key of this owner. `operation` is null when it was deleted; `expiredAt` is then the time
 * of its expiry, while its tombstone is kept.
 */
export async function findByKey(db: Db, at: { ownerId: string; key: string }) {
  const [known] = await findKey(db).execute(at)
  return known
}

/** The same for many keys of an owner, by key. */
export async function findByKeys(
  db: Db,
  { ownerId, keys }: { ownerId: string; keys: readonly string[] },
): Promise<ReadonlyMap<string, KnownKey>> {
  if (keys.length === 0) return new Map()
  const rows = await findKeys(db).execute({ ownerId, keys: JSON.stringify(keys) })
  return new Map(rows.map((known) => [known.key, known]))
}

/** Unexpired keys of the owner that satisfy `condition`. */
const knownKeys = (db: Db, condition: SQL) =>
  db
    .select({
      key: idempotencyKeys.key,
      fingerprint: idempotencyKeys.fingerprint,
      operationId: idempotencyKeys.operationId,
      operation: readColumns,
      expiredAt: tombstones.expiredAt,
    })
    .from(idempotencyKeys)
    .leftJoin(operations, eq(operations.operationId, idempotencyKeys.operationId))
    .leftJoin(tombstones, eq(tombstones.operationId, idempotencyKeys.operationId))
    .where(
      and(
        eq(idempotencyKeys.ownerId, sql.placeholder('ownerId')),
        condition,
        gt(idempotencyKeys.expiresAt, sql`now()`),
      ),
    )

const findKeys = prepared('idempotency_find_many', (db) =>
  knownKeys(
    db,
    sql`${idempotencyKeys.key} = any(array(select jsonb_array_elements_text(${sql.placeholder('keys')}::jsonb)))`,
  ),
)

const findKey = prepared('idempotency_find', (db) => knownKeys(db, eq(idempotencyKeys.key, sql.placeholder('key'))))
