import { type SQL, sql } from 'drizzle-orm'
import type { BucketCounts } from '../../domain/duration-buckets.ts'
import { turnDelayMs } from '../../domain/schedule.ts'
import type { Status, TerminalStatus } from '../../domain/state-machine.ts'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { periods } from './counts.ts'

/** The operations of a type in a status. `oldestMs`: since when the oldest one of those that could start waits, as Unix time. */
export type ActiveCount = { type: string; status: Status; total: number; oldestMs: number | null }

export type EndedCounts = {
  /** The start of the first interval and the time of the read, as Unix time by the database's clock. */
  fromMs: number
  nowMs: number
  /** Operations that ended, by type, status and problem code (empty unless they failed). */
  totals: { type: string; status: TerminalStatus; code: string; ended: number }[]
  /** Operations that ended, by interval and status. `minute`: the start of the interval, in minutes since 1970. */
  series: { minute: number; status: TerminalStatus; ended: number }[]
  /** Buckets of durations by interval, if they were asked for. */
  seriesDurations: { minute: number; kind: 'queue' | 'run'; counts: BucketCounts }[]
  /** Buckets of durations by type. `queue`: of operations that were started once. */
  durations: { type: string; kind: 'queue' | 'run'; counts: BucketCounts }[]
}

/** The owner's operations that have not ended, of which at most `most` are counted of each status. */
export async function countActiveBy(db: Db, at: { ownerId: string; most: number }): Promise<ActiveCount[]> {
  return active(db).execute({ ...at, delays: JSON.stringify(turnDelayMs) })
}

const value = sql.placeholder

const active = prepared('statistics_active', (db) => {
  const found = db
    .$with('found', {
      type: sql<string>`active_type`.as('active_type'),
      status: sql<Status>`active_status`.as('active_status'),
      total: sql<number>`active_total`.mapWith(Number).as('active_total'),
      oldestMs: sql<number | null>`oldest_ms`.as('oldest_ms'),
    })
    .as(sql`
      select active_type, active_status, active_total, 1000 * date_part('epoch', oldest_due) as oldest_ms
      from active_operations(${value('ownerId')}, ${value('most')}::int, ${value('delays')}::jsonb)`)
  return db.with(found).select().from(found)
})

/**
 * The operations of the owner that have ended since `window` minutes before now, rounded down to a multiple of `interval` (minutes). One
 * statement, so that no end is missed or counted twice while `mergeEnds` runs. Reads the longest periods that fit, and never operations.
 */
export async function countEnded(
  db: Db,
  at: {
    ownerId: string
    window: number
    interval: number
    types?: readonly string[] | undefined
    hasSeriesDurations?: boolean | undefined
  },
): Promise<EndedCounts> {
  const { ownerId, window, interval, types, hasSeriesDurations = false } = at
  const period = periods.findLast(({ length }) => interval % length === 0)?.length ?? 1
  const given = { ownerId, window, interval, period, hasSeriesDurations, types: types ? JSON.stringify(types) : null }
  const [row] = await ended(db).execute(given)
  if (!row) throw new Error('the statistics have no row')
  return row
}

