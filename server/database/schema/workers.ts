import { sql } from 'drizzle-orm'
import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'

/** One heartbeat row per worker process: leases belong to workers, so an operation costs no heartbeat. */
export const workers = pgTable('workers', {
  workerId: uuid('worker_id').primaryKey(),
  startedAt: instant('started_at').notNull().default(sql`now()`),
  seenAt: instant('seen_at').notNull().default(sql`now()`),
  /** The owner that was served last. The next claim starts with the owner after it. */
  lastOwner: text('last_owner').notNull().default(''),
})

/**
 * Start positions of claims, for owners whose indexes have many entries of dead rows. Only `select_pending` reads and writes them. Unlogged:
 * without them, claims are slower but still correct.
 */
export const claimMarks = pgTable('claim_marks', {
  ownerId: text('owner_id').primaryKey(),
  turnFrom: timestamp('turn_from', { withTimezone: true, precision: 6 }),
  runningFrom: uuid('running_from'),
  until: timestamp('until', { withTimezone: true, precision: 6 }).notNull(),
})
