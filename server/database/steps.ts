import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { prepared } from './prepared.ts'
import { type StepState, steps } from './schema.ts'
import { type Attempt, whileIn } from './transitions.ts'

export type StepRow = typeof steps.$inferSelect

/** What has been begun of each of these operations, in the order in which it was begun. */
export function stepsOf(db: Db, operationIds: readonly string[]): Promise<StepRow[]> {
  if (operationIds.length === 0) return Promise.resolve([])
  return db
    .select()
    .from(steps)
    .where(inArray(steps.operationId, [...operationIds]))
    .orderBy(asc(steps.operationId), asc(steps.position))
}

export type Begun = Attempt & { name: string; position: number }

/**
 * Records that a step with an undo is about to have its effect. False: the attempt no longer runs the operation (lost,
 * cancelled, timed out), and the effect must not be had. The operation's own row is written first: from then on it
 * owes an undo, and whoever wants to end it has to wait for this statement.
 */
export async function beginStep(db: Db, step: Begun): Promise<boolean> {
  const rows = await begin(db).execute(step)
  return rows.length > 0
}

/** Records what a step answered. False: the attempt has lost the operation, and nothing was written. */
export async function keepStep(db: Db, step: Begun & { undoable: boolean; result: unknown }): Promise<boolean> {
  const rows = await keep(db).execute({ ...step, result: JSON.stringify(step.result ?? null) })
  return rows.length > 0
}

/** Records the end of an undo, or that it has been given up. False: the attempt has lost the operation. */
export async function settleUndo(
  db: Db,
  step: Attempt & { name: string; state: 'UNDONE' | 'UNDO_FAILED' },
): Promise<boolean> {
  const rows = await settle(db).execute(step)
  return rows.length > 0
}

const value = sql.placeholder

/** The operation as this attempt holds it, locked. A cancel does not end that: what was begun may still be recorded. */
function holding(statuses: SQL, set: SQL): SQL {
  return sql`
    update operations set ${set}
    where operation_id = ${value('operationId')}::uuid and attempt = ${value('attempt')}::int and ${statuses}
    returning operation_id, attempt`
}

const active = whileIn(['RUNNING', 'CANCELLING'])

const begin = prepared('steps_begin', (db) => {
  const fenced = db.$with('fenced', {}).as(holding(whileIn(['RUNNING']), sql`owes_undo = true`))
  const begun = db.$with('begun', { name: steps.name }).as(sql`
    insert into steps (operation_id, name, position, state, undoable, fence)
    select operation_id, ${value('name')}, ${value('position')}::int, 'STARTED', true, attempt from fenced
    on conflict (operation_id, name) do update set state = 'STARTED', fence = excluded.fence
    returning name`)
  return db.with(fenced, begun).select().from(begun)
})

const keep = prepared('steps_keep', (db) => {
  const fenced = db.$with('fenced', {}).as(holding(active, sql`owes_undo = owes_undo or ${value('undoable')}::boolean`))
  const kept = db.$with('kept', { name: steps.name }).as(sql`
    insert into steps (operation_id, name, position, state, undoable, fence, result)
    select operation_id, ${value('name')}, ${value('position')}::int, 'DONE', ${value('undoable')}::boolean, attempt,
      ${value('result')}::jsonb
    from fenced
    on conflict (operation_id, name) do update set state = 'DONE', fence = excluded.fence, result = excluded.result
    returning name`)
  return db.with(fenced, kept).select().from(kept)
})

const settle = prepared('steps_settle', (db) => {
  const owed: StepState[] = ['STARTED', 'DONE']
  const others = db
    .select({ one: sql`1` })
    .from(steps)
    .where(
      and(
        eq(steps.operationId, value('operationId')),
        sql`${steps.name} <> ${value('name')}`,
        eq(steps.undoable, true),
        inArray(steps.state, owed),
      ),
    )
  const fenced = db.$with('fenced', {}).as(holding(active, sql`owes_undo = exists (${others})`))
  const settled = db.$with('settled', { name: steps.name }).as(sql`
    update steps set state = ${value('state')}, fence = fenced.attempt from fenced
    where steps.operation_id = fenced.operation_id and steps.name = ${value('name')}
    returning steps.name`)
  return db.with(fenced, settled).select().from(settled)
})
