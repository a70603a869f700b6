import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { uploads } from '../schema/files.ts'

export type UploadRow = typeof uploads.$inferSelect

/** Returns the row as written, with the database's times. */
export async function insertUpload(
  db: Db,
  { keepSeconds, ...upload }: Omit<typeof uploads.$inferInsert, 'expiresAt'> & { keepSeconds: number },
): Promise<UploadRow> {
  const expiresAt = sql`now() + ${keepSeconds}::float8 * interval '1 second'`
  const [row] = await db
    .insert(uploads)
    .values({ ...upload, expiresAt })
    .returning()
  if (!row) throw new Error('an upload was not written')
  return row
}

/** One of the owner's uploads, expired or not; undefined if it is unknown or belongs to another owner. */
export async function findUpload(db: Db, at: { ownerId: string; uploadId: string }): Promise<UploadRow | undefined> {
  const [row] = await db
    .select()
    .from(uploads)
    .where(and(eq(uploads.uploadId, at.uploadId), eq(uploads.ownerId, at.ownerId)))
  return row
}