const ended = prepared('statistics_ended', (db) => {
  const clock = db.$with('clock', {}).as(sql`
    select minute - minute % ${value('interval')}::int as since, now
    from (
      select floor(date_part('epoch', now) / 60)::int - ${value('window')}::int as minute, now
      from (select clock_timestamp() as now) as read) as started`)
  const since = sql`(select since from clock)`
  /** The first multiple of `length` that is not before the window. */
  const next = (length: number) => sql.raw(`(select (since + ${length - 1}) / ${length} * ${length} from clock)`)
  const wanted = sql`(${value('types')}::jsonb is null or ${value('types')}::jsonb ? type)`
  const counted = (period: SQL, from: SQL, to?: SQL) => sql`
    select minute, type, status, code, ended, queue_buckets, run_buckets from operation_counts
    where owner_id = ${value('ownerId')} and period = ${period} and minute >= ${from}
      ${to ? sql`and minute < ${to}` : sql``} and ${wanted}`
  // Those that are not merged yet. The rows of `operation_counts` have all others, in each length of period.
  const fresh = db.$with('fresh', {}).as(sql`
    select minute, type, status, code, ended, queue_buckets, run_buckets from operation_ends
    where owner_id = ${value('ownerId')} and minute >= ${since} and ${wanted}`)
  const pieces = periods.map(({ length }, at) => {
    const longer = periods[at + 1]
    return counted(sql.raw(String(length)), next(length), longer && next(longer.length))
  })
  const merged = db.$with('merged', {}).as(sql.join(pieces, sql` union all `))
  const totals = sql`
    select type, status, code, sum(ended)::float8 as ended
    from (select type, status, code, ended from merged union all select type, status, code, ended from fresh) as each
    group by type, status, code`
  const start = sql`minute - (minute - ${since}) % ${value('interval')}::int as minute`
  const periodic = db.$with('periodic', {}).as(counted(sql`${value('period')}::int`, since))
  const series = sql`
    select ${start}, status, sum(ended)::float8 as ended
    from (select minute, status, ended from periodic union all select minute, status, ended from fresh) as each
    group by 1, status order by 1`
  /**
   * The buckets of the rows of `source` by `group`, which is `name`, if `condition` holds. Materialized, so that the planner sums them by hashing: sorting tens of
   * thousands of elements takes five times as long.
   */
  const bucketsBy = (name: string, group: SQL, source: string, condition: SQL) => {
    const key = sql.raw(name)
    const rows = sql.raw(source)
    return sql`
      with summed as materialized (
        select ${key}, kind, bucket, sum(total)::float8 as total
        from (
          select ${group}, 'queue' as kind, entry >> 40 as bucket, entry & 1099511627775 as total
            from ${rows} cross join lateral unnest(queue_buckets) as entry where ${condition}
          union all
          select ${group}, 'run', entry >> 40, entry & 1099511627775
            from ${rows} cross join lateral unnest(run_buckets) as entry where ${condition}
          union all
          select ${group}, 'queue', bucket, 1 from fresh cross join lateral unnest(queue_buckets) as bucket where ${condition}
          union all
          select ${group}, 'run', bucket, 1 from fresh cross join lateral unnest(run_buckets) as bucket where ${condition}) as each
        group by ${key}, kind, bucket)
      select ${key}, kind, json_agg(json_build_array(bucket, total) order by bucket) as counts
      from summed group by ${key}, kind`
  }
  // With 24 types and statuses and 200 intervals about 150 ms more, so only on request.
  const ofSeries = bucketsBy('minute', start, 'periodic', sql`${value('hasSeriesDurations')}::boolean`)
  const ofTypes = bucketsBy('type', sql`type`, 'merged', sql`true`)
  const listOf = (query: SQL) => sql`(select coalesce(json_agg(row_to_json(each)), '[]') from (${query}) as each)`
  const found = db
    .$with('found', {
      fromMs: sql<number>`from_ms`.as('from_ms'),
      nowMs: sql<number>`now_ms`.as('now_ms'),
      totals: sql<EndedCounts['totals']>`totals`.as('totals'),
      series: sql<EndedCounts['series']>`series`.as('series'),
      seriesDurations: sql<EndedCounts['seriesDurations']>`series_durations`.as('series_durations'),
      durations: sql<EndedCounts['durations']>`durations`.as('durations'),
    })
    .as(sql`
      select since * 60000::float8 as from_ms, 1000 * date_part('epoch', now) as now_ms, ${listOf(totals)} as totals,
        ${listOf(series)} as series, ${listOf(ofSeries)} as series_durations,
        ${listOf(ofTypes)} as durations
      from clock`)
  return db.with(clock, fresh, merged, periodic, found).select().from(found)
})
