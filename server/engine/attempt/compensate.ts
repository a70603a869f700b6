import { recordCompensation, stepsOf } from '../../database/operations/steps.ts'
import type { TransitionValues } from '../../database/operations/transition-values.ts'
import type { AttemptContext } from '../context.ts'
import { cancel, failCompensation, failWith, release, type TransitionResult } from './complete.ts'
import { type Failure, problemOf } from './outcome.ts'

/** The time limit of one attempt's compensation, over all tries of all steps. */
export const compensationSeconds = 3600

const reason = 'compensating completed steps'

/**
 * Records that compensation starts, with the problem document `error` that the operation fails with afterwards, so that another attempt can
 * continue. Without `error`, or after a cancel, the operation ends CANCELLED. Compensation may run if the result is RUNNING or CANCELLING.
 */
export async function startCompensation(
  context: AttemptContext,
  error: Record<string, unknown> | undefined,
  charged: boolean,
): Promise<TransitionResult> {
  const { progress } = context
  context.intendedError = error
  if (error) {
    const values = { error, limitSeconds: compensationSeconds, progress, charged }
    const status = await transition(context, 'compensate', values)
    if (status) return status
  }
  return (await transition(context, 'compensateCancelled', { limitSeconds: compensationSeconds })) ?? 'lost'
}

/** Ends the operation after compensation. `error`: the intended failure; undefined for a cancel. */
export function finishCompensation(
  context: AttemptContext,
  failedSteps: string[],
  error: Record<string, unknown> | undefined,
): Promise<TransitionResult> {
  if (failedSteps.length > 0) return failCompensation(context)
  // The failure was charged when compensation started.
  if (error) return failWith(context, 'timeOut', error)
  return cancel(context)
}

/** Ends the operation without further tries to compensate the steps that are left. */
export async function abandonCompensation(context: AttemptContext): Promise<TransitionResult> {
  const { db } = context.engine
  const { operationId, attempt } = context.row
  const steps = (await stepsOf(db, [operationId])).filter(({ undoable, state }) => undoable && state !== 'UNDONE')
  for (const { name, state } of steps.reverse()) {
    if (state === 'UNDO_FAILED') continue
    await recordCompensation(db, { operationId, attempt, name, state: 'UNDO_FAILED' })
  }
  return failCompensation(context)
}

/** Returns the operation to the queue for compensation by another attempt, because this one's handler did not stop or has no executor. */
export async function requeueToCompensate(
  context: AttemptContext,
  failure: Failure | undefined,
): Promise<TransitionResult> {
  const { engine, row, progress } = context
  const { operationId } = row
  if (failure) {
    const error = problemOf(operationId, failure)
    context.intendedError = error
    const values = { error, limitSeconds: compensationSeconds, progress }
    if (await transition(context, 'compensate', values)) return release(context, reason)
  }
  const status = await transition(context, 'releaseCancelled', {})
  if (status) engine.notifications.notify('submitted', operationId)
  return status ?? 'lost'
}

/** Fails a waiting operation after its queue timeout; one with completed steps is queued for compensation first. */
export async function expireInQueue(context: AttemptContext, failure: Failure): Promise<TransitionResult> {
  const { engine, row, actor } = context
  const { operationId, attempt, owesCompensation } = row
  const error = problemOf(operationId, failure)
  if (!owesCompensation) return failWith(context, 'expireInQueue', error)
  const cause = { actor, reason: failure.detail, failure: error }
  const values = { error, limitSeconds: 0 }
  const changed = await engine.writes.transition('compensateQueued', { operationId, attempt, ...cause }, values)
  if (changed) engine.notifications.notify('submitted', operationId)
  return changed?.status ?? 'lost'
}

/** Unlike `record`, a refusal is not examined: the callers know which steps are left. */
async function transition<T extends 'compensate' | 'compensateCancelled' | 'releaseCancelled'>(
  { engine, row, actor }: AttemptContext,
  name: T,
  values: TransitionValues[T],
) {
  const { operationId, attempt } = row
  const failure = 'error' in values ? values.error : undefined
  const changed = await engine.writes.transition(name, { operationId, attempt, actor, reason, failure }, values)
  return changed?.status
}
