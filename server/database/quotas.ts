import { sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'

/** Quotas that `lockQuota` locks separately. */
export type Quota = 'operations' | 'bytes'

/** Hash seeds of the advisory locks: constants that no other user of advisory locks on this database is likely to use. */
const seeds = { operations: 7_105_110_111, bytes: 7_105_110_112 } as const

/**
 * Locks this quota of the owner until the transaction ends. Later statements of the transaction see everything that earlier holders of the
 * lock have committed.
 */
export async function lockQuota(tx: Db, quota: Quota, ownerId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${ownerId}, ${seeds[quota]}::bigint))`)
}

/** How many operations of the owner have not ended, at most `most`. Uses index-only scans, in time proportional to the result. */
export async function countActive(db: Db, at: { ownerId: string; most: number }): Promise<number> {
  const [row] = await active(db).execute(at)
  return row?.total ?? 0
}

const active = prepared('quotas_active', (db) => {
  const found = db.$with('found', { total: sql<number>`total`.as('total') }).as(sql`
    select count_active(${sql.placeholder('ownerId')}, ${sql.placeholder('most')}::int) as total`)
  return db.with(found).select().from(found)
})

/** Use of the file store. */
export type Space = { bytes: number; files: number }

/**
 * The space of the owner's uploads and result files, including expired ones that have not been swept, and the reservations of files that are
 * being written.
 */
export async function storedSpace(db: Db, ownerId: string): Promise<Space> {
  const [row] = await stored(db).execute({ ownerId })
  return row ?? { bytes: 0, files: 0 }
}

const stored = prepared('quotas_stored', (db) => {
  const owner = sql.placeholder('ownerId')
  const space = {
    bytes: sql<number>`bytes`.mapWith(Number).as('bytes'),
    files: sql<number>`files`.mapWith(Number).as('files'),
  }
  const found = db.$with('found', space).as(sql`
    select coalesce(sum(bytes), 0) as bytes, sum(files) as files from (
      select sum(size_bytes) as bytes, count(*) as files from uploads where owner_id = ${owner}
      union all select sum(size_bytes), count(*) from files where owner_id = ${owner}
      union all select sum(reserved_bytes), count(*) from discards where owner_id = ${owner}
    ) as parts`)
  return db.with(found).select().from(found)
})
