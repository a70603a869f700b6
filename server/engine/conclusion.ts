import { standing } from '../database/claims.ts'
import { stepsOf } from '../database/steps.ts'
import type { KnownStep, StepValues } from '../database/transitions.ts'
import { isTerminal, type Status, transitions } from '../lifecycle/states.ts'
import * as telemetry from '../telemetry/events.ts'
import { discardAll } from './discard.ts'
import { problemOf } from './failure.ts'
import { finishing } from './finishing.ts'
import { persist } from './persist.ts'
import type { WireOutcome } from './protocol.ts'
import { invalidResult, isUnstorable } from './refusal.ts'
import type { AttemptState, Engine } from './state.ts'
import type { Failure } from './verdict.ts'

/**
 * What became of a step: the status that the operation has by it. `unwind`: it is refused until everything is undone.
 * `lost`: the operation is not this attempt's any more.
 */
export type Conclusion = Status | 'unwind' | 'lost'

type Returned = Extract<WireOutcome, { kind: 'returned' }>

export async function finish(engine: Engine, state: AttemptState, { expiresAt, ...returned }: Returned) {
  const { step, values } = finishing({ ...returned, expiresAt: new Date(expiresAt) })
  try {
    return await record(engine, state, step, values)
  } catch (cause) {
    if (!isUnstorable(cause)) throw cause
    return fail(engine, state, { ...invalidResult, cause })
  }
}

/** The handler says that its own transaction completed the operation: the row must say so too. `RUNNING`: it does not. */
export async function confirm(engine: Engine, state: AttemptState): Promise<Conclusion> {
  const now = await persist(() => standing(engine.db, state.row.operationId), engine.stopped)
  if (now?.attempt !== state.row.attempt) return 'lost'
  if (!isTerminal(now.status)) return now.status
  engine.hints.tell('moved', state.row.operationId)
  return settled(engine, state, now.status)
}

export async function fail(
  engine: Engine,
  state: AttemptState,
  failure: Failure,
  step: 'fail' | 'timeOut' | 'failToCancel' = 'fail',
): Promise<Conclusion> {
  const { row, rule } = state
  const conclusion = await record(engine, state, step, {
    error: problemOf(row.operationId, failure),
    progress: state.progress,
    retentionSeconds: rule.retentionSeconds.failed,
  })
  if (conclusion === 'FAILED') {
    telemetry.operationFailed(engine.log, { ...facts(state), code: failure.code, cause: failure.cause })
  }
  return conclusion
}

/** Ends one that has waited too long; with finished steps it goes back to the queue, to have them undone. */
export async function failToQueue(engine: Engine, state: AttemptState, failure: Failure): Promise<Conclusion> {
  const { row, rule, actor } = state
  const { operationId, attempt } = row
  const error = problemOf(operationId, failure)
  const at = { operationId, attempt, actor }
  if (row.owesUndo) {
    const moved = await engine.writes.take(
      'unwindQueued',
      { ...at, reason: failure.detail },
      { error, limitSeconds: 0 },
    )
    if (moved) engine.hints.tell('submitted', operationId)
    return moved?.status ?? 'lost'
  }
  const values = { error, progress: undefined, retentionSeconds: rule.retentionSeconds.failed }
  const conclusion = await record(engine, state, 'expireInQueue', values)
  if (conclusion === 'FAILED') telemetry.operationFailed(engine.log, { ...facts(state), code: failure.code })
  return conclusion
}

/** The same with an error document that was stored when the unwinding began. */
export async function failAsIntended(engine: Engine, state: AttemptState, error: Record<string, unknown>) {
  const conclusion = await record(engine, state, 'timeOut', {
    error,
    progress: state.progress,
    retentionSeconds: state.rule.retentionSeconds.failed,
  })
  if (conclusion === 'FAILED') telemetry.operationFailed(engine.log, { ...facts(state), code: String(error.code) })
  return conclusion
}

export async function retry(engine: Engine, state: AttemptState, delayMs: number, cause: unknown) {
  const values = { delayMs, queueSeconds: state.rule.queueTimeoutSeconds }
  const conclusion = await record(engine, state, 'retry', values, 'the attempt failed')
  if (conclusion === 'PENDING') {
    telemetry.attemptFailed(engine.log, { ...facts(state), failures: state.row.failures + 1, delayMs, cause })
  }
  return conclusion
}

