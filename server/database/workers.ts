import { sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'
import { workers } from './schema/workers.ts'

/**
 * Deletes the leases that were not renewed for `leaseSeconds`, and returns the ids of their workers. A concurrent heartbeat that commits first
 * keeps the lease.
 *
 * A worker's row is its lease on all operations that it has claimed. It is inserted before the first claim, renewed by heartbeats
 * (`lease-connection.ts`) and deleted once. Ids are never reused, so any process may requeue an operation whose worker has no row.
 */
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
