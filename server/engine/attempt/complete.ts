import type { Db } from '../../database/db.ts'
import { isUnstorable } from '../../database/errors.ts'
import { deleteAllFileRows } from '../../database/files/leftovers.ts'
import { countReason } from '../../database/operations/events.ts'
import { stepsOf } from '../../database/operations/steps.ts'
import { currentState } from '../../database/operations/transition.ts'
import type { AttemptTransition, TransitionValues } from '../../database/operations/transition-values.ts'
import { beforeRetry } from '../../domain/progress.ts'
import { isTerminal, type Status, transitions } from '../../domain/state-machine.ts'
import { deleteNow } from '../../files/discards.ts'
import type { FileStore } from '../../files/store.ts'
import * as telemetry from '../../telemetry/events.ts'
import { operationSeconds } from '../../telemetry/recorded.ts'
import { type AttemptContext, facts } from '../context.ts'
import type { HandlerOutcome } from '../executor/protocol.ts'
import { completion, type Failure, invalidResult, type OutageKind, problemOf } from './outcome.ts'
import { persist } from './writes.ts'

/**
 * The status after a transition. `owesCompensation`: refused until all steps are compensated. `lost`: refused because the attempt no
 * longer runs the operation.
 */
export type TransitionResult = Status | 'owesCompensation' | 'lost'

type Returned = Extract<HandlerOutcome, { kind: 'returned' }>

/** Completes the operation with the handler's result; fails it when the result cannot be stored. */
export async function finish(context: AttemptContext, { expiresAt, ...returned }: Returned): Promise<TransitionResult> {
  const { name, values } = completion({ ...returned, expiresAt: new Date(expiresAt) })
  try {
    return await record(context, name, values)
  } catch (cause) {
    if (!isUnstorable(cause)) throw cause
    return fail(context, { ...invalidResult, cause })
  }
}

/** Reads whether the handler's own transaction (`ctx.finish`) has completed the operation. `RUNNING`: it has not. */
export async function confirmFinish(context: AttemptContext): Promise<TransitionResult> {
  const { engine, row } = context
  const now = await persist(() => currentState(engine.db, row.operationId), engine.stopped)
  if (now?.attempt !== row.attempt) return 'lost'
  if (!isTerminal(now.status)) return now.status
  engine.notifications.notify('moved', row.operationId)
  return recorded(context, now.status)
}

export function fail(
  context: AttemptContext,
  failure: Failure,
  name: 'fail' | 'timeOut' = 'fail',
): Promise<TransitionResult> {
  return failWith(context, name, problemOf(context.row.operationId, failure), failure.cause)
}

/** Fails the operation with a problem document; `timeOut` and `expireInQueue` charge no failure. */
export async function failWith(
  context: AttemptContext,
  name: 'fail' | 'timeOut' | 'expireInQueue',
  error: Record<string, unknown>,
  cause?: unknown,
): Promise<TransitionResult> {
  const { engine, progress, rule } = context
  const result = await record(context, name, { error, progress, retentionSeconds: rule.retentionSeconds.failed })
  if (result === 'FAILED') {
    recordDuration(context, 'FAILED')
    context.span?.failed(String(error.code))
    telemetry.operationFailed(engine.log, { ...facts(context), code: String(error.code), cause })
  }
  return result
}

export async function retry(context: AttemptContext, delayMs: number, failure: Failure): Promise<TransitionResult> {
  const { engine, row, rule } = context
  const progress = context.progress && beforeRetry(context.progress)
  const values = { delayMs, queueSeconds: rule.queueTimeoutSeconds, progress }
  const result = await record(context, 'retry', values, { reason: 'the attempt failed', failure })
  if (result === 'PENDING') {
    const failures = row.failures + 1
    context.span?.failed(failure.code)
    telemetry.attemptFailed(engine.log, { ...facts(context), failures, delayMs, cause: failure.cause })
  }
  return result
}

/** The operation waits, without a slot. It runs again at once if one of its waits was completed since the handler began it. */
export async function wait(
  context: AttemptContext,
  { names, completedWaits }: { names: string[]; completedWaits: number },
): Promise<TransitionResult> {
  const { engine, row, rule, actor, progress } = context
  const { operationId, attempt } = row
  const reason = `waits for ${names.join(', ')}`
  const values = { names, completedWaits, queueSeconds: rule.queueTimeoutSeconds, progress }
  const changed = await engine.writes.transition('wait', { operationId, attempt, actor, reason }, values)
  if (changed) {
    telemetry.operationWaits(engine.log, { ...facts(context), names })
    return changed.status
  }
  const now = await persist(() => currentState(engine.db, operationId), engine.stopped)
  if (now?.attempt === attempt) {
    if (now.status === 'RUNNING') return release(context, 'a wait was completed meanwhile')
    if (now.status === 'CANCELLING') return now.owesCompensation ? 'owesCompensation' : cancel(context)
    // The transition was committed, and the response was lost.
    if (now.status === 'WAITING' || now.status === 'PENDING') return now.status
  }
  telemetry.lateWriteRefused(engine.log, { ...facts(context), write: 'wait' })
  return 'lost'
}

/** Returns the operation to the queue without a charge. */
export async function release(
  context: AttemptContext,
  reason: string,
  { delayMs = 0, cause }: { delayMs?: number; cause?: unknown } = {},
): Promise<TransitionResult> {
  const { engine, row, rule, progress } = context
  const values = { delayMs, queueSeconds: rule.queueTimeoutSeconds, progress }
  const result = await record(context, 'release', values, { reason })
  if (result === 'PENDING') {
    telemetry.operationReleased(engine.log, { ...facts(context), reason, cause })
    engine.notifications.notify('submitted', row.operationId)
  }
  return result
}

