import { desc, sql } from 'drizzle-orm'
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

const value = sql.placeholder

/** After every UUID. */
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/**
 * A page of the workers, those that started last first, before the worker `before`; with the attempts that each of them runs of operations of
 * `ownerId`, of which at most `most` are counted.
 */
export function listWorkers(
  db: Db,
  {
    before = lastId,
    ...at
  }: { ownerId: string; before?: string | undefined; limit: number; leaseSeconds: number; most: number },
) {
  return selectPage(db).execute({ before, ...at })
}

const selectPage = prepared('workers_list', (db) => {
  const running = db
    .$with('running', {
      workerId: sql`running_worker`.as('running_worker'),
      total: sql`running_total`.as('running_total'),
    })
    .as(sql`select * from running_by_worker(${value('ownerId')}, ${value('most')}::int)`)
  return db
    .with(running)
    .select({
      workerId: workers.workerId,
      startedAt: workers.startedAt,
      seenAt: workers.seenAt,
      leaseValid: sql<boolean>`${workers.seenAt} >= now() - ${value('leaseSeconds')}::float8 * interval '1 second'`,
      attempts: sql<number>`coalesce(${running.total}, 0)`.mapWith(Number),
    })
    .from(workers)
    .leftJoin(running, sql`${running.workerId} = ${workers.workerId}`)
    .where(sql`${workers.workerId} < ${value('before')}::uuid`)
    .orderBy(desc(workers.workerId))
    .limit(value('limit'))
})
