import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Db } from './db.ts'
import { secrets } from './schema/secrets.ts'

/** A random key of 32 bytes that all processes on this database share. The first call creates it. */
export async function secret(db: Db, name: 'page-tokens' | 'sealing' | 'callbacks' | 'notifications'): Promise<Buffer> {
  await db
    .insert(secrets)
    .values({ name, value: randomBytes(32) })
    .onConflictDoNothing()
  const [row] = await db.select().from(secrets).where(eq(secrets.name, name))
  if (!row) throw new Error(`the secret ${name} was removed while it was read`)
  return row.value
}
