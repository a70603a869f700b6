import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { type StepState, steps } from '../schema/operations.ts'
import { type Attempt, whileIn } from './transition.ts'

export type StepRow = typeof steps.$inferSelect

/** The recorded steps of each operation, in the order in which they were started. */
export function stepsOf(db: Db, operationIds: readonly string[]): Promise<StepRow[]> {
  if (operationIds.length === 0) return Promise.resolve([])
  return db
    .select()
    .from(steps)
    .where(inArray(steps.operationId, [...operationIds]))
    .orderBy(asc(steps.operationId), asc(steps.position))
}

/** `phase`: of the step; null if it has none. */
export type StartedStep = Attempt & { name: string; position: number; phase: string | null }

/**
 * Records that a step with an undo starts. False when the attempt no longer runs the operation (lease lost, cancelled, timed out); the step
 * must not have its effect then. The statement locks the operation's row first and sets `owes_compensation`, so a concurrent transition waits for it.
 */
export async function startStep(db: Db, step: StartedStep): Promise<boolean> {
  const rows = await startRow(db).execute(step)
  return rows.length > 0
}

/** Records the result of a step. False when the attempt no longer runs the operation; nothing is written then. */
export async function finishStep(
  db: Db,
  step: StartedStep & { undoable: boolean; result: unknown; durationMs: number },
): Promise<boolean> {
  const rows = await finishRow(db).execute({ ...step, result: JSON.stringify(step.result ?? null) })
  return rows.length > 0
}

/** Records that a step was undone, or could not be. False when the attempt no longer runs the operation. */
export async function recordCompensation(
  db: Db,
  step: Attempt & { name: string; state: 'UNDONE' | 'UNDO_FAILED' },
): Promise<boolean> {
  const rows = await compensateRow(db).execute(step)
  return rows.length > 0
}

const value = sql.placeholder

/** Locks and updates the operation if this attempt still runs it. */
function fencedUpdate(statuses: SQL, set: SQL): SQL {
  return sql`
    update operations set ${set}
    where operation_id = ${value('operationId')}::uuid and attempt = ${value('attempt')}::int and ${statuses}
    returning operation_id, attempt`
}

// A step may still be recorded while the operation is CANCELLING.
const active = whileIn(['RUNNING', 'CANCELLING'])

const startRow = prepared('steps_start', (db) => {
  const fenced = db.$with('fenced', {}).as(fencedUpdate(whileIn(['RUNNING']), sql`owes_compensation = true`))
  const started = db.$with('started', { name: steps.name }).as(sql`
    insert into steps (operation_id, name, position, state, undoable, attempt, phase)
    select operation_id, ${value('name')}, ${value('position')}::int, 'STARTED', true, attempt, ${value('phase')}::text
    from fenced
    on conflict (operation_id, name) do update set state = 'STARTED', attempt = excluded.attempt
    returning name`)
  return db.with(fenced, started).select().from(started)
})

const finishRow = prepared('steps_finish', (db) => {
  const fenced = db
    .$with('fenced', {})
    .as(fencedUpdate(active, sql`owes_compensation = owes_compensation or ${value('undoable')}::boolean`))
  const finished = db.$with('finished', { name: steps.name }).as(sql`
    insert into steps (operation_id, name, position, state, undoable, attempt, result, phase, duration_ms)
    select operation_id, ${value('name')}, ${value('position')}::int, 'DONE', ${value('undoable')}::boolean, attempt,
      ${value('result')}::jsonb, ${value('phase')}::text, ${value('durationMs')}::int
    from fenced
    on conflict (operation_id, name) do update set
      state = 'DONE', attempt = excluded.attempt, result = excluded.result, duration_ms = excluded.duration_ms
    returning name`)
  return db.with(fenced, finished).select().from(finished)
})

const compensateRow = prepared('steps_compensate', (db) => {
  const pending: StepState[] = ['STARTED', 'DONE']
  const others = db
    .select({ one: sql`1` })
    .from(steps)
    .where(
      and(
        eq(steps.operationId, value('operationId')),
        sql`${steps.name} <> ${value('name')}`,
        eq(steps.undoable, true),
        inArray(steps.state, pending),
      ),
    )
  const fenced = db.$with('fenced', {}).as(fencedUpdate(active, sql`owes_compensation = exists (${others})`))
  const compensated = db.$with('compensated', { name: steps.name }).as(sql`
    update steps set state = ${value('state')}, attempt = fenced.attempt from fenced
    where steps.operation_id = fenced.operation_id and steps.name = ${value('name')}
    returning steps.name`)
  return db.with(fenced, compensated).select().from(compensated)
})
