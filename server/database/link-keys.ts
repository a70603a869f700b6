import { randomBytes, randomUUID } from 'node:crypto'
import { ne, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { secrets } from './schema.ts'

/** A key that signs links to files, and how long it has been there. */
export type StoredLinkKey = { value: Buffer; ageSeconds: number }

/** The first key's name, and how those of the others begin. A version that knows one key alone goes on with the first. */
const firstName = 'file-links'

const isLinkKey = sql`(${secrets.name} = ${firstName} or starts_with(${secrets.name}, ${`${firstName}:`}))`

/** The keys of all processes on this database, the newest first; whoever asks first makes the first one. */
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

/** Adds a key; with `revoke` it is the only one from now on. Answers how many were revoked. */
export function rotateLinkKeys(db: Db, { revoke }: { revoke: boolean }): Promise<{ revoked: number }> {
  const name = `${firstName}:${randomUUID()}`
  return db.transaction(async (tx) => {
    // By this clock: two who rotate at once must not have keys of the same age.
    await tx.insert(secrets).values({ name, value: randomBytes(32), createdAt: sql`clock_timestamp()` })
    if (!revoke) return { revoked: 0 }
    const gone = await tx
      .delete(secrets)
      .where(sql`${isLinkKey} and ${ne(secrets.name, name)}`)
      .returning({ name: secrets.name })
    return { revoked: gone.length }
  })
}
