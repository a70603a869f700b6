import { standing } from '../database/claims.ts'
import { type StepValues, take } from '../database/transitions.ts'
import { type Status, type Step, transitions } from '../lifecycle/states.ts'
import * as telemetry from '../telemetry/events.ts'
import { problemOf } from './failure.ts'
import { persist } from './persist.ts'
import type { AttemptState, Engine } from './state.ts'
import { type Failure, judge, refusedResult, type Verdict } from './verdict.ts'

/** The step that completes an operation with `result`, and what it writes. */
export function finishing(state: AttemptState, result: object) {
  const { warnings } = state
  const values: StepValues['finish'] = {
    result: warnings.length > 0 ? { ...result, warnings } : { ...result },
    progress: state.track.completed(state.nowMs()),
    expiresAt: state.expiresAt(),
  }
  return { step: warnings.length > 0 ? ('finishWithErrors' as const) : ('finish' as const), values }
}

/**
 * Writes what came of an attempt. Answers the status that the operation has by it; undefined when the operation was not
 * this attempt's any more.
 */
export async function conclude(
  engine: Engine,
  state: AttemptState,
  verdict: Verdict<object>,
): Promise<Status | undefined> {
  switch (verdict.step) {
    case 'finish':
      return finish(engine, state, verdict.result)
    case 'confirm':
      return confirm(engine, state)
    case 'fail':
      return fail(engine, state, 'fail', verdict.failure)
    case 'timeOut':
      return timeOut(engine, state)
    case 'retry':
      return retry(engine, state, verdict.delayMs, verdict.cause)
    case 'release':
      return release(engine, state)
    case 'cancel':
      return record(engine, state, 'cancel', cancelling(state))
    case 'leave':
      return undefined
  }
}

/** Ends an attempt whose run time is over. */
export function timeOut(engine: Engine, state: AttemptState): Promise<Status | undefined> {
  return fail(engine, state, 'timeOut', timedOut(state.rule.timeoutSeconds))
}

export function timedOut(timeoutSeconds: number): Failure {
  return { code: 'TIMEOUT', detail: `The operation ran longer than its ${timeoutSeconds} seconds.` }
}

async function finish(engine: Engine, state: AttemptState, result: object) {
  const { step, values } = finishing(state, result)
  try {
    return await record(engine, state, step, values)
  } catch (error) {
    const failure = refusedResult(error)
    if (!failure) throw error
    return fail(engine, state, 'fail', failure)
  }
}

/** The handler says that its own transaction completed the operation: the row must say so too. */
async function confirm(engine: Engine, state: AttemptState) {
  const now = await persist(() => standing(engine.db, state.row.operationId), engine.stopped)
  if (now?.attempt !== state.row.attempt) return undefined
  if (now.status !== 'RUNNING') return settled(engine, state, now.status)
  const error = new Error('the transaction that ctx.finish was called in was not committed')
  const { failures, maxAttempts } = state.row
  return conclude(engine, state, judge({ kind: 'threw', error }, { interruption: undefined, failures, maxAttempts }))
}

async function fail(engine: Engine, state: AttemptState, step: 'fail' | 'timeOut', failure: Failure) {
  const { operationId } = state.row
  const status = await record(engine, state, step, {
    error: problemOf(operationId, failure),
    progress: state.track.failed(state.nowMs()),
    retentionSeconds: state.rule.retentionSeconds.failed,
  })
  if (status === 'FAILED') {
    telemetry.operationFailed(engine.log, { ...facts(state), code: failure.code, cause: failure.cause })
  }
  return status
}

async function retry(engine: Engine, state: AttemptState, delayMs: number, cause: unknown) {
  const queueSeconds = state.rule.queueTimeoutSeconds
  const status = await record(engine, state, 'retry', { delayMs, queueSeconds }, 'the attempt failed')
  if (status === 'PENDING') {
    telemetry.attemptFailed(engine.log, { ...facts(state), failures: state.row.failures + 1, delayMs, cause })
  }
  return status
}

async function release(engine: Engine, state: AttemptState) {
  const queueSeconds = state.rule.queueTimeoutSeconds
  const status = await record(engine, state, 'release', { queueSeconds }, 'the worker is stopping')
  if (status === 'PENDING') {
    telemetry.operationReleased(engine.log, { ...facts(state), reason: 'shutdown' })
    engine.hints.tell('submitted', state.row.operationId)
  }
  return status
}

/** Takes a step for this attempt. A refused one is looked into: a cancel that came first is carried out. */
async function record<S extends Exclude<Step, 'claim'>>(
  engine: Engine,
  state: AttemptState,
  step: S,
  values: StepValues[S],
  reason?: string,
): Promise<Status | undefined> {
  const { db, stopped } = engine
  const { row, actor } = state
  const moved = await persist(() => take(db, step, row, values, { actor, reason }), stopped)
  if (moved) return settled(engine, state, moved.status)
  const now = await persist(() => standing(db, row.operationId), stopped)
  if (now?.attempt === row.attempt) {
    // The step was taken, and its answer lost on the way.
    if (now.status === transitions[step].to) return settled(engine, state, now.status)
    // An acknowledged cancel never ends otherwise.
    if (now.status === 'CANCELLING' && step !== 'cancel') {
      return record(engine, state, 'cancel', cancelling(state))
    }
  }
  telemetry.lateWriteRefused(engine.log, { ...facts(state), step })
  return undefined
}

function cancelling(state: AttemptState): StepValues['cancel'] {
  return {
    progress: state.track.view(state.nowMs()),
    retentionSeconds: state.rule.retentionSeconds.failed,
  }
}

function settled(engine: Engine, state: AttemptState, status: Status | undefined) {
  if (status === 'CANCELLED') telemetry.operationCancelled(engine.log, facts(state))
  if (status === 'COMPLETED' || status === 'COMPLETED_WITH_ERRORS') {
    telemetry.operationCompleted(engine.log, { ...facts(state), status, durationMs: Math.round(state.nowMs()) })
  }
  return status
}

export function facts({ row, type }: AttemptState): telemetry.OperationFacts {
  return { operationId: row.operationId, type, attempt: row.attempt }
}
