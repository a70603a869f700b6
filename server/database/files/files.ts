import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { files } from '../schema/files.ts'

export type FileRow = typeof files.$inferSelect

export async function insertFile(db: Db, file: typeof files.$inferInsert): Promise<void> {
  await db.insert(files).values(file)
}

/** One of the owner's files; undefined if it is unknown or belongs to another owner. */
export async function findFile(db: Db, at: { ownerId: string; fileId: string }): Promise<FileRow | undefined> {
  const [row] = await db
    .select()
    .from(files)
    .where(and(eq(files.fileId, at.fileId), eq(files.ownerId, at.ownerId)))
  return row
}

/** A file by its id alone, for signed links: the signature covers the owner. */
export async function findLinkedFile(db: Db, fileId: string): Promise<FileRow | undefined> {
  const [row] = await findById(db).execute({ fileId })
  return row
}

const findById = prepared('files_find', (db) =>
  db
    .select()
    .from(files)
    .where(eq(files.fileId, sql.placeholder('fileId'))),
)
