import { and, eq } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { reports } from '../schema/reports.ts'

export type ReportRow = typeof reports.$inferSelect

export async function insertReport(db: Db, report: typeof reports.$inferInsert): Promise<void> {
  await db.insert(reports).values(report)
}

/** One of the owner's reports, expired or not; undefined if it is unknown or belongs to another owner. */
export async function findReport(db: Db, at: { ownerId: string; reportId: string }): Promise<ReportRow | undefined> {
  const [row] = await db
    .select()
    .from(reports)
    .where(and(eq(reports.reportId, at.reportId), eq(reports.ownerId, at.ownerId)))
  return row
}
