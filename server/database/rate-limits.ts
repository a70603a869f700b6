import type { PgPool } from './client.ts'

/** The points that a key has used in its window, including the points just taken, and the milliseconds until the window ends. */
export type Usage = { used: number; leftMs: number }

/** Counts in windows that start with the first use of a key, for all processes on this database. */
export type Counter = {
  /** Adds points to the key, even beyond the limit. */
  take(key: string, points: number): Promise<Usage>
}

const nowMs = '(extract(epoch from clock_timestamp()) * 1000)::bigint'

/** Uses the database's clock: a process with a fast clock would end windows early and admit more than the limit. */
const upsert = `
  insert into rate_limits as held (key, points, expire) values ($1, $2, ${nowMs} + $3::bigint)
  on conflict (key) do update set
    points = case when held.expire <= excluded.expire - $3::bigint then excluded.points else held.points + excluded.points end,
    expire = case when held.expire <= excluded.expire - $3::bigint then excluded.expire else held.expire end
  returning points as used, (expire - ${nowMs})::float8 as "leftMs"`

export function createCounter(pool: PgPool, { name, windowSeconds }: { name: string; windowSeconds: number }): Counter {
  return {
    async take(key, points) {
      const values = [`${name}:${key}`, points, windowSeconds * 1000]
      const { rows } = await pool.query<Usage>({ name: 'rate_limits_take', text: upsert, values })
      const [row] = rows
      if (!row) throw new Error('the rate limit query returned no row')
      return { used: row.used, leftMs: Math.max(0, row.leftMs) }
    },
  }
}

/** Deletes the rows of windows that ended more than an hour ago. */
export async function deleteEndedWindows(pool: PgPool): Promise<void> {
  await pool.query(`delete from rate_limits where expire < ${nowMs} - 3600000`)
}
