import { sql } from 'drizzle-orm'
import { bucketScale } from '../../domain/duration-buckets.ts'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'

/**
 * The lengths of the periods that are counted, in minutes, and the minutes for which their rows are kept. Each is a multiple of the one before.
 * The API shows at most 200 intervals and 31 days, so that a read needs about 200 rows of each key.
 */
export const periods = [
  { length: 1, kept: 24 * 60 },
  { length: 15, kept: 3 * 24 * 60 },
  { length: 60, kept: 10 * 24 * 60 },
  { length: 360, kept: 33 * 24 * 60 },
  { length: 1440, kept: 33 * 24 * 60 },
] as const

/** A problem code that a handler has composed could be an id. */
const otherCode = 'OTHER'

/** The bucket of the time between two columns (`server/domain/duration-buckets.ts`). `date_part` returns float8, which is cheaper than numeric. */
const bucketOf = (from: string, to: string) =>
  sql.raw(`floor(${bucketScale}::float8 * ln(greatest(1, 1000 * date_part('epoch', ${to} - ${from}))))::smallint`)

/**
 * Counts the operations of the CTE `changed`, which the statement has ended, in new rows of `operation_ends`: the counts are exact whatever
 * happens to the process, and wait for no other statement. `mergeEnds` adds them up.
 */
export function countEnds(db: Db) {
  return db.$with('counted', {}).as(sql`
    insert into operation_ends (owner_id, minute, type, status, code, ended, queue_buckets, run_buckets)
    select owner_id, minute, type, status, code, count(*), array_agg(queued) filter (where queued is not null),
      array_agg(ran) filter (where ran is not null)
    from (
      select owner_id, floor(date_part('epoch', finished_at) / 60)::int as minute, type, status,
        case when error is null then '' when error ->> 'code' ~ '^[A-Z][A-Z_]{0,63}$' then error ->> 'code'
          else ${sql.raw(`'${otherCode}'`)} end as code,
        case when attempt = 1 and depends_on is null and started_at is not null
          then ${bucketOf('greatest(created_at, start_after)', 'started_at')} end as queued,
        case when started_at is not null then ${bucketOf('started_at', 'finished_at')} end as ran
      from changed) as each
    group by owner_id, minute, type, status, code`)
}

const key = sql.raw('owner_id, period, minute, type, status, code')
const lengths = sql.raw(`(values ${periods.map(({ length }) => `(${length})`).join(', ')}) as lengths (period)`)
const periodKey = sql.raw('owner_id, period, minute - minute % period, type, status, code')

const merge = prepared('counts_merge', (db) => {
  const picked = db.$with('picked', {}).as(sql`
    select ctid from operation_ends order by owner_id, end_id limit ${sql.placeholder('limit')}::int
    for update skip locked`)
  const taken = db.$with('taken', {}).as(sql`
    delete from operation_ends where ctid = any(array(select ctid from picked)) returning operation_ends.*`)
  const minutes = db.$with('minutes', {}).as(sql`
    select owner_id, minute, type, status, code, sum(ended) as ended from taken group by owner_id, minute, type, status, code`)
  const buckets = db.$with('buckets', {}).as(sql`
    select owner_id, minute, type, status, code, kind, bucket, count(*) as total
    from taken cross join lateral (
      select 'queue' as kind, unnest(queue_buckets) as bucket union all select 'run', unnest(run_buckets)) as each
    group by owner_id, minute, type, status, code, kind, bucket`)
  const ends = db.$with('ends', {}).as(sql`
    select ${periodKey}, sum(ended) from minutes cross join ${lengths} group by ${periodKey}`)
  const entries = db.$with('entries', {}).as(sql`
    select ${periodKey}, kind, (bucket::bigint << 40) + sum(total)::bigint
    from buckets cross join ${lengths} group by ${periodKey}, kind, bucket`)
  // In the order of the primary key, so that two merges never deadlock.
  const merged = db.$with('merged', {}).as(sql`
    insert into operation_counts (${key}, ended, queue_buckets, run_buckets)
    select ${key}, ended, queue_buckets, run_buckets
    from ends as ends (${key}, ended) left join (
      select ${key}, array_agg(entry order by entry) filter (where kind = 'queue') as queue_buckets,
        array_agg(entry order by entry) filter (where kind = 'run') as run_buckets
      from entries as entries (${key}, kind, entry) group by ${key}) as histograms using (${key})
    order by ${key}
    on conflict (${key}) do update set ended = operation_counts.ended + excluded.ended,
      queue_buckets = merge_buckets(operation_counts.queue_buckets || excluded.queue_buckets),
      run_buckets = merge_buckets(operation_counts.run_buckets || excluded.run_buckets)`)
  const totals = db
    .$with('totals', { total: sql<number>`total`.mapWith(Number).as('total') })
    .as(sql`select count(*) as total from taken`)
  return db.with(picked, taken, minutes, buckets, ends, entries, merged, totals).select().from(totals)
})

/** Adds up to `limit` rows of `operation_ends` to the counts of their periods. Returns how many; if that is `limit`, more may be left. */
export async function mergeEnds(db: Db, limit: number): Promise<number> {
  const [row] = await merge(db).execute({ limit })
  return row?.total ?? 0
}

const removeOld = prepared('counts_delete', (db) => {
  const value = sql.placeholder
  const picked = db.$with('picked', {}).as(sql`
    select ${key} from operation_counts
    where period = ${value('length')}::int and minute < floor(date_part('epoch', now()) / 60) - ${value('kept')}::int
    order by minute limit ${value('limit')}::int for update skip locked`)
  const removed = db.$with('removed', {}).as(sql`
    delete from operation_counts using picked where (${sql.raw('operation_counts.owner_id, operation_counts.period, operation_counts.minute, operation_counts.type, operation_counts.status, operation_counts.code')})
      = (${sql.raw('picked.owner_id, picked.period, picked.minute, picked.type, picked.status, picked.code')}) returning 1`)
  const totals = db
    .$with('totals', { total: sql<number>`total`.mapWith(Number).as('total') })
    .as(sql`select count(*) as total from removed`)
  return db.with(picked, removed, totals).select().from(totals)
})

/** Deletes counts of periods past their retention. */
export async function deleteCounts(db: Db, limit: number): Promise<number> {
  let deleted = 0
  for (const { length, kept } of periods) {
    const [row] = await removeOld(db).execute({ length, kept, limit: limit - deleted })
    deleted += row?.total ?? 0
  }
  return deleted
}
