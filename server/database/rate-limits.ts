import type pg from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'

/** How much a key has used in its window, that which was just taken included, and the milliseconds until the window ends. */
export type Usage = { used: number; leftMs: number }

/** Counts in windows that begin with the first use of a key, for all processes on this database. */
export type Counter = {
  /** Adds to what the key has used, even if it is too much. */
  take(key: string, points: number): Promise<Usage>
}

export function createCounter(
  pool: pg.Pool,
  { name, limit, windowSeconds }: { name: string; limit: number; windowSeconds: number },
): Counter {
  const limiter = new DatabaseClockLimiter({
    storeClient: pool,
    storeType: 'pool',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: name,
    points: limit,
    duration: windowSeconds,
  })
  return {
    async take(key, points) {
      const { consumedPoints, msBeforeNext } = await limiter.consume(key, points).catch(refusal)
      return { used: consumedPoints, leftMs: msBeforeNext }
    },
  }
}

/** What is over the limit is thrown, as what it would have returned. */
function refusal(thrown: unknown): RateLimiterRes {
  if (thrown instanceof RateLimiterRes) return thrown
  throw thrown
}

const nowMs = '(extract(epoch from clock_timestamp()) * 1000)::bigint'

const upsert = `
  insert into rate_limits as held (key, points, expire) values ($1, $2, ${nowMs} + $3::bigint)
  on conflict (key) do update set
    points = case when held.expire <= excluded.expire - $3::bigint then excluded.points else held.points + excluded.points end,
    expire = case when held.expire <= excluded.expire - $3::bigint then excluded.expire else held.expire end
  returning points, (expire - ${nowMs})::float8 as "leftMs"`

/**
 * The library goes by the clock of its process. With several processes, one whose clock is ahead would end windows that the others are in,
 * and let more through than the limit.
 */
class DatabaseClockLimiter extends RateLimiterPostgres {
  async _upsert(key: string, points: number, windowMs: number) {
    const { client } = this as unknown as { client: pg.Pool }
    return await client.query({ name: 'rate_limits_take', text: upsert, values: [key, points, windowMs] })
  }

  _getRateLimiterRes(_key: string, taken: number, { rows: [row] }: pg.QueryResult<{ points: number; leftMs: number }>) {
    if (!row) throw new Error('the count of a limit was not answered')
    return new RateLimiterRes(
      Math.max(0, this.points - row.points),
      Math.max(0, row.leftMs),
      row.points,
      row.points === taken,
    )
  }
}
