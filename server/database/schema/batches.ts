import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { WebhookFormat } from '../../domain/webhook-schedule.ts'
import { instant } from './columns.ts'

/** The webhook of a batch. */
export type BatchWebhook = {
  url: string
  /** Sealed. */
  secret: string
  /** Absent: STANDARD. */
  format?: WebhookFormat
  /** ISO 8601. When it responded 410. */
  disabledAt?: string
}

/** The result of one item, for a replay: the id of its operation, or its problem document. `replayed`: of an operation of an earlier submit. */
export type StoredResult = { operationId: string; replayed?: true } | { problem: Record<string, unknown> }

/** Operations that one request submitted, which name it in `batch_id`. */
export const batches = pgTable(
  'batches',
  {
    /** A UUIDv7 made by the API process. */
    batchId: uuid('batch_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    createdBy: text('created_by').notNull(),
    createdFrom: text('created_from'),
    /** The items with a new operation, with the operation of an earlier submit, and with a problem. */
    accepted: integer('accepted').notNull(),
    replayed: integer('replayed').notNull(),
    refused: integer('refused').notNull(),
    /** Null without an idempotency key: nothing is replayed then. */
    results: jsonb('results').$type<StoredResult[]>(),
    webhook: jsonb('webhook').$type<BatchWebhook>(),
    /** Operations that were deleted before the batch ended, by status. Once it has ended, all operations. */
    completed: integer('completed').notNull().default(0),
    completedWithErrors: integer('completed_with_errors').notNull().default(0),
    failed: integer('failed').notNull().default(0),
    cancelled: integer('cancelled').notNull().default(0),
    /** The trace context of the request. Null: it had none. */
    traceContext: text('trace_context'),
    createdAt: instant('created_at').notNull().default(sql`now()`),
    /** When its last operation ended. */
    endedAt: instant('ended_at'),
    /** Not before its operations and its idempotency key expire. Until it has ended: when the key expires. */
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [
    index('batches_open').on(t.ownerId).where(sql`ended_at is null`),
    index('batches_expiry').on(t.expiresAt).where(sql`ended_at is not null`),
  ],
)
