import { and, count, desc, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { apiKeys } from './api-key-schema.ts'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'

export type KeyState = 'ACTIVE' | 'EXPIRED' | 'REVOKED'

/** One key, among the owner's own. */
type At = { ownerId: string; keyId: string }

export type NewKey = At & {
  name: string
  prefix: string
  hash: string
  scopes: string[]
  createdBy: string
  expiresAt?: Date | undefined
}

/** A key that opens something now. */
export type LiveKey = {
  keyId: string
  ownerId: string
  prefix: string
  hash: string
  scopes: string[]
  /** Milliseconds until it expires; null: never. */
  remainingMs: number | null
}

/** For how many days a key is listed that opens nothing any more. */
const keptDays = 90

/** A key without its hash, which is nobody's business. */
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
 * Undefined: the owner has `most` live ones already, however many are inserted at once. What has opened nothing for 90 days goes, so
 * that whoever makes and revokes keys all day fills no table.
 */
export function insertKey(db: Db, { most, ...key }: NewKey & { most: number }): Promise<KeyRow | undefined> {
  const { ownerId } = key
  return db.transaction(async (tx) => {
    // A statement of its own: a count in the one that waits for the lock would not see what was inserted meanwhile.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('keys:' || ${ownerId}::text, 0))`)
    const mine = eq(apiKeys.ownerId, ownerId)
    const [live] = await tx.select({ total: count() }).from(apiKeys).where(and(mine, isLive))
    if ((live?.total ?? 0) >= most) return undefined
    const endedAt = sql`least(${apiKeys.revokedAt}, ${apiKeys.expiresAt})`
    await tx.delete(apiKeys).where(and(mine, sql`${endedAt} < now() - ${keptDays}::int * interval '1 day'`))
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

/** Undefined when unknown or somebody else's. */
export async function findKey(db: Db, at: At): Promise<KeyRow | undefined> {
  const [row] = await db.select(shown).from(apiKeys).where(isMine(at))
  return row
}

/** Those that begin alike, whosever they are. */
export function findKeysByPrefix(db: Db, prefix: string): Promise<KeyRow[]> {
  return db.select(shown).from(apiKeys).where(eq(apiKeys.prefix, prefix))
}

/** Of whichever owner. */
export async function findKeyById(db: Db, keyId: string): Promise<KeyRow | undefined> {
  const [row] = await db.select(shown).from(apiKeys).where(eq(apiKeys.keyId, keyId))
  return row
}

/** Answers its hash, by which those who remember it forget it; one that is revoked already stays so. Undefined: not the owner's. */
export async function revokeKey(db: Db, at: At): Promise<{ hash: string } | undefined> {
  const [row] = await db
    .update(apiKeys)
    .set({ revokedAt: sql`coalesce(${apiKeys.revokedAt}, now())` })
    .where(isMine(at))
    .returning({ hash: apiKeys.hash })
  return row
}

/** Those of `hashes` (SHA-256 in base64url) that are keys which are neither revoked nor expired. */
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

/** Notes that they are in use; of one that was noted less than a minute ago, by whichever process, nothing. */
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
