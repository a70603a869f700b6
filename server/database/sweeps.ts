import { sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'
import { operations } from './schema.ts'

const batch = 1000

/** What is known of a row that was found; the input is left out. A step taken on it is re-checked by its fence. */
export const heldColumns = {
  operationId: operations.operationId,
  attempt: operations.attempt,
  status: operations.status,
  type: operations.type,
  failures: operations.failures,
  maxAttempts: operations.maxAttempts,
  crashes: operations.crashes,
  startedAt: operations.startedAt,
  deadlineAt: operations.deadlineAt,
  workerId: operations.workerId,
  owesUndo: operations.owesUndo,
  intendedEnd: operations.intendedEnd,
}

export type Overdue = Awaited<ReturnType<typeof overdue>>[number]

/**
 * Operations past the deadline of their present state: queue time while PENDING, run time while RUNNING, grace or compensation
 * while CANCELLING. Of the types that this process knows: the others are left to who knows their figures.
 */
export async function overdue(db: Db, types: readonly string[]) {
  const given = { types: JSON.stringify(types) }
  const [waiting, held] = await Promise.all([overdueWaiting(db).execute(given), overdueHeld(db).execute(given)])
  return [...waiting, ...held]
}

const known = sql`type in (select jsonb_array_elements_text(${sql.placeholder('types')}::jsonb))`

// Literal statuses: the planner must see which partial index serves.
const overdueIn = (name: string, statuses: string) =>
  prepared(name, (db) =>
    db
      .select({ ...heldColumns, lateSeconds: sql<number>`extract(epoch from now() - deadline_at)`.mapWith(Number) })
      .from(operations)
      .where(sql`${operations.status} in (${sql.raw(statuses)}) and ${operations.deadlineAt} <= now() and ${known}`)
      .orderBy(operations.deadlineAt)
      .limit(batch),
  )

const overdueWaiting = overdueIn('operations_overdue_waiting', `'PENDING'`)
const overdueHeld = overdueIn('operations_overdue_held', `'RUNNING', 'CANCELLING'`)

/** Operations held by workers without a row: those have lost their lease for good (see workers.ts). */
export function lost(db: Db, types: readonly string[]) {
  return lostRows(db).execute({ types: JSON.stringify(types) })
}

const lostRows = prepared('operations_lost', (db) =>
  db
    .select(heldColumns)
    .from(operations)
    .where(
      sql`${operations.status} in ('RUNNING', 'CANCELLING') and ${operations.workerId} is not null and ${known}
        and not exists (select 1 from workers where workers.worker_id = ${operations.workerId})`,
    )
    .orderBy(operations.operationId)
    .limit(batch),
)
