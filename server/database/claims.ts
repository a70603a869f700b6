import { and, eq, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'
import { operations, type Progress } from './schema.ts'
import { type Attempt, type OperationRow, takeAll } from './transitions.ts'
import { turnAt } from './turns.ts'

export type Claim = {
  workerId: string
  limit: number
  /** The types that the worker knows, with the run time of each in seconds. Other types stay PENDING. */
  runSeconds: Readonly<Record<string, number>>
}

/**
 * Takes up to `limit` due operations for a worker, in one round trip: the earliest turns first. Each gets a new attempt,
 * and its run-time deadline. Rows that another worker is just taking are passed over, never waited for. A worker that has
 * lost its lease gets nothing: whatever it took would be taken away again.
 */
export function claim(db: Db, { workerId, limit, runSeconds }: Claim): Promise<OperationRow[]> {
  const types = sql.join(
    Object.keys(runSeconds).map((type) => sql`${type}`),
    sql`, `,
  )
  const pick = sql`
    select operation_id as id from operations
    where status = 'PENDING' and turn_at is not null and type in (${types})
      and exists (select 1 from workers where worker_id = ${workerId}::uuid)
    order by turn_at, operation_id
    limit ${limit}::int
    for update skip locked`
  return takeAll(db, 'claim', { pick }, { workerId, runSeconds }, { actor: `worker:${workerId}` })
}

/**
 * Gives their turn to operations whose start has come. Answers how many became due, and in how many milliseconds the next
 * one will (undefined: none is waiting for its start).
 */
export async function startDue(db: Db, limit: number): Promise<{ started: number; nextMs: number | undefined }> {
  const [answer] = await startDueRows(db).execute({ limit })
  return { started: answer?.started ?? 0, nextMs: answer?.nextMs ?? undefined }
}

const startDueRows = prepared('operations_start_due', (db) => {
  const waiting = sql`from operations where status = 'PENDING' and turn_at is null`
  const due = db.$with('due', {}).as(sql`
    select operation_id as id ${waiting} and start_after <= now() order by start_after
    limit ${sql.placeholder('limit')}::int for update skip locked`)
  const started = db.$with('started', {}).as(sql`
    update operations set turn_at = ${turnAt(sql`start_after`)}, updated_at = now() from due
    where operation_id = due.id and status = 'PENDING' and turn_at is null
    returning 1`)
  const answer = db
    .$with('answer', {
      started: sql<number>`started`.mapWith(Number).as('started'),
      nextMs: sql<number | null>`next_ms`.mapWith(Number).as('next_ms'),
    })
    .as(sql`
    select (select count(*) from started) as started,
      (select extract(epoch from min(start_after) - now()) * 1000 ${waiting} and start_after > now()) as next_ms`)
  return db.with(due, started, answer).select().from(answer)
})

/** Writes how far an attempt is. False: this attempt no longer runs the operation, and nothing was written. */
export async function writeProgress(db: Db, at: Attempt, progress: Progress): Promise<boolean> {
  const rows = await updateProgress(db).execute({ ...at, progress })
  return rows.length > 0
}

// Touches no indexed column, so that it stays a HOT update.
const updateProgress = prepared('operations_progress', (db) =>
  db
    .update(operations)
    .set({ progress: sql`${sql.param(sql.placeholder('progress'), operations.progress)}`, updatedAt: sql`now()` })
    .where(
      and(
        eq(operations.operationId, sql.placeholder('operationId')),
        eq(operations.attempt, sql.placeholder('attempt')),
        eq(operations.status, 'RUNNING'),
      ),
    )
    .returning({ attempt: operations.attempt }),
)

/** The attempts that the database says this worker holds, with what is asked of them. */
export function held(db: Db, workerId: string) {
  return heldRows(db).execute({ workerId })
}

const heldRows = prepared('operations_held', (db) =>
  db
    .select({
      operationId: operations.operationId,
      attempt: operations.attempt,
      status: operations.status,
      type: operations.type,
    })
    .from(operations)
    .where(
      and(eq(operations.workerId, sql.placeholder('workerId')), sql`${operations.status} in ('RUNNING', 'CANCELLING')`),
    ),
)

/** Where an operation stands now, for a step that was refused. */
export async function standing(db: Db, operationId: string) {
  const [row] = await db
    .select({ status: operations.status, attempt: operations.attempt })
    .from(operations)
    .where(eq(operations.operationId, operationId))
  return row
}
