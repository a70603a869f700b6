import { bigint, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/**
 * What each credential has used in its current window, of each class. Unlogged, like the streams below: it is worth a minute, and a write
 * of it must cost no more than that.
 */
export const rateLimits = pgTable('rate_limits', {
  /** `class:credential`. */
  key: text('key').primaryKey(),
  points: integer('points').notNull().default(0),
  /** The end of the window, in milliseconds of Unix time by the database's clock. */
  expire: bigint('expire', { mode: 'number' }),
})

/** How many streams each process has open for a credential, as that process last told. */
export const openStreams = pgTable(
  'open_streams',
  {
    credential: text('credential').notNull(),
    processId: uuid('process_id').notNull(),
    open: integer('open').notNull(),
    seenAt: timestamp('seen_at', { withTimezone: true, mode: 'date', precision: 3 }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.credential, table.processId] })],
)
