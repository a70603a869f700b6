import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { operations } from '../schema/operations.ts'
import { attemptColumns, type ClaimedRow } from './attempt-columns.ts'
import { keysReleased, releaseKeys, takeTurn } from './keys.ts'
import { transitionPicked, type WithBodies } from './transition.ts'
import { turnAt } from './transition-values.ts'

export type Claim = {
  workerId: string
  limit: number
  /** The types that the worker knows, with the run time of each in seconds. Other types stay PENDING. */
  runSeconds: Readonly<Record<string, number>>
  /** The time limit of a compensation, in seconds. */
  compensationSeconds: number
  /** Most operations of one owner that run at the same time, over all workers; undefined: unlimited. */
  ownerCap: number | undefined
}

/**
 * Claims up to `limit` due operations for a worker in one round trip and serves owners round-robin (`select_pending`). Each
 * row gets a new attempt number and a deadline. Rows that another worker is claiming are skipped, not waited for. A worker that has lost
 * its lease gets nothing.
 */
export function claim(
  db: Db,
  { runSeconds, ownerCap, ...rest }: Claim,
  withBodies = false,
): Promise<(ClaimedRow & WithBodies)[]> {
  const query = withBodies ? claimRowsWithBodies : claimRows
  return query(db).execute({ ...rest, ownerCap: ownerCap ?? null, runSeconds: JSON.stringify(runSeconds) })
}

const value = sql.placeholder
const actor = sql`'worker:' || ${value('workerId')}`
const knownTypes = sql`array(select jsonb_object_keys(${value('runSeconds')}::jsonb))`
const now = sql`clock_timestamp()`
const compensationDeadline = sql`${now} + ${value('compensationSeconds')}::float8 * interval '1 second'`

const claimStatement = (withBodies: boolean) => (db: Db) =>
  transitionPicked(db, 'claim', {
    pick: sql`select select_pending as id from select_pending(
      ${value('workerId')}::uuid, ${value('limit')}::int, ${knownTypes}, ${value('ownerCap')}::int)`,
    set: [
      ...startAttempt,
      sql`deadline_at = case when intended_outcome is null
        then ${now} + (${value('runSeconds')}::jsonb ->> type)::float8 * interval '1 second' else ${compensationDeadline} end`,
    ],
    actor,
    withBodies,
  })

const claimRows = prepared('operations_claim', claimStatement(false))
const claimRowsWithBodies = prepared('operations_claim_bodies', claimStatement(true))

const startAttempt = [
  sql`attempt = attempt + 1`,
  sql`worker_id = ${value('workerId')}::uuid`,
  sql`turn_at = null`,
  sql`started_at = ${now}`,
]

/** Claims cancelled operations that wait for a worker to compensate their steps. */
export function claimCancelled(db: Db, { runSeconds, ownerCap, ...rest }: Claim): Promise<(ClaimedRow & WithBodies)[]> {
  return claimCancelledRows(db).execute({ ...rest, runSeconds: JSON.stringify(runSeconds) })
}

const claimCancelledRows = prepared('operations_claim_cancelled', (db) =>
  transitionPicked(db, 'claimCancelled', {
    pick: sql`select operation_id as id from operations
      where status = 'CANCELLING' and turn_at <= now() and type = any(${knownTypes})
        and exists (select 1 from workers where worker_id = ${value('workerId')}::uuid)
      order by turn_at limit ${value('limit')}::int for update skip locked`,
    set: [...startAttempt, sql`deadline_at = ${compensationDeadline}`],
    actor,
    withBodies: false,
  }),
)

/**
 * Puts delayed operations whose due time has come into the queue, at most `limit`. Returns how many, and the milliseconds until the next
 * one is due; undefined when none is delayed.
 */
export async function startDue(db: Db, limit: number): Promise<{ started: number; nextMs: number | undefined }> {
  const [row] = await startDueRows(db).execute({ limit })
  return { started: row?.started ?? 0, nextMs: row?.nextMs ?? undefined }
}

/** A compensation never waits: what it undoes may be what the others wait for. */
const mustWait = sql`concurrency_key is not null and intended_outcome is null`

const startDueRows = prepared('operations_start_due', (db) => {
  const delayed = sql`from operations where status = 'PENDING' and turn_at is null`
  const due = db.$with('due', {}).as(sql`
    select operation_id as id ${delayed} and due_at <= now() order by due_at
    limit ${value('limit')}::int for update skip locked`)
  const started = db.$with('started', {}).as(sql`
    update operations set ${sql.join(takeTurn(turnAt(sql`due_at`), { waits: mustWait }), sql`, `)}, due_at = null, updated_at = now() from due
    where operation_id = due.id and operation_id = any(array(select id from due)) and status = 'PENDING' and turn_at is null
    returning owner_id, case when key_turn_at is not null then concurrency_key end as concurrency_key`)
  const totals = db
    .$with('totals', {
      started: sql<number>`started`.mapWith(Number).as('started'),
      nextMs: sql<number | null>`next_ms`.mapWith(Number).as('next_ms'),
    })
    .as(sql`
    select (select count(*) from started) as started,
      (select extract(epoch from min(due_at) - now()) * 1000 ${delayed} and due_at > now()) as next_ms`)
  return db.with(due, started, releaseKeys(db, 'started'), totals).select().from(totals).where(keysReleased)
})

/** The attempts that run on this worker according to the database. */
export function attemptsOf(db: Db, workerId: string) {
  return attemptRows(db).execute({ workerId })
}

const attemptRows = prepared('operations_of_worker', (db) =>
  db
    .select(attemptColumns)
    .from(operations)
    .where(and(eq(operations.workerId, value('workerId')), sql`${operations.status} in ('RUNNING', 'CANCELLING')`)),
)
