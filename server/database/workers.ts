import { eq, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'
import { workers } from './schema.ts'

/**
 * A worker's row is its lease on everything that it has claimed. It is written before the first claim, renewed by
 * heartbeats, and deleted once: an id never comes back, so that whoever sees an operation of a worker without a row may take
 * it away. A worker that finds its row gone starts anew under another id.
 */
export async function register(db: Db, workerId: string): Promise<void> {
  await db.insert(workers).values({ workerId })
}

/** Renews the lease. False: it was lost. */
export async function beat(db: Db, workerId: string): Promise<boolean> {
  const rows = await renew(db).execute({ workerId })
  return rows.length > 0
}

const renew = prepared('workers_beat', (db) =>
  db
    .update(workers)
    .set({ seenAt: sql`now()` })
    .where(eq(workers.workerId, sql.placeholder('workerId')))
    .returning({ workerId: workers.workerId }),
)

/** Ends the leases of workers not seen for `leaseSeconds`; answers their ids. A heartbeat that comes first wins. */
export async function endLeases(db: Db, leaseSeconds: number): Promise<string[]> {
  const rows = await deleteUnseen(db).execute({ leaseSeconds })
  return rows.map((row) => row.workerId)
}

const deleteUnseen = prepared('workers_end_leases', (db) =>
  db
    .delete(workers)
    .where(sql`${workers.seenAt} < now() - ${sql.placeholder('leaseSeconds')}::float8 * interval '1 second'`)
    .returning({ workerId: workers.workerId }),
)

/** Ends a worker's own lease, when it stops. */
export async function leave(db: Db, workerId: string): Promise<void> {
  await db.delete(workers).where(eq(workers.workerId, workerId))
}
