import { type Interruption, OperationError, RetryableError } from '../handlers/define.ts'
import { backoffMs } from '../lifecycle/schedule.ts'

/** How a handler's run came to an end. */
export type Outcome<R> =
  | { kind: 'returned'; result: R }
  /** Completed by `ctx.finish`, inside the handler's own transaction. */
  | { kind: 'finished' }
  | { kind: 'threw'; error: unknown }

/** What is wrong, for the caller; `cause` is for the log. */
export type Failure = {
  code: string
  detail: string
  errors?: { pointer: string; message: string }[]
  cause?: unknown
}

/** What is to be done about it. */
export type Verdict<R> =
  | { step: 'finish'; result: R }
  | { step: 'confirm' }
  | { step: 'fail'; failure: Failure }
  | { step: 'retry'; delayMs: number; cause: unknown }
  | { step: 'release' | 'cancel' | 'timeOut' | 'leave' }

/**
 * Judges an outcome. What a handler throws after it was told to stop is how it stopped, whatever it is; a result that it
 * returns all the same counts, if the operation still is this attempt's.
 */
export function judge<R>(
  outcome: Outcome<R>,
  attempt: { interruption: Interruption | undefined; failures: number; maxAttempts: number },
): Verdict<R> {
  if (outcome.kind === 'returned') return { step: 'finish', result: outcome.result }
  if (outcome.kind === 'finished') return { step: 'confirm' }
  const { error } = outcome
  if (attempt.interruption) return { step: stepAfter[attempt.interruption.kind] }
  if (error instanceof OperationError) {
    const { code, message, errors, cause } = error
    return { step: 'fail', failure: { code, detail: message, errors, cause } }
  }
  const failures = attempt.failures + 1
  if (failures >= attempt.maxAttempts) {
    const times = failures === 1 ? 'once' : `${failures} times`
    const detail = `The work failed ${times}, and is not tried again.`
    return { step: 'fail', failure: { code: 'PROCESSING_ERROR', detail, cause: error } }
  }
  const retryAfter = error instanceof RetryableError ? error.retryAfter : undefined
  return { step: 'retry', delayMs: retryAfter === undefined ? backoffMs(failures) : retryAfter * 1000, cause: error }
}

const stepAfter = { cancel: 'cancel', deadline: 'timeOut', shutdown: 'release', 'lease-lost': 'leave' } as const

/**
 * The failure that a database's refusal of a result amounts to; undefined when the error says nothing about the result.
 * Class 22 (data exception): a NUL or half a surrogate pair in a text, a number out of range. 54: too large.
 */
export function refusedResult(error: unknown): Failure | undefined {
  const state = sqlState(error)
  const unspeakable = error instanceof TypeError
  if (!unspeakable && !state?.startsWith('22') && !state?.startsWith('54')) return undefined
  return {
    code: 'INVALID_RESULT',
    detail: 'The work was done, but its result holds a value that cannot be stored.',
    cause: error,
  }
}

/** The SQLSTATE of a failed query, however deep it is wrapped. */
export function sqlState(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && /^[0-9A-Z]{5}$/.test(at.code)) return at.code
  }
  return undefined
}