/** Stored as the reason of a release and counted by this text. */
const outageReasons: Record<OutageKind, string> = {
  databaseUnavailable: 'the database was unavailable',
  storageUnavailable: 'the storage was unavailable',
}

/** How often the operation was released because of such an outage. */
export function countOutages(context: AttemptContext, kind: OutageKind): Promise<number> {
  return countReleases(context, outageReasons[kind])
}

/** How often the operation was released with this reason. */
export function countReleases({ engine, row }: AttemptContext, reason: string): Promise<number> {
  return persist(() => countReason(engine.db, row.operationId, reason), engine.stopped)
}

/** `finishing`: the connection may have broken after the transaction of `ctx.finish` was committed. */
export async function releaseAfterOutage(
  context: AttemptContext,
  outage: { kind: OutageKind; delayMs: number; cause: unknown },
  finishing: boolean,
): Promise<TransitionResult> {
  const status = finishing ? await confirmFinish(context) : 'RUNNING'
  if (status === 'CANCELLING') return cancel(context)
  if (status !== 'RUNNING') return status
  context.progress &&= beforeRetry(context.progress)
  return release(context, outageReasons[outage.kind], outage)
}

/** Ends a cancel: CANCELLED, or FAILED when an earlier attempt could not compensate a step. */
export async function cancel(context: AttemptContext): Promise<TransitionResult> {
  const { engine, row, progress, rule } = context
  const steps = await persist(() => stepsOf(engine.db, [row.operationId]), engine.stopped)
  if (steps.some(({ state }) => state === 'UNDO_FAILED')) return failCompensation(context)
  return record(context, 'cancel', { progress, retentionSeconds: rule.retentionSeconds.failed })
}

/** Fails the operation because steps could not be compensated, whether it was to be cancelled or to fail. */
export async function failCompensation(context: AttemptContext): Promise<TransitionResult> {
  const { engine, row, rule, actor, progress, intendedError: original } = context
  const { operationId, attempt } = row
  const steps = await persist(() => stepsOf(engine.db, [operationId]), engine.stopped)
  const left = steps.filter(({ undoable, state }) => undoable && state !== 'UNDONE').reverse()
  const phases = [...new Set(left.map(({ phase, name }) => phase ?? name))].join(', ')
  const why = original ? `The operation failed with ${original.code}` : 'The operation was cancelled'
  const detail = `${why}, and these phases could not be compensated and need manual attention: ${phases}.`
  const failure: Failure = { code: 'COMPENSATION_FAILED', detail, original }
  const values = {
    error: problemOf(operationId, failure),
    progress,
    retentionSeconds: rule.retentionSeconds.failed,
  }
  const changed = await engine.writes.transition('failToCancel', { operationId, attempt, actor }, values)
  if (!changed) return fail(context, failure, 'timeOut')
  recordDuration(context, 'FAILED')
  context.span?.failed(failure.code)
  telemetry.operationFailed(engine.log, { ...facts(context), code: failure.code })
  return changed.status
}

/** Applies a transition of this attempt. When it is refused because of a cancel, carries out the cancel. */
export async function record<T extends AttemptTransition>(
  context: AttemptContext,
  name: T,
  values: TransitionValues[T],
  { reason, failure }: { reason?: string; failure?: Failure } = {},
): Promise<TransitionResult> {
  const { engine, row, actor } = context
  const { operationId, attempt } = row
  const cause = { actor, reason, failure: failure && problemOf(operationId, failure) }
  const changed = await engine.writes.transition(name, { operationId, attempt, ...cause }, values)
  if (changed) return recorded(context, changed.status)
  const now = await persist(() => currentState(engine.db, operationId), engine.stopped)
  if (now?.attempt === attempt) {
    const { to, from } = transitions[name]
    // The transition was committed, and the response was lost.
    if (now.status === to && !(from as readonly Status[]).includes(to)) return recorded(context, now.status)
    if (now.owesCompensation && !isTerminal(now.status)) return 'owesCompensation'
    // An acknowledged cancel takes precedence over every other transition.
    if (now.status === 'CANCELLING' && name !== 'cancel') return cancel(context)
  }
  telemetry.lateWriteRefused(engine.log, { ...facts(context), write: name })
  return 'lost'
}

/** For the metrics; the time of an operation that no attempt ended is not known here. */
function recordDuration({ row, waitedSeconds, startedMs }: AttemptContext, status: Status) {
  if (waitedSeconds === undefined) return
  operationSeconds([row.type, status], Math.max(0, waitedSeconds + (performance.now() - startedMs) / 1000))
}

async function recorded(context: AttemptContext, status: Status): Promise<Status> {
  const { engine, row } = context
  if (status === 'CANCELLED') {
    recordDuration(context, status)
    telemetry.operationCancelled(engine.log, facts(context))
  }
  if (status === 'COMPLETED' || status === 'COMPLETED_WITH_ERRORS') {
    const durationMs = Math.round(performance.now() - context.startedMs)
    engine.completed.push({ type: row.type, seconds: durationMs / 1000 })
    recordDuration(context, status)
    telemetry.operationCompleted(engine.log, { ...facts(context), status, durationMs })
  }
  // The sweep deletes the files if this fails.
  if (status === 'FAILED' || status === 'CANCELLED') await discardFiles(engine, row.operationId).catch(() => {})
  return status
}

/** Deletes the files of attempts that did not complete the operation. */
export async function discardFiles(storage: { db: Db; files: FileStore }, operationId: string): Promise<void> {
  const deleted = await deleteAllFileRows(storage.db, operationId)
  await deleteNow(
    storage,
    deleted.map(({ storageKey }) => storageKey),
  )
}
