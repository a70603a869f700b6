import { sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'
import { operations } from './schema.ts'
import { type Cause, type OperationRow, takeAll } from './transitions.ts'

const batch = 1000

/** Seconds by operation type. */
type Figures = Readonly<Record<string, number>>

/**
 * Operations past the deadline of their present state: queue time while PENDING, run time while RUNNING, grace while
 * CANCELLING. Reads only: a deadline belongs to one (attempt, status), so a step taken on these is re-checked by its fence.
 */
export function overdue(db: Db, types: readonly string[]) {
  return overdueRows(db).execute({ types: JSON.stringify(types) })
}

/** Of the types that this process knows: the others are left to who knows their figures. */
const known = (types: unknown) => sql`type in (select jsonb_array_elements_text(${types}::jsonb))`

const overdueRows = prepared('operations_overdue', (db) =>
  db
    .select({
      operationId: operations.operationId,
      attempt: operations.attempt,
      status: operations.status,
      type: operations.type,
      progress: operations.progress,
    })
    .from(operations)
    .where(sql`${operations.status} in ('PENDING', 'RUNNING', 'CANCELLING') and ${operations.deadlineAt} <= now()
        and ${known(sql.placeholder('types'))}`)
    .orderBy(operations.deadlineAt)
    .limit(batch),
)

// A worker without a row has lost its lease for good (see workers.ts). The status is a literal: the planner must see that the
// partial index on worker_id serves.
const lost = (status: 'RUNNING' | 'CANCELLING', figures: Figures) => sql`
  select operation_id as id from operations
  where status = ${sql.raw(`'${status}'`)}
    and ${known(JSON.stringify(Object.keys(figures)))}
    and not exists (select 1 from workers where workers.worker_id = operations.worker_id)
  order by operation_id
  limit ${batch}
  for update of operations skip locked`

/** Puts operations of lost workers back into the queue, uncharged. */
export function releaseLost(db: Db, queueSeconds: Figures, cause: Cause): Promise<OperationRow[]> {
  return takeAll(db, 'release', { pick: lost('RUNNING', queueSeconds) }, { queueSeconds }, cause)
}

/** Ends the cancels that lost workers left behind. */
export function cancelLost(db: Db, retentionSeconds: Figures, cause: Cause): Promise<OperationRow[]> {
  return takeAll(db, 'cancel', { pick: lost('CANCELLING', retentionSeconds) }, { retentionSeconds }, cause)
}
