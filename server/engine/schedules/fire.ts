import { formatId } from '../../contract/ids.ts'
import type { Db } from '../../database/db.ts'
import { isRolledBack, sqlState } from '../../database/errors.ts'
import { insertAll, leftNothing, type NewOperation } from '../../database/operations/create.ts'
import { cancel } from '../../database/operations/read.ts'
import {
  type ActiveOperation,
  activeOperations,
  continueSchedules,
  type DueSchedule,
  insertRuns,
  lockDueSchedules,
  type NewRun,
  nextFireMs,
  postpone,
  trimRuns,
} from '../../database/schedules/firing.ts'
import { operationOf } from '../../database/schedules/operation.ts'
import type { Send } from '../../domain/trace-context.ts'
import { newId } from '../../lib/new-id.ts'
import * as telemetry from '../../telemetry/events.ts'
import { operationsCancelled } from '../../telemetry/recorded.ts'
import { startSend } from '../../telemetry/traces.ts'
import type { Engine } from '../context.ts'
import type { Admission } from './admission.ts'
import { type Decision, decide, planFor } from './decide.ts'

export type Firing = {
  engine: Pick<Engine, 'db' | 'log' | 'notifications' | 'rules'>
  admission: Admission
  /** Called for a schedule that cannot be handled. */
  onError(doing: string, cause: unknown): void
}

/** Schedules of one round, in one transaction. */
const roundSize = 250
/** A schedule that cannot be handled is tried again after this time: well before its due time counts as missed (`graceMs`). */
const postponedSeconds = 20
/** Runs kept of each schedule. They are trimmed when half as many have been added. */
const keptRuns = 100
/** Another worker has locked what is due. */
const lockedMs = 100

/**
 * Fires the due schedules of one round. Returns the milliseconds until the next round; undefined when no schedule will fire. Any number of
 * workers may call it at the same time: all times are those of the database, and a schedule, its runs and its operations change in one
 * transaction.
 */
export async function fireSchedules(firing: Firing): Promise<number | undefined> {
  const { db, rules } = firing.engine
  const types = Object.keys(rules)
  const nextMs = await nextFireMs(db, types)
  if (nextMs === undefined || nextMs > 0) return nextMs
  const due: DueSchedule[] = []
  try {
    const round = (tx: Db) => fireRound(tx, firing, { types, limit: roundSize }, due)
    return finish(firing, await db.transaction(round))
  } catch (cause) {
    // One row may be the cause: each schedule of the round gets its own.
    if (!isRefused(cause)) throw cause
    for (const { scheduleId } of due) await fireOne(firing, types, scheduleId)
    return 0
  }
}

async function fireOne(firing: Firing, types: readonly string[], scheduleId: string) {
  try {
    const round = (tx: Db) => fireRound(tx, firing, { types, limit: 1, only: scheduleId }, [])
    await finish(firing, await firing.engine.db.transaction(round))
  } catch (cause) {
    if (!isRefused(cause)) throw cause
    // It is not the cause of a deadlock, and is still due.
    if (isRolledBack(cause)) return
    firing.onError(`fire ${formatId('schedule', scheduleId)}`, cause)
    await postpone(firing.engine.db, scheduleId, postponedSeconds)
  }
}

/** Whether the database has refused the round, or cancelled it because it took too long. Nothing of it was stored then. */
function isRefused(cause: unknown): boolean {
  return leftNothing(cause) || sqlState(cause) === '57014'
}

type Round = {
  locked: number
  operations: NewOperation[]
  /** Of each of `operations`. */
  sends: Send[]
  toCancel: (ActiveOperation & { ownerId: string })[]
}

