import { cancelLost, overdue, releaseLost } from '../database/sweeps.ts'
import { type Attempt, take } from '../database/transitions.ts'
import { endLeases } from '../database/workers.ts'
import type { Status } from '../lifecycle/states.ts'
import * as telemetry from '../telemetry/events.ts'
import { timedOut } from './conclusion.ts'
import { problemOf } from './failure.ts'
import { discardAll } from './files.ts'
import { figures, isKnown } from './rules.ts'
import type { Engine } from './state.ts'
import type { Failure } from './verdict.ts'

/**
 * One round of what no running attempt can do for itself: lost workers, and states whose time is over. Any number of
 * processes may do it at once: each sweep is re-checked by the statement that writes, so it happens once.
 */
export async function maintain(engine: Engine, leaseSeconds: number, actor: string): Promise<void> {
  const lost = await endLeases(engine.db, leaseSeconds)
  if (lost.length > 0) telemetry.workersLost(engine.log, { workerIds: lost })
  await recoverLost(engine, actor, 'the worker was lost')
  await endOverdue(engine, actor)
}

/** Takes operations back from workers without a lease: those that run go to the queue, cancels are carried out. */
export async function recoverLost(engine: Engine, actor: string, reason: string): Promise<number> {
  const { db, log, rules, hints } = engine
  const queueSeconds = figures(rules, (rule) => rule.queueTimeoutSeconds)
  const released = await releaseLost(db, queueSeconds, { actor, reason })
  for (const { operationId, type, attempt } of released) {
    telemetry.operationReleased(log, { operationId, type, attempt, reason })
    hints.tell('submitted', operationId)
  }
  const cancelled = await cancelLost(
    db,
    figures(rules, (rule) => rule.retentionSeconds.failed),
    { actor },
  )
  for (const { operationId, type, attempt } of cancelled) {
    telemetry.operationCancelled(log, { operationId, type, attempt })
    await discardAll(engine, operationId)
  }
  return released.length
}

/** Gives back one operation that a worker holds by the rows, and does not run. */
export async function giveBack(
  { db, rules, hints, log }: Engine,
  row: Attempt & { type: string; status: Status },
  actor: string,
): Promise<void> {
  if (!isKnown(rules, row.type)) return
  const rule = rules[row.type]
  if (row.status === 'CANCELLING') {
    await take(db, 'cancel', row, { retentionSeconds: rule.retentionSeconds.failed }, { actor })
    return
  }
  const reason = 'the worker does not run it'
  const released = await take(db, 'release', row, { queueSeconds: rule.queueTimeoutSeconds }, { actor, reason })
  if (!released) return
  telemetry.operationReleased(log, { operationId: row.operationId, type: row.type, attempt: row.attempt, reason })
  hints.tell('submitted', row.operationId)
}

/** Ends what is over its queue time, its run time, or the grace period of its cancel. */
async function endOverdue(engine: Engine, actor: string) {
  const { db, log, rules } = engine
  for (const row of await overdue(db, Object.keys(rules))) {
    const { operationId, type, attempt } = row
    const moved = await end(engine, row, actor)
    if (!moved) continue
    const facts = { operationId, type, attempt }
    if (moved.status === 'CANCELLED') telemetry.operationCancelled(log, facts)
    else telemetry.operationFailed(log, { ...facts, code: String(moved.error?.code) })
    await discardAll(engine, operationId)
  }
}

type Overdue = Awaited<ReturnType<typeof overdue>>[number]

function end({ db, rules }: Engine, row: Overdue, actor: string) {
  if (!isKnown(rules, row.type)) return undefined
  const rule = rules[row.type]
  const retentionSeconds = rule.retentionSeconds.failed
  const failed = (failure: Failure) => ({ error: problemOf(row.operationId, failure), retentionSeconds })
  if (row.status === 'PENDING') {
    return take(db, 'expireInQueue', row, failed(waitedTooLong(rule.queueTimeoutSeconds)), { actor })
  }
  if (row.status === 'RUNNING') return take(db, 'timeOut', row, failed(timedOut(rule.timeoutSeconds)), { actor })
  return take(db, 'cancel', row, { retentionSeconds }, { actor })
}

function waitedTooLong(queueTimeoutSeconds: number): Failure {
  return { code: 'QUEUE_TIMEOUT', detail: `No worker took the operation within ${queueTimeoutSeconds} seconds.` }
}