export async function release(
  engine: Engine,
  state: AttemptState,
  reason: string,
  { delayMs = 0, cause }: { delayMs?: number; cause?: unknown } = {},
): Promise<Conclusion> {
  const values = { delayMs, queueSeconds: state.rule.queueTimeoutSeconds }
  const conclusion = await record(engine, state, 'release', values, reason)
  if (conclusion === 'PENDING') {
    telemetry.operationReleased(engine.log, { ...facts(state), reason, cause })
    engine.hints.tell('submitted', state.row.operationId)
  }
  return conclusion
}

/** Carries a cancel out; what an earlier attempt could not undo makes it fail instead. */
export async function cancel(engine: Engine, state: AttemptState): Promise<Conclusion> {
  const { row, progress, rule } = state
  const known = await persist(() => stepsOf(engine.db, [row.operationId]), engine.stopped)
  const failed = known.flatMap(({ name, state }) => (state === 'UNDO_FAILED' ? [name] : []))
  if (failed.length > 0) return failCompensation(engine, state, failed.reverse())
  return record(engine, state, 'cancel', { progress, retentionSeconds: rule.retentionSeconds.failed })
}

/** The only other end of an acknowledged cancel, and the end of an intended failure: somebody has to look after these steps. */
export async function failCompensation(engine: Engine, state: AttemptState, names: string[]): Promise<Conclusion> {
  const detail = `These steps could not be undone, and need somebody to look after them: ${names.join(', ')}.`
  const failure = { code: 'COMPENSATION_FAILED', detail }
  const { operationId, attempt } = state.row
  const retentionSeconds = state.rule.retentionSeconds.failed
  const values = { error: problemOf(operationId, failure), progress: state.progress, retentionSeconds }
  const moved = await engine.writes.take('failToCancel', { operationId, attempt, actor: state.actor }, values)
  return moved ? moved.status : fail(engine, state, failure, 'timeOut')
}

/** Takes a step for this attempt. A refused one is looked into: a cancel that came first is carried out. */
export async function record<S extends KnownStep>(
  engine: Engine,
  state: AttemptState,
  step: S,
  values: StepValues[S],
  reason?: string,
): Promise<Conclusion> {
  const { row, actor } = state
  const { operationId, attempt } = row
  const moved = await engine.writes.take(step, { operationId, attempt, actor, reason }, values)
  if (moved) return settled(engine, state, moved.status)
  const now = await persist(() => standing(engine.db, operationId), engine.stopped)
  if (now?.attempt === attempt) {
    // The step was taken, and its answer lost on the way.
    const { to, from } = transitions[step]
    if (now.status === to && !(from as readonly Status[]).includes(to)) return settled(engine, state, now.status)
    if (now.owesUndo && !isTerminal(now.status)) return 'unwind'
    // An acknowledged cancel never ends otherwise.
    if (now.status === 'CANCELLING' && step !== 'cancel') return cancel(engine, state)
  }
  telemetry.lateWriteRefused(engine.log, { ...facts(state), step })
  return 'lost'
}

async function settled(engine: Engine, state: AttemptState, status: Status): Promise<Status> {
  if (status === 'CANCELLED') telemetry.operationCancelled(engine.log, facts(state))
  if (status === 'COMPLETED' || status === 'COMPLETED_WITH_ERRORS') {
    const durationMs = Math.round(performance.now() - state.startedMs)
    engine.finished.push({ type: state.row.type, seconds: durationMs / 1000 })
    telemetry.operationCompleted(engine.log, { ...facts(state), status, durationMs })
  }
  // Of one that failed or was cancelled no file may stay; an attempt that runs again makes them anew.
  if (status === 'FAILED' || status === 'CANCELLED') await discardAll(engine, state.row.operationId).catch(() => {})
  return status
}

export function facts({ row }: Pick<AttemptState, 'row'>): telemetry.OperationFacts {
  return { operationId: row.operationId, type: row.type, attempt: row.attempt }
}