/** `due`: gets the schedules that were locked. */
async function fireRound(
  tx: Db,
  { engine, admission, onError }: Firing,
  pick: { types: readonly string[]; limit: number; only?: string },
  due: DueSchedule[],
): Promise<Round> {
  // Replaced: a transaction that was rolled back by a deadlock runs again, and its locks are gone.
  due.splice(0, due.length, ...(await lockDueSchedules(tx, pick)))
  const lookUp = due.filter(({ overlapPolicy }) => overlapPolicy !== 'QUEUE').map(({ scheduleId }) => scheduleId)
  const active = Map.groupBy(await activeOperations(tx, lookUp), ({ scheduleId }) => scheduleId)
  const decisions: Decision[] = []
  const toCancel: Round['toCancel'] = []
  for (const schedule of due) {
    const { scheduleId, ownerId, dueAt, nowMs } = schedule
    const own = active.get(scheduleId) ?? []
    try {
      const decision = decide(schedule, planFor(schedule), own)
      if (decision) decisions.push(decision)
      else toCancel.push(...own.flatMap((one) => (one.isCancelling ? [] : [{ ...one, ownerId }])))
    } catch (cause) {
      // A newer version has stored an expression or a time zone that this process does not know.
      onError(`fire ${formatId('schedule', scheduleId)}`, cause)
      const fireAt = new Date(nowMs + postponedSeconds * 1000)
      decisions.push({ schedule, runs: [], continuation: { dueAt, fireAt } })
    }
  }
  const { runs, operations } = await started(tx, decisions, admission)
  const inserted = new Set((await insertRuns(tx, runs)).map(({ operationId }) => operationId))
  const created = operations.filter(({ operationId }) => inserted.has(operationId))
  const sends = created.map(({ type }) => startSend(undefined, undefined, { type }))
  if (created.length > 0) await insertAll(tx, traced(created, sends))
  await continueSchedules(
    tx,
    decisions.map(({ schedule: { scheduleId }, runs: own, continuation }) => {
      return { scheduleId, runs: own.length, ...continuation }
    }),
  )
  const trimmed = decisions.filter(({ schedule, runs: own }) => crosses(schedule.runs, own.length, keptRuns / 2))
  await trimRuns(
    tx,
    trimmed.map(({ schedule }) => schedule.scheduleId),
    keptRuns,
  )
  for (const { code, scheduleId } of runs) {
    if (code !== undefined) telemetry.scheduleRefused(engine.log, { scheduleId, code })
  }
  return { locked: due.length, operations: created, sends, toCancel }
}

/** Each in a trace of its own: the schedules of a round belong to different owners. Spans of a round that is rolled back never end. */
function traced(operations: readonly NewOperation[], sends: readonly Send[]): NewOperation[] {
  return operations.map((operation, index) => ({ ...operation, traceContext: sends[index]?.context }))
}

const crosses = (count: number, added: number, step: number) =>
  Math.floor((count + added) / step) > Math.floor(count / step)

/** The runs as they are inserted, and the operations of those that start, unless a quota refuses them. */
async function started(tx: Db, decisions: readonly Decision[], admission: Admission) {
  const planned = decisions.flatMap(({ schedule, runs }) =>
    runs.map((run) => {
      const operationId = newId()
      const createdBy = `schedule:${formatId('schedule', schedule.scheduleId)}`
      const operation = operationOf(schedule, { operationId, createdBy, scheduledFor: run.dueAt })
      return { scheduleId: schedule.scheduleId, run, operation }
    }),
  )
  const starting = planned.filter(({ run }) => run.outcome === 'STARTED').map(({ operation }) => operation)
  const refused = await admission(tx, starting)
  const runs = planned.map(({ scheduleId, run, operation: { operationId } }): NewRun => {
    if (run.outcome !== 'STARTED') return { scheduleId, ...run }
    const code = refused.get(operationId)
    return code ? { scheduleId, dueAt: run.dueAt, outcome: 'REFUSED', code } : { scheduleId, ...run, operationId }
  })
  return { runs, operations: starting.filter(({ operationId }) => !refused.has(operationId)) }
}

/** After the commit. Returns the milliseconds until the next round. */
async function finish({ engine }: Firing, { locked, operations, sends, toCancel }: Round): Promise<number> {
  const { db, log, notifications, rules } = engine
  for (const [index, { operationId, type, ownerId }] of operations.entries()) {
    sends[index]?.end?.({ operationId: formatId('operation', operationId) })
    telemetry.operationSubmitted(log, { operationId, type, ownerId })
    notifications.wake(type, operationId)
  }
  // Not in the transaction of the round: a cancel locks operations, which the transitions of workers lock in another order. The schedule stays
  // due until its operations are cancelled, so a crash here loses nothing.
  for (const { ownerId, operationId, scheduleId } of toCancel) {
    const outcome = await cancel(db, {
      ownerId,
      operationId,
      actor: `schedule:${formatId('schedule', scheduleId)}`,
      reason: 'the schedule is due again',
      retentionSeconds: (type) => rules[type]?.retentionSeconds.failed ?? 0,
    })
    if (outcome?.kind !== 'cancelled') continue
    notifications.notify('changed', operationId)
    if (outcome.operation.status === 'CANCELLED') operationsCancelled([outcome.operation.type])
  }
  return locked === 0 ? lockedMs : 0
}
