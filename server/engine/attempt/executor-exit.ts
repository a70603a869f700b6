import type { TransitionValues } from '../../database/operations/transition-values.ts'
import { backoffMs } from '../../domain/schedule.ts'
import * as telemetry from '../../telemetry/events.ts'
import { type AttemptContext, facts } from '../context.ts'
import { abandonCompensation, requeueToCompensate } from './compensate.ts'
import { cancel, fail, record, release, type TransitionResult } from './complete.ts'
import { attemptFailure, type Failure, type Outcome } from './outcome.ts'

/** The executor exits, each while it ran nothing else, after which an operation is not run again. */
const maxCrashes = 3

const reasons = {
  crashed: 'its executor process exited',
  memory: 'its executor process used too much memory',
  unresponsive: 'its executor process did not respond',
  abandoned: 'its executor process was ended because of another operation',
  closed: 'the worker is stopping',
} as const

/**
 * Decides on an attempt whose executor has exited. With several attempts in the executor the cause is unknown: none is charged, and each
 * operation runs alone next. Only an exit while it runs alone is charged.
 */
export async function handleExecutorExit(
  context: AttemptContext,
  { exit, alone }: Extract<Outcome, { kind: 'executorExit' }>,
  compensating: boolean,
): Promise<TransitionResult> {
  const { engine, row, rule } = context
  const reason = reasons[exit]
  telemetry.executorLost(engine.log, { ...facts(context), reason, alone })
  // The drain of the worker releases the operation.
  if (exit === 'closed') return 'lost'
  const charged = alone && exit !== 'abandoned'
  const exhausted = charged && row.crashes + 1 >= maxCrashes
  if (exhausted) return compensating ? abandonCompensation(context) : poison(context, reason)
  if (exit === 'abandoned') return releaseIfCancelled(context, await release(context, reason), {})
  const delayMs = charged ? backoffMs(row.crashes + 1) : 0
  const values = { alone: charged, delayMs, queueSeconds: rule.queueTimeoutSeconds, progress: context.progress }
  const failure = attemptFailure(reason, delayMs)
  context.span?.failed(failure.code)
  const result = await record(context, 'crash', values, { reason, failure })
  if (result === 'PENDING') engine.notifications.notify('submitted', row.operationId)
  return releaseIfCancelled(context, result, { alone: true, crashed: charged, delayMs })
}

/** A cancelled operation with steps to compensate is released for another attempt. */
export async function releaseIfCancelled(
  { engine, row, actor }: AttemptContext,
  result: TransitionResult,
  values: TransitionValues['releaseCancelled'],
): Promise<TransitionResult> {
  if (result !== 'owesCompensation') return result
  const { operationId, attempt } = row
  const changed = await engine.writes.transition('releaseCancelled', { operationId, attempt, actor }, values)
  return changed?.status ?? 'lost'
}

async function poison(context: AttemptContext, reason: string): Promise<TransitionResult> {
  const failure: Failure = {
    code: 'POISONED',
    detail: `The process of the operation ended ${maxCrashes} times while it ran nothing else, so the operation is not run again. The last time ${reason}.`,
  }
  const result = await fail(context, failure, 'timeOut')
  if (result !== 'owesCompensation') return result
  const requeued = await requeueToCompensate(context, failure)
  return requeued === 'owesCompensation' ? cancel(context) : requeued
}
