import { and, eq, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'
import { operations } from './schema.ts'
import { heldColumns } from './sweeps.ts'
import { type OperationRow, takePicked } from './transitions.ts'

export type { OperationRow } from './transitions.ts'

import { turnAt } from './turns.ts'

export type Claim = {
  workerId: string
  limit: number
  /** The types that the worker knows, with the run time of each in seconds. Other types stay PENDING. */
  runSeconds: Readonly<Record<string, number>>
  /** How long the compensation of one that is to fail may take. */
  unwindSeconds: number
  /** Most operations of one owner that run at once, over all workers; undefined: any number. */
  ownerCap: number | undefined
}

/**
 * Takes up to `limit` due operations for a worker, in one round trip, owners in turn (`pick_turns` in the migrations
 * tells how). Each gets a new attempt, and its run-time deadline. Rows that another worker is just taking are passed over, never
 * waited for. A worker that has lost its lease gets nothing: whatever it took would be taken away again.
 */
export function claim(db: Db, { runSeconds, ownerCap, ...rest }: Claim): Promise<OperationRow[]> {
  return claimRows(db).execute({ ...rest, ownerCap: ownerCap ?? null, runSeconds: JSON.stringify(runSeconds) })
}

const value = sql.placeholder
const actor = sql`'worker:' || ${value('workerId')}`
const knownTypes = sql`array(select jsonb_object_keys(${value('runSeconds')}::jsonb))`
const now = sql`clock_timestamp()`
const unwindDeadline = sql`${now} + ${value('unwindSeconds')}::float8 * interval '1 second'`

const claimRows = prepared('operations_claim', (db) =>
  takePicked(
    db,
    'claim',
    sql`select pick_turns as id
      from pick_turns(${value('workerId')}::uuid, ${value('limit')}::int, ${knownTypes}, ${value('ownerCap')}::int)`,
    [
      ...taking,
      sql`deadline_at = case when intended_end is null
        then ${now} + (${value('runSeconds')}::jsonb ->> type)::float8 * interval '1 second' else ${unwindDeadline} end`,
    ],
    actor,
  ),
)

const taking = [
  sql`attempt = attempt + 1`,
  sql`worker_id = ${value('workerId')}::uuid`,
  sql`turn_at = null`,
  sql`started_at = ${now}`,
]

/** The same for cancelled operations whose finished steps nobody is undoing. */
export function claimCancelled(db: Db, { runSeconds, ownerCap, ...rest }: Claim): Promise<OperationRow[]> {
  return claimCancelledRows(db).execute({ ...rest, runSeconds: JSON.stringify(runSeconds) })
}

const claimCancelledRows = prepared('operations_claim_cancelled', (db) =>
  takePicked(
    db,
    'claimCancelled',
    sql`select operation_id as id from operations
      where status = 'CANCELLING' and turn_at <= now() and type = any(${knownTypes})
        and exists (select 1 from workers where worker_id = ${value('workerId')}::uuid)
      order by turn_at limit ${value('limit')}::int for update skip locked`,
    [...taking, sql`deadline_at = ${unwindDeadline}`],
    actor,
  ),
)

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
    select operation_id as id ${waiting} and due_at <= now() order by due_at
    limit ${value('limit')}::int for update skip locked`)
  const started = db.$with('started', {}).as(sql`
    update operations set turn_at = ${turnAt(sql`due_at`)}, due_at = null, updated_at = now() from due
    where operation_id = due.id and status = 'PENDING' and turn_at is null
    returning 1`)
  const answer = db
    .$with('answer', {
      started: sql<number>`started`.mapWith(Number).as('started'),
      nextMs: sql<number | null>`next_ms`.mapWith(Number).as('next_ms'),
    })
    .as(sql`
    select (select count(*) from started) as started,
      (select extract(epoch from min(due_at) - now()) * 1000 ${waiting} and due_at > now()) as next_ms`)
  return db.with(due, started, answer).select().from(answer)
})

/** The attempts that the database says this worker holds, with what is asked of them. */
export function held(db: Db, workerId: string) {
  return heldRows(db).execute({ workerId })
}

const heldRows = prepared('operations_held', (db) =>
  db
    .select(heldColumns)
    .from(operations)
    .where(and(eq(operations.workerId, value('workerId')), sql`${operations.status} in ('RUNNING', 'CANCELLING')`)),
)

/** Where an operation stands now, for a step that was refused. */
export async function standing(db: Db, operationId: string) {
  const [row] = await standingRow(db).execute({ operationId })
  return row
}

const standingRow = prepared('operations_standing', (db) =>
  db
    .select({ status: operations.status, attempt: operations.attempt, owesUndo: operations.owesUndo })
    .from(operations)
    .where(eq(operations.operationId, value('operationId'))),
)
