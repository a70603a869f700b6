import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { operations } from '../schema/operations.ts'
import { type AttemptRow, attemptColumns } from './attempt-columns.ts'

const batch = 1000

export type OverdueRow = AttemptRow & { lateSeconds: number }

/**
 * Operations past the deadline of their state: queue timeout while PENDING, run time while RUNNING, grace period or compensation while
 * CANCELLING. Only of the given types: other workers know the rules of the others.
 */
export async function overdue(db: Db, types: readonly string[]): Promise<OverdueRow[]> {
  const values = { types: JSON.stringify(types) }
  const [waiting, running] = await Promise.all([overdueWaiting(db).execute(values), overdueRunning(db).execute(values)])
  return [...waiting, ...running]
}

const known: SQL = sql`type in (select jsonb_array_elements_text(${sql.placeholder('types')}::jsonb))`

// Literal statuses: the planner must see which partial index serves.
const overdueIn = (name: string, statuses: string) =>
  prepared(name, (db) =>
    db
      .select({ ...attemptColumns, lateSeconds: sql<number>`extract(epoch from now() - deadline_at)`.mapWith(Number) })
      .from(operations)
      .where(sql`${operations.status} in (${sql.raw(statuses)}) and ${operations.deadlineAt} <= now() and ${known}`)
      .orderBy(operations.deadlineAt)
      .limit(batch),
  )

const overdueWaiting = overdueIn('operations_overdue_waiting', `'PENDING'`)
const overdueRunning = overdueIn('operations_overdue_running', `'RUNNING', 'CANCELLING'`)

/** Operations of workers that have no row in `workers`, so their lease has ended (see workers.ts). */
export function lost(db: Db, types: readonly string[]): Promise<AttemptRow[]> {
  return lostRows(db).execute({ types: JSON.stringify(types) })
}

const lostRows = prepared('operations_lost', (db) =>
  db
    .select(attemptColumns)
    .from(operations)
    .where(
      sql`${operations.status} in ('RUNNING', 'CANCELLING') and ${operations.workerId} is not null and ${known}
        and not exists (select 1 from workers where workers.worker_id = ${operations.workerId})`,
    )
    .orderBy(operations.operationId)
    .limit(batch),
)
