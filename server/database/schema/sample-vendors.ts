import { sql } from 'drizzle-orm'
import { check, customType, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })

export const effectStates = ['NONE', 'DONE', 'UNDONE'] as const
export type EffectState = (typeof effectStates)[number]

/** The stock of the sample stock vendor. A product that was never reserved has no row. */
export const sampleStock = pgTable(
  'sample_stock',
  {
    warehouse: text('warehouse').notNull(),
    productId: text('product_id').notNull(),
    available: integer('available').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.warehouse, t.productId] }),
    check('sample_stock_available', sql`${t.available} >= 0`),
  ],
)

/** Effects of calls to the sample vendors (reservations, charges, bookings, confirmations), by idempotency key. */
export const sampleEffects = pgTable(
  'sample_effects',
  {
    vendor: text('vendor').notNull(),
    key: text('key').notNull(),
    /** UNDONE may come first: if an undo arrives before the request that it undoes, that request is refused. */
    state: text('state', { enum: effectStates }).notNull().default('NONE'),
    /** The highest fencing token received with this key; lower ones are refused. */
    fence: integer('fence').notNull().default(0),
    /** The request and the vendor's additions to it; null unless it was done. */
    details: jsonb('details').$type<Record<string, unknown>>(),
    createdAt: instant('created_at').notNull().default(sql`now()`),
    doneAt: instant('done_at'),
    undoneAt: instant('undone_at'),
  },
  (t) => [
    primaryKey({ columns: [t.vendor, t.key] }),
    check('sample_effects_state', sql`${t.state} in ('NONE', 'DONE', 'UNDONE')`),
  ],
)

/** Callbacks that the sample vendors of a screening still have to make. The URL is a secret, so the row is deleted with the last call. */
export const sampleCallbacks = pgTable(
  'sample_callbacks',
  {
    vendor: text('vendor').notNull(),
    key: text('key').notNull(),
    url: text('url').notNull(),
    body: jsonb('body').$type<Record<string, unknown>>().notNull(),
    /** How many calls are left to make. */
    calls: integer('calls').notNull(),
    /** Calls without an answer. */
    tries: integer('tries').notNull().default(0),
    dueAt: instant('due_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.vendor, t.key] })],
)

/** Calls to the sample vendors by idempotency key, each with its first final response. */
export const sampleCalls = pgTable(
  'sample_calls',
  {
    vendor: text('vendor').notNull(),
    key: text('key').notNull(),
    /** SHA-256 of path and body. */
    fingerprint: bytea('fingerprint').notNull(),
    /** Calls without a final response. */
    tries: integer('tries').notNull().default(0),
    status: integer('status'),
    answer: jsonb('answer').$type<Record<string, unknown>>(),
    createdAt: instant('created_at').notNull().default(sql`now()`),
  },
  (t) => [primaryKey({ columns: [t.vendor, t.key] })],
)
