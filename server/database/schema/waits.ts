import { sql } from 'drizzle-orm'
import { check, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, oneOf } from './columns.ts'

export const waitKinds = ['TIMER', 'CALLBACK', 'INPUT'] as const

export type WaitKind = (typeof waitKinds)[number]

/** What an operation has waited for. A wait is EXPIRED, and a timer over, when its time has come; nothing is written then. */
export const waits = pgTable(
  'waits',
  {
    // No foreign key, like the events. Code that deletes operations deletes their waits.
    operationId: uuid('operation_id').notNull(),
    name: text('name').notNull(),
    kind: text('kind', { enum: waitKinds }).notNull(),
    /** Who is expected to decide. */
    who: text('who'),
    /** By the clock, not the transaction, for the order of waits. */
    createdAt: instant('created_at').notNull().default(sql`clock_timestamp()`),
    expiresAt: instant('expires_at').notNull(),
    /** The body that completed it. */
    body: jsonb('body').$type<Record<string, unknown>>(),
    completedAt: instant('completed_at'),
    /** The credential, or `callback`. */
    completedBy: text('completed_by'),
  },
  (t) => [
    primaryKey({ columns: [t.operationId, t.name] }),
    check('waits_kind', sql`${t.kind} in (${oneOf(waitKinds)})`),
    check('waits_completed', sql`(${t.completedAt} is not null) = (${t.body} is not null)`),
  ],
)

/** A wait as it is shown while the operation is WAITING. `expiresAt`: an ISO 8601 time. */
export type PendingWait = { name: string; kind: WaitKind; who?: string; expiresAt: string }
