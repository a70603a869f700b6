import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import type { Attempt } from '../operations/transition.ts'
import { files } from '../schema/files.ts'

/**
 * Deletes the rows of files that an attempt created without completing its operation, discards their bytes, and returns their storage keys,
 * which the caller may delete at once instead of leaving them to the sweep. Never deletes a file of an operation that the attempt completed.
 */
export function deleteFileRows(db: Db, at: Attempt, fileIds: readonly string[]): Promise<{ storageKey: string }[]> {
  if (fileIds.length === 0) return Promise.resolve([])
  return forget(db, at.operationId, sql`operations.attempt = ${at.attempt}::int`, inArray(files.fileId, [...fileIds]))
}

/** The same for all files of an operation: attempts whose worker died leave files behind. */
export function deleteAllFileRows(db: Db, operationId: string): Promise<{ storageKey: string }[]> {
  return forget(db, operationId, sql`true`, undefined)
}

function forget(
  db: Db,
  operationId: string,
  completedBy: SQL,
  which: SQL | undefined,
): Promise<{ storageKey: string }[]> {
  const completed = sql`exists (select 1 from operations where operations.operation_id = ${files.operationId}
    and operations.status in ('COMPLETED', 'COMPLETED_WITH_ERRORS') and ${completedBy})`
  const forgotten = db.$with('forgotten').as(
    db
      .delete(files)
      .where(and(eq(files.operationId, operationId), which, sql`not ${completed}`))
      .returning({ storageKey: files.storageKey }),
  )
  const discarded = db.$with('discarded', {}).as(sql`
    insert into discards (storage_key, due_at) select storage_key, now() from forgotten
    on conflict (storage_key) do update set due_at = excluded.due_at`)
  return db.with(forgotten, discarded).select().from(forgotten)
}
