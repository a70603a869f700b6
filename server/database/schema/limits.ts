import { bigint, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/**
 * The requests of each class that each credential and each owner has used in its current window. Unlogged, like the streams below: the rows
 * matter for a minute only, so writes should be cheap.
 */
export const rateLimits = pgTable('rate_limits', {
  /** `<class>:<credential>` or `owner-<class>:<owner>`. */
  key: text('key').primaryKey(),
  points: integer('points').notNull().default(0),
  /** The end of the window, in milliseconds of Unix time by the database's clock. */
  expire: bigint('expire', { mode: 'number' }),
})

/** How many streams each process has open for a credential or an owner, as that process last wrote. */
export const openStreams = pgTable(
  'open_streams',
  {
    /** Or `owner:<owner>`. */
    credential: text('credential').notNull(),
    processId: uuid('process_id').notNull(),
    open: integer('open').notNull(),
    seenAt: timestamp('seen_at', { withTimezone: true, mode: 'date', precision: 3 }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.credential, table.processId] })],
)
