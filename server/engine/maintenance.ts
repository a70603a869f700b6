import type { AttemptRow } from '../database/operations/attempt-columns.ts'
import { recordDurations } from '../database/operations/durations.ts'
import { lost, type OverdueRow, overdue } from '../database/operations/overdue.ts'
import { endLeases } from '../database/workers.ts'
import * as telemetry from '../telemetry/events.ts'
import { abandonCompensation, expireInQueue, requeueToCompensate } from './attempt/compensate.ts'
import { cancel, fail, release, type TransitionResult } from './attempt/complete.ts'
import { type Failure, timeout } from './attempt/outcome.ts'
import { type AttemptContext, createAttemptContext, type Engine } from './context.ts'

/**
 * One round of maintenance: recovers the operations of lost workers, ends overdue operations, and records durations. Any number of
 * processes may run it at the same time, because every transition is fenced.
 */
export async function maintain(engine: Engine, leaseSeconds: number, actor: string): Promise<void> {
  const workerIds = await endLeases(engine.db, leaseSeconds)
  if (workerIds.length > 0) telemetry.workersLost(engine.log, { workerIds })
  await recoverLost(engine, actor, 'the worker was lost')
  await endOverdue(engine, actor)
  await recordDurations(engine.db, engine.completed.splice(0))
}

/** Recovers the operations of workers without a lease. Returns how many. */
export async function recoverLost(engine: Engine, actor: string, reason: string): Promise<number> {
  const rows = await lost(engine.db, Object.keys(engine.rules))
  // At the same time, so that they are written in batches.
  await Promise.all(rows.map((row) => recover(engine, row, actor, reason)))
  return rows.length
}

/** Returns an operation that no worker runs to the queue, uncharged, or carries out its cancel. */
export async function recover(engine: Engine, row: AttemptRow, actor: string, reason: string): Promise<void> {
  const context = createAttemptContext(engine, row, actor)
  if (!context) return
  const result = row.status === 'RUNNING' ? await release(context, reason) : await cancel(context)
  if (result === 'owesCompensation') await requeueToCompensate(context, undefined)
}

/** Ends operations that are past their queue timeout, run time, or the grace period of their cancel. */
async function endOverdue(engine: Engine, actor: string) {
  const rows = await overdue(engine.db, Object.keys(engine.rules))
  await Promise.all(
    rows.map(async (row) => {
      const context = createAttemptContext(engine, row, actor)
      if (context) await end(context, row)
    }),
  )
}

/** The time that a worker has to stop its handler before another attempt compensates the operation. */
const interruptSeconds = 20
const maxCrashes = 3

function end(context: AttemptContext, row: OverdueRow): Promise<TransitionResult> | undefined {
  const { timeoutSeconds, queueTimeoutSeconds } = context.rule
  if (row.status === 'PENDING') return expireInQueue(context, queueTimeout(queueTimeoutSeconds))
  const failure = row.status === 'RUNNING' ? timeout(timeoutSeconds) : undefined
  if (!row.owesCompensation) return failure ? fail(context, failure, 'timeOut') : cancel(context)
  if (row.lateSeconds < interruptSeconds) return undefined
  if (row.intendedOutcome || row.crashes >= maxCrashes) return abandonCompensation(context)
  return requeueToCompensate(context, failure)
}

function queueTimeout(queueTimeoutSeconds: number): Failure {
  return { code: 'QUEUE_TIMEOUT', detail: `No worker started the operation within ${queueTimeoutSeconds} seconds.` }
}
