import { sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { durations } from '../schema/operations.ts'

/** The weight of the latest operation in the moving average: about the last twenty determine it. */
const weight = 0.1

/**
 * Adds durations to the exponential moving average of each type. Call it about once a second with all durations since: each call writes one
 * row per type.
 */
export async function recordDurations(db: Db, finished: readonly { type: string; seconds: number }[]): Promise<void> {
  const byType = Map.groupBy(finished, ({ type }) => type)
  if (byType.size === 0) return
  // Sorted, so that two batches never deadlock.
  const types = [...byType.keys()].sort()
  const secondsOf = (type: string) => (byType.get(type) ?? []).map(({ seconds }) => seconds)
  const weights = Object.fromEntries(types.map((type) => [type, 1 - (1 - weight) ** secondsOf(type).length]))
  const typical = durations.typicalSeconds
  await db
    .insert(durations)
    .values(types.map((type) => ({ type, typicalSeconds: mean(secondsOf(type)) })))
    .onConflictDoUpdate({
      target: durations.type,
      set: {
        typicalSeconds: sql`${typical} + (excluded.typical_seconds - ${typical})
          * (${JSON.stringify(weights)}::jsonb ->> ${durations.type})::float8`,
        updatedAt: sql`now()`,
      },
    })
}

/** The recent duration in seconds, by type. Types without a completed operation are missing. */
export async function typicalDurations(db: Db): Promise<Map<string, number>> {
  const rows = await db.select().from(durations)
  return new Map(rows.map(({ type, typicalSeconds }) => [type, typicalSeconds]))
}

function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length
}
