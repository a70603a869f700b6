import { sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { durations } from './schema.ts'

/** What one more operation weighs against all before it: the last twenty or so decide. */
const weight = 0.1

/**
 * Has what finished count towards what is typical of its type, the recent more than the old. Call it with a batch, about once a
 * second: however many processes do, each type's row is written once for each.
 */
export async function recordDurations(db: Db, finished: readonly { type: string; seconds: number }[]): Promise<void> {
  const byType = Map.groupBy(finished, ({ type }) => type)
  if (byType.size === 0) return
  // In one order everywhere: two batches never wait for each other in a circle.
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

/** How many seconds an operation has typically taken lately, by type; types of which none has finished are left out. */
export async function typicalDurations(db: Db): Promise<Map<string, number>> {
  const rows = await db.select().from(durations)
  return new Map(rows.map(({ type, typicalSeconds }) => [type, typicalSeconds]))
}

function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length
}
