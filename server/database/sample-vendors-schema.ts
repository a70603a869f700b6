import { sql } from 'drizzle-orm'
import { check, customType, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })

export const effectStates = ['NONE', 'DONE', 'UNDONE'] as const
export type EffectState = (typeof effectStates)[number]

/** Pieces that the sample stock vendor has; a product that nobody asked for yet has no row. */
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

/** What the sample vendors were asked to do: reservations, charges, bookings, confirmations, each by the key it was asked with. */
export const sampleEffects = pgTable(
  'sample_effects',
  {
    vendor: text('vendor').notNull(),
    key: text('key').notNull(),
    /** UNDONE may come first: an undo that overtook what it undoes, which is then refused. */
    state: text('state', { enum: effectStates }).notNull().default('NONE'),
    /** The highest that came with this key; a lower one is refused. */
    fence: integer('fence').notNull().default(0),
    /** The request, and what the vendor made of it; null unless it was done. */
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

/** The calls of the sample vendors by idempotency key, each with its first final answer. */
export const sampleCalls = pgTable(
  'sample_calls',
  {
    vendor: text('vendor').notNull(),
    key: text('key').notNull(),
    /** SHA-256 of path and body. */
    fingerprint: bytea('fingerprint').notNull(),
    /** How often it was asked without a final answer. */
    tries: integer('tries').notNull().default(0),
    status: integer('status'),
    answer: jsonb('answer').$type<Record<string, unknown>>(),
    createdAt: instant('created_at').notNull().default(sql`now()`),
  },
  (t) => [primaryKey({ columns: [t.vendor, t.key] })],
)
