import { recordDurations } from '../database/durations.ts'
import { lost, type Overdue, overdue } from '../database/sweeps.ts'
import { endLeases } from '../database/workers.ts'
import * as telemetry from '../telemetry/events.ts'
import { timedOut } from './attempt.ts'
import { type Conclusion, cancel, fail, failToQueue, release } from './conclusion.ts'
import type { AttemptState, Engine, HeldRow } from './state.ts'
import { giveUp, leaveToUnwind } from './unwinding.ts'

/**
 * One round of what no running attempt can do for itself: lost workers, and states whose time is over; and of telling how long operations take. Any number of
 * processes may do it at once: each step is fenced by the statement that writes it, so it happens once.
 */
export async function maintain(engine: Engine, leaseSeconds: number, actor: string): Promise<void> {
  const lost = await endLeases(engine.db, leaseSeconds)
  if (lost.length > 0) telemetry.workersLost(engine.log, { workerIds: lost })
  await recoverLost(engine, actor, 'the worker was lost')
  await endOverdue(engine, actor)
  await recordDurations(engine.db, engine.finished.splice(0))
}

/**
 * Takes operations back from workers without a lease: those that run go to the queue, uncharged; cancels are carried out.
 * Answers how many.
 */
export async function recoverLost(engine: Engine, actor: string, reason: string): Promise<number> {
  const rows = await lost(engine.db, Object.keys(engine.rules))
  // Together, so that they are written in batches.
  await Promise.all(rows.map((row) => giveBack(engine, row, actor, reason)))
  return rows.length
}

/** Gives back an operation that its worker does not run. */
export async function giveBack(engine: Engine, row: HeldRow, actor: string, reason: string): Promise<void> {
  const state = stateOf(engine, row, actor)
  if (!state) return
  const ended = row.status === 'RUNNING' ? await release(engine, state, reason) : await cancel(engine, state)
  if (ended === 'unwind') await leaveToUnwind(engine, state, undefined)
}

/** Ends what is over its queue time, its run time, or the grace period of its cancel. */
async function endOverdue(engine: Engine, actor: string) {
  const rows = await overdue(engine.db, Object.keys(engine.rules))
  await Promise.all(
    rows.map(async (row) => {
      const state = stateOf(engine, row, actor)
      if (state) await end(engine, state, row)
    }),
  )
}

/** Its worker has this long to have its handler yield, before somebody else undoes what it has done. */
const yieldingSeconds = 20
const mostLimits = 3

function end(engine: Engine, state: AttemptState, row: Overdue): Promise<Conclusion> | undefined {
  const { rule } = state
  if (row.status === 'PENDING') return failToQueue(engine, state, waitedTooLong(rule.queueTimeoutSeconds))
  if (!row.owesUndo) {
    return row.status === 'RUNNING'
      ? fail(engine, state, timedOut(rule.timeoutSeconds), 'timeOut')
      : cancel(engine, state)
  }
  if (row.lateSeconds < yieldingSeconds) return undefined
  if (row.intendedEnd || row.crashes >= mostLimits) return giveUp(engine, state)
  return leaveToUnwind(engine, state, row.status === 'RUNNING' ? timedOut(rule.timeoutSeconds) : undefined)
}

function stateOf({ rules }: Engine, row: HeldRow, actor: string): AttemptState | undefined {
  const rule = rules[row.type]
  const { owesUndo } = row
  return rule && { row, rule, actor, progress: undefined, owesUndo, startedMs: performance.now() }
}

function waitedTooLong(queueTimeoutSeconds: number) {
  return { code: 'QUEUE_TIMEOUT', detail: `No worker took the operation within ${queueTimeoutSeconds} seconds.` }
}
