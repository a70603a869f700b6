import { bigint, index, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core'

/** What a row counts: ends of operations of a type with the same status and, if they failed, the same problem code (`''` otherwise). */
const counted = () => ({
  type: text('type').notNull(),
  status: text('status').notNull(),
  code: text('code').notNull(),
  ended: integer('ended').notNull(),
})

/**
 * Ends of operations that are not in `operation_counts` yet: one row for each statement that ended operations, and each minute and key. Rows
 * are only inserted, so that statements that end operations at the same time do not wait for each other. A bucket is a duration: see
 * `server/domain/duration-buckets.ts`.
 */
export const operationEnds = pgTable(
  'operation_ends',
  {
    ownerId: text('owner_id').notNull(),
    endId: bigint('end_id', { mode: 'number' }).generatedAlwaysAsIdentity({ name: 'operation_ends_id', cache: 32 }),
    /** Minutes since 1970. */
    minute: integer('minute').notNull(),
    ...counted(),
    /** One bucket for each operation that was started at its first attempt without waiting for others. */
    queueBuckets: smallint('queue_buckets').array(),
    /** One bucket for each operation that was started. */
    runBuckets: smallint('run_buckets').array(),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.endId] })],
)

/** Ends of operations by period. Each end is counted once in each length of period, as long as rows of that length are kept. */
export const operationCounts = pgTable(
  'operation_counts',
  {
    ownerId: text('owner_id').notNull(),
    /** The length of the period, in minutes. */
    period: smallint('period').notNull(),
    /** The start of the period in minutes since 1970, a multiple of `period`. */
    minute: integer('minute').notNull(),
    ...counted(),
    ended: bigint('ended', { mode: 'number' }).notNull(),
    /** Counts by bucket, ordered: each element is the bucket × 2⁴⁰ + the count (`merge_buckets`). */
    queueBuckets: bigint('queue_buckets', { mode: 'number' }).array(),
    runBuckets: bigint('run_buckets', { mode: 'number' }).array(),
  },
  (t) => [
    primaryKey({ columns: [t.ownerId, t.period, t.minute, t.type, t.status, t.code] }),
    index('operation_counts_age').on(t.period, t.minute),
  ],
)
