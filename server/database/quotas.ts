import { sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'

/** What is exact needs a transaction: the lock is held to its end. Two quotas of an owner do not wait for one another. */
export type Quota = 'operations' | 'bytes'

/** Seeds of the locks' names: constants that no other user of advisory locks on this database is likely to take. */
const seeds = { operations: 7_105_110_111, bytes: 7_105_110_112 } as const

/**
 * Makes whoever else asks for this quota of the owner wait until the transaction ends. What is read by the statements after this one
 * is then all that has been let through.
 */
export async function lockQuota(tx: Db, quota: Quota, ownerId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${ownerId}, ${seeds[quota]}::bigint))`)
}

/** How many operations of the owner have not ended; `most` when there are more. By indexes alone, in time with what it answers. */
export async function countActive(db: Db, at: { ownerId: string; most: number }): Promise<number> {
  const [row] = await active(db).execute(at)
  return row?.total ?? 0
}

const active = prepared('quotas_active', (db) => {
  const found = db.$with('found', { total: sql<number>`total`.as('total') }).as(sql`
    select count_active(${sql.placeholder('ownerId')}, ${sql.placeholder('most')}::int) as total`)
  return db.with(found).select().from(found)
})

/** Bytes of the owner's uploads and result files that are kept, the expired ones too until they are swept. */
export async function storedBytes(db: Db, ownerId: string): Promise<number> {
  const [row] = await stored(db).execute({ ownerId })
  return row?.bytes ?? 0
}

const stored = prepared('quotas_stored', (db) => {
  const owner = sql.placeholder('ownerId')
  const found = db.$with('found', { bytes: sql<number>`bytes`.mapWith(Number).as('bytes') }).as(sql`
    select coalesce((select sum(size_bytes) from uploads where owner_id = ${owner}), 0)
      + coalesce((select sum(size_bytes) from files where owner_id = ${owner}), 0) as bytes`)
  return db.with(found).select().from(found)
})
