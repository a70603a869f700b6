import { randomBytes, randomUUID } from 'node:crypto'
import { ne, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { secrets } from '../schema/secrets.ts'

/** A key that signs links to files, and its age. */
export type StoredLinkKey = { value: Buffer; ageSeconds: number }

/** The name of the first key, and the prefix of the others. A version that knows only one key keeps using the first. */
const firstName = 'file-links'

const isLinkKey = sql`(${secrets.name} = ${firstName} or starts_with(${secrets.name}, ${`${firstName}:`}))`

/** The keys of all processes on this database, the newest first. The first call creates the first key. */
export async function readLinkKeys(db: Db): Promise<StoredLinkKey[]> {
  const keys = await read(db)
  if (keys.length > 0) return keys
  await db
    .insert(secrets)
    .values({ name: firstName, value: randomBytes(32) })
    .onConflictDoNothing()
  return read(db)
}

function read(db: Db): Promise<StoredLinkKey[]> {
  const ageSeconds = sql<number>`extract(epoch from clock_timestamp() - ${secrets.createdAt})`.mapWith(Number)
  return db
    .select({ value: secrets.value, ageSeconds })
    .from(secrets)
    .where(isLinkKey)
    .orderBy(sql`${secrets.createdAt} desc`, sql`${secrets.name} desc`)
}

/** Adds a key; `revoke` deletes all others. Returns how many were revoked. */
export function rotateLinkKeys(db: Db, { revoke }: { revoke: boolean }): Promise<{ revoked: number }> {
  const name = `${firstName}:${randomUUID()}`
  return db.transaction(async (tx) => {
    // Not `now()`: two concurrent rotations must not create keys of the same age.
    await tx.insert(secrets).values({ name, value: randomBytes(32), createdAt: sql`clock_timestamp()` })
    if (!revoke) return { revoked: 0 }
    const gone = await tx
      .delete(secrets)
      .where(sql`${isLinkKey} and ${ne(secrets.name, name)}`)
      .returning({ name: secrets.name })
    return { revoked: gone.length }
  })
}
