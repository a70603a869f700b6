import { sql } from 'drizzle-orm'
import { bigint, date, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'

export const reports = pgTable(
  'reports',
  {
    reportId: uuid('report_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    operationId: uuid('operation_id').notNull(),
    reportType: text('report_type').notNull(),
    format: text('format').notNull(),
    fromDate: date('from_date', { mode: 'string' }).notNull(),
    toDate: date('to_date', { mode: 'string' }).notNull(),
    filters: jsonb('filters').$type<Record<string, unknown>>().notNull().default({}),
    fileId: uuid('file_id').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    rowCount: integer('row_count').notNull(),
    generatedAt: instant('generated_at').notNull().default(sql`now()`),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [index('reports_operation').on(t.operationId)],
)
