import { eq, getTableColumns, sql } from 'drizzle-orm'
import type { Status } from '../../domain/state-machine.ts'
import { createBatcher, slowBatchMs } from '../../lib/batcher.ts'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { batches } from '../schema/batches.ts'

const { results: _, ...columns } = getTableColumns(batches)

/** The columns of a read: all but the results, which are large. */
export const batchColumns = columns

export type BatchRow = Omit<typeof batches.$inferSelect, 'results'>

/** `counts`: of the operations by status, unless the batch has ended. `percentages`: the sum of the progress of the active ones. */
export type CountedBatch = BatchRow & { counts: Partial<Record<Status, number>> | null; percentages: number | null }

/** The owner's batch with the counts of its operations; undefined if it is unknown. Concurrent reads share one statement, and one count. */
export function batchedFindBatch(
  db: Db,
): (at: { ownerId: string; batchId: string }) => Promise<CountedBatch | undefined> {
  return createBatcher(
    async (all: readonly { ownerId: string; batchId: string }[]) => {
      const batchIds = [...new Set(all.map(({ batchId }) => batchId))]
      const rows = await findEach(db).execute({ batchIds: `{${batchIds.join()}}` })
      const byId = new Map(rows.map((row) => [row.batchId, row]))
      return all.map(({ ownerId, batchId }) => {
        const row = byId.get(batchId)
        return row?.ownerId === ownerId ? row : undefined
      })
    },
    { size: 100, overlapAfterMs: slowBatchMs, wholeTurn: true },
  )
}

// One statement, so that the counts are those of the row: operations that are deleted are counted in it by the same commit.
const findEach = prepared('batches_find_each', (db) => {
  const found = db
    .$with('found', {
      ...batchColumns,
      counts: sql<CountedBatch['counts']>`counts`.as('counts'),
      percentages: sql<number | null>`percentages`.as('percentages'),
    })
    .as(sql`
      select batches.*, part.counts, part.percentages from batches left join lateral (
        select jsonb_object_agg(status, number) as counts, sum(percentages)::float8 as percentages from (
          select status, count(*) as number,
            sum((progress ->> 'percentage')::float8)
              filter (where status in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING')) as percentages
          from operations where operations.batch_id = batches.batch_id group by status) as by_status
      ) as part on batches.ended_at is null
      where batches.batch_id = any(${sql.placeholder('batchIds')}::uuid[])`)
  return db.with(found).select().from(found)
})

/** The results that a batch has stored for replays; undefined if the batch is unknown. */
export async function findResults(db: Db, at: { ownerId: string; batchId: string }) {
  const [row] = await db.select().from(batches).where(eq(batches.batchId, at.batchId))
  return row?.ownerId === at.ownerId ? row : undefined
}
