import type { Warning } from '../../../generated/operations.ts'
import { formatId } from '../../contract/ids.ts'
import { causeIn, problemDocument } from '../../contract/problem.ts'
import type { TransitionValues } from '../../database/operations/transition-values.ts'
import type { Progress } from '../../database/schema/operations.ts'
import { storable } from '../../domain/progress.ts'
import { backoffMs } from '../../domain/schedule.ts'
import type { Interruption } from '../../handlers/define.ts'
import type { ExecutorExit } from '../executor/pool.ts'
import { deserializeError, type HandlerError, type HandlerOutcome, publicDetail } from '../executor/protocol.ts'

/** How an attempt ended. */
export type Outcome =
  | HandlerOutcome
  /** The steps are compensated, except those in `failedSteps`. */
  | { kind: 'compensated'; failedSteps: string[] }
  /** The executor exited. `alone`: it ran no other attempt. */
  | { kind: 'executorExit'; exit: ExecutorExit; alone: boolean }
  /** The handler did not stop within the grace period after its interruption. */
  | { kind: 'abandoned'; interruption: Interruption['kind'] }

/** Why an operation fails, for the caller. `cause` is for the log only. */
export type Failure = {
  code: string
  detail: string
  errors?: { pointer: string; message: string }[] | undefined
  /** Seconds until the next attempt, or after which a submit may succeed. Default: those of the code. */
  retryAfter?: number | undefined
  /** The problem document of the earlier failure that led to this one. */
  original?: Record<string, unknown> | undefined
  cause?: unknown
}

/** The problem document (RFC 9457) of a failed operation, as it is stored and returned. */
export function problemOf(operationId: string, failure: Failure): Record<string, unknown> {
  const { code, detail, errors, retryAfter, original } = failure
  const instance = `/api/v1/operations/${formatId('operation', operationId)}`
  const violations = errors?.map(({ pointer, message }) => ({ pointer: storable(pointer), message: storable(message) }))
  const cause = original && causeIn(original)
  return { ...problemDocument(code, { detail: storable(detail), instance, errors: violations, retryAfter, cause }) }
}

export const invalidResult: Failure = {
  code: 'INVALID_RESULT',
  detail: 'The work was done, but its result contains a value that cannot be stored.',
}

export function timeout(timeoutSeconds: number): Failure {
  return { code: 'TIMEOUT', detail: `The operation ran longer than its ${timeoutSeconds} seconds.` }
}

type Completed = { result: object; warnings: readonly Warning[]; progress: Progress; expiresAt: Date }

/** The transition that completes an operation, and its values. */
export function completion({ result, warnings, progress, expiresAt }: Completed): {
  name: 'finish' | 'finishWithErrors'
  values: TransitionValues['finish']
} {
  return warnings.length > 0
    ? { name: 'finishWithErrors', values: { result: { ...result, warnings }, progress, expiresAt } }
    : { name: 'finish', values: { result: { ...result }, progress, expiresAt } }
}

/** The transition after an error of the handler. */
export type ErrorDecision =
  | { transition: 'fail'; failure: Failure }
  | { transition: 'retry'; delayMs: number; failure: Failure }
  /** `outage`: the service's own database or disk was unavailable; otherwise the worker is stopping. */
  | { transition: 'release'; outage?: { kind: OutageKind; delayMs: number; cause: unknown } }
  | { transition: 'cancel' | 'timeOut' }
  /** The lease was lost: nothing may be written. */
  | { transition: undefined }

type Circumstances = {
  interruption: Interruption['kind'] | undefined
  failures: number
  maxAttempts: number
  /** How often the operation was released before because the database or the disk was unavailable. */
  outages: number
}

/** Uncharged outages of one operation's database. The limit ends operations whose own error only looks like an outage. */
const maxOutages = 10
/** The delay after an outage grows to 16 s. If the disk is still full after `maxOutages`, it grows to 256 s, because each try writes events. */
const maxDoublings = 4

/**
 * Decides on what a handler threw. After an interruption any error counts as the handler's way to stop. An outage of the service's own
 * database or disk is not charged to the operation.
 */
export function decideOnError(
  error: HandlerError,
  { interruption, failures, maxAttempts, outages }: Circumstances,
): ErrorDecision {
  if (interruption) return { transition: transitionAfter[interruption] }
  if (isOutage(error) && (outages < maxOutages || error.kind === 'storageUnavailable')) {
    const delayMs = outageDelayMs(outages)
    return { transition: 'release', outage: { kind: error.kind, delayMs, cause: deserializeError(error) } }
  }
  return failOrRetry(error, failures + 1, maxAttempts)
}

/** Milliseconds until the next attempt after that many earlier outages. */
export function outageDelayMs(outages: number): number {
  const longer = Math.max(0, Math.min(outages - maxOutages, maxDoublings))
  return backoffMs(1 + Math.min(outages, maxDoublings) + longer)
}

export type OutageKind = 'databaseUnavailable' | 'storageUnavailable'

/** Whether the service's own database or disk was unavailable. */
export function isOutage(error: HandlerError): error is HandlerError & { kind: OutageKind } {
  const { kind } = error
  return kind === 'databaseUnavailable' || kind === 'storageUnavailable'
}

const transitionAfter = {
  cancel: 'cancel',
  deadline: 'timeOut',
  shutdown: 'release',
  'lease-lost': undefined,
} as const

/** `failures`: including this one. */
function failOrRetry(error: HandlerError, failures: number, maxAttempts: number): ErrorDecision {
  const cause = deserializeError(error)
  if (error.kind === 'operation') {
    const { code, detail, errors } = error
    return { transition: 'fail', failure: { code, detail, errors, cause } }
  }
  const retryAfter = error.kind === 'retryable' ? error.retryAfter : undefined
  if (failures >= maxAttempts) {
    const times = failures === 1 ? 'once' : `${failures} times`
    // Only the text of a RetryableError is meant for callers.
    const last = error.kind === 'retryable' ? ` The last error: ${error.detail}` : ''
    const detail = `The work failed ${times} and is not retried.${last}`
    return { transition: 'fail', failure: { code: 'PROCESSING_ERROR', detail, retryAfter, cause } }
  }
  const delayMs = retryAfter === undefined ? backoffMs(failures) : retryAfter * 1000
  return { transition: 'retry', delayMs, failure: attemptFailure(publicDetail(error), delayMs, cause) }
}

/** Why an attempt failed that another one follows. */
export function attemptFailure(detail: string, delayMs: number, cause?: unknown): Failure {
  const text = `The attempt failed: ${detail.replace(/\.$/, '')}. The operation is tried again.`
  return { code: 'PROCESSING_ERROR', detail: text, retryAfter: Math.ceil(delayMs / 1000), cause }
}
