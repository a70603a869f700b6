import { sql } from 'drizzle-orm'
import { Problem } from '../contract/problem.ts'
import type { Db } from '../database/db.ts'
import { prepared } from '../database/prepared.ts'
import { createLoadingCache } from '../lib/cache.ts'

/** How many batches that have not ended an owner may have. */
export type BatchQuota = {
  cap: number
  /**
   * Whether one more batch may be created, which is then counted. Counts are some seconds old: each further process may exceed the cap by what
   * it admits meanwhile.
   */
  admits(ownerId: string): Promise<boolean>
}

/** `admitted`: batches since the count. */
type Known = { count: number; ttlMs: number; admitted: number }

const keptMs = 10_000
/** Of an owner near its cap, which waits for the next count. */
const nearMs = 1000
const maxOwners = 10_000

export function watchBatchQuota(db: Db, cap: number): BatchQuota {
  const owners = createLoadingCache<Known>({
    max: maxOwners,
    async load(ownerId) {
      const [row] = await countOpen(db).execute({ ownerId, most: cap })
      const count = row?.total ?? 0
      return { count, ttlMs: count < cap / 2 ? keptMs : nearMs, admitted: 0 }
    },
    ttlMs: ({ ttlMs }) => ttlMs,
  })
  return {
    cap,
    async admits(ownerId) {
      const known = await owners.get(ownerId)
      if (known.count + known.admitted >= cap) return false
      known.admitted += 1
      return true
    },
  }
}

const value = sql.placeholder

const countOpen = prepared('batches_open', (db) => {
  const found = db.$with('found', { total: sql<number>`total`.mapWith(Number).as('total') }).as(sql`
    select count(*) as total from (
      select from batches where owner_id = ${value('ownerId')} and ended_at is null limit ${value('most')}::int) as open`)
  return db.with(found).select().from(found)
})

const retrySeconds = 5

export function tooManyBatches(cap: number) {
  return new Problem(
    'TOO_MANY_BATCHES',
    `You may have ${cap.toLocaleString('en')} batches that have not ended. Wait until some have ended, or submit more operations in each batch.`,
    { retryAfter: retrySeconds },
  )
}
