import { and, count, desc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'
import { apiKeys } from './schema/api-keys.ts'

export type KeyState = 'ACTIVE' | 'EXPIRED' | 'REVOKED'

/** A key of the owner. */
type At = { ownerId: string; keyId: string }

export type NewKey = At & {
  name: string
  prefix: string
  hash: string
  scopes: string[]
  createdBy: string
  expiresAt?: Date | undefined
}

/** A key that is neither revoked nor expired. */
export type LiveKey = {
  keyId: string
  ownerId: string
  prefix: string
  hash: string
  scopes: string[]
  /** Milliseconds until it expires; null: never. */
  remainingMs: number | null
}

/** Revoked and expired keys are listed for this many days, and at most this many of them. */
const keptDays = 90
const keptKeys = 1000

/** A key without its hash. */
const shown = {
  keyId: apiKeys.keyId,
  ownerId: apiKeys.ownerId,
  name: apiKeys.name,
  prefix: apiKeys.prefix,
  scopes: apiKeys.scopes,
  state: sql<KeyState>`case when ${apiKeys.revokedAt} is not null then 'REVOKED' when ${apiKeys.expiresAt} <= now() then 'EXPIRED' else 'ACTIVE' end`,
  createdAt: apiKeys.createdAt,
  createdBy: apiKeys.createdBy,
  expiresAt: apiKeys.expiresAt,
  lastUsedAt: apiKeys.lastUsedAt,
  revokedAt: apiKeys.revokedAt,
}

const isLive = and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), sql`${apiKeys.expiresAt} > now()`))

export type KeyRow = Awaited<ReturnType<typeof listKeys>>[number]

/**
 * Undefined: the owner has `most` active keys already, even if several are inserted concurrently. Of the revoked and expired keys, the newest
 * 1,000 are kept for 90 days, so that repeated creation and revocation does not fill the table.
 */
export function insertKey(db: Db, { most, ...key }: NewKey & { most: number }): Promise<KeyRow | undefined> {
  const { ownerId } = key
  return db.transaction(async (tx) => {
    // A separate statement: a count in the statement that waits for the lock would use a snapshot from before the wait.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('keys:' || ${ownerId}::text, 0))`)
    const mine = eq(apiKeys.ownerId, ownerId)
    const [live] = await tx.select({ total: count() }).from(apiKeys).where(and(mine, isLive))
    if ((live?.total ?? 0) >= most) return undefined
    const endedAt = sql`least(${apiKeys.revokedAt}, ${apiKeys.expiresAt})`
    const old = sql`${endedAt} < now() - ${keptDays}::int * interval '1 day'`
    const ended = tx
      .select({ keyId: apiKeys.keyId })
      .from(apiKeys)
      .where(and(mine, sql`${endedAt} <= now()`))
    const beyond = ended.orderBy(desc(apiKeys.keyId)).offset(keptKeys)
    await tx.delete(apiKeys).where(and(mine, or(old, inArray(apiKeys.keyId, beyond))))
    const [row] = await tx.insert(apiKeys).values(key).returning(shown)
    return row
  })
}

/** A page of the keys of `ownerId`, or of all owners, newest first, older than `before`. */
export function listKeys(
  db: Db,
  { ownerId, before, limit }: { ownerId?: string | undefined; before?: string | undefined; limit: number },
) {
  const of = ownerId === undefined ? undefined : eq(apiKeys.ownerId, ownerId)
  const older = before === undefined ? undefined : lt(apiKeys.keyId, before)
  return db.select(shown).from(apiKeys).where(and(of, older)).orderBy(desc(apiKeys.keyId)).limit(limit)
}

/** Undefined if it is unknown or belongs to another owner. */
export async function findKey(db: Db, at: At): Promise<KeyRow | undefined> {
  const [row] = await db.select(shown).from(apiKeys).where(isMine(at))
  return row
}

/** The keys with this prefix, of any owner. */
export function findKeysByPrefix(db: Db, prefix: string): Promise<KeyRow[]> {
  return db.select(shown).from(apiKeys).where(eq(apiKeys.prefix, prefix))
}

/** A key of any owner. */
export async function findKeyById(db: Db, keyId: string): Promise<KeyRow | undefined> {
  const [row] = await db.select(shown).from(apiKeys).where(eq(apiKeys.keyId, keyId))
  return row
}

/** Returns the hash, by which caches drop the key. A revoked key stays as it is. Undefined: it is unknown or belongs to another owner. */
export async function revokeKey(db: Db, at: At): Promise<{ hash: string } | undefined> {
  const [row] = await db
    .update(apiKeys)
    .set({ revokedAt: sql`coalesce(${apiKeys.revokedAt}, now())` })
    .where(isMine(at))
    .returning({ hash: apiKeys.hash })
  return row
}

/** The keys with these hashes (SHA-256 in base64url) that are neither revoked nor expired. */
export function liveKeys(db: Db, hashes: readonly string[]): Promise<LiveKey[]> {
  return findLive(db).execute({ hashes: `{${hashes.join()}}` })
}

const findLive = prepared('api_keys_live', (db) =>
  db
    .select({
      keyId: apiKeys.keyId,
      ownerId: apiKeys.ownerId,
      prefix: apiKeys.prefix,
      hash: apiKeys.hash,
      scopes: apiKeys.scopes,
      remainingMs: sql<number | null>`(extract(epoch from ${apiKeys.expiresAt} - now()) * 1000)::float8`,
    })
    .from(apiKeys)
    .where(and(sql`${apiKeys.hash} = any(${sql.placeholder('hashes')}::text[])`, isLive)),
)

/** Stores that the keys are in use, unless a process did so less than a minute ago. */
export async function noteUse(db: Db, keyIds: readonly string[]): Promise<void> {
  await db
    .update(apiKeys)
    .set({ lastUsedAt: sql`now()` })
    .where(
      and(
        sql`${apiKeys.keyId} = any(${`{${keyIds.join()}}`}::uuid[])`,
        sql`(${apiKeys.lastUsedAt} is null or ${apiKeys.lastUsedAt} < now() - interval '1 minute')`,
      ),
    )
}

function isMine({ ownerId, keyId }: At) {
  return and(eq(apiKeys.keyId, keyId), eq(apiKeys.ownerId, ownerId))
}
