import type { Interruption } from '../handlers/define.ts'
import { backoffMs } from '../lifecycle/schedule.ts'
import type { WireError, WireOutcome } from './protocol.ts'
import { invalidResult } from './refusal.ts'

/** What is wrong, for the caller; `cause` is for the log. */
export type Failure = {
  code: string
  detail: string
  errors?: { pointer: string; message: string }[] | undefined
  cause?: unknown
}

/** What is to be done about it. */
export type Verdict =
  | { step: 'finish'; outcome: Extract<WireOutcome, { kind: 'returned' }> }
  | { step: 'confirm' }
  | { step: 'fail'; failure: Failure }
  | { step: 'retry'; delayMs: number; cause: unknown }
  | { step: 'giveBack'; delayMs: number; cause: unknown }
  | { step: 'release' | 'cancel' | 'timeOut' | 'leave' }

type Circumstances = {
  interruption: Interruption['kind'] | undefined
  failures: number
  maxAttempts: number
  /** How often the operation was given back before because the database was away. */
  outages: number
}

/** Outages that are not charged: an error that looks like one must not come back for ever. The longest wait is 16 s. */
const mostOutages = 10
const mostDoublings = 4

/**
 * Judges an outcome. What a handler throws after it was told to stop is how it stopped, whatever it is; a result that it
 * returns all the same counts, if the operation still is this attempt's. That our own database was away is no failure of the
 * operation.
 */
export function judge(outcome: WireOutcome, circumstances: Circumstances): Verdict {
  const { interruption, failures, maxAttempts, outages } = circumstances
  if (outcome.kind === 'returned') return { step: 'finish', outcome }
  if (outcome.kind === 'finished') return { step: 'confirm' }
  if (interruption) return { step: stepAfter[interruption] }
  if (outcome.error.kind === 'away' && outages < mostOutages) {
    const delayMs = backoffMs(1 + Math.min(outages, mostDoublings))
    return { step: 'giveBack', delayMs, cause: thrown(outcome.error) }
  }
  return judgeError(outcome.error, failures + 1, maxAttempts)
}

/** `failures`: with this one. */
function judgeError(error: WireError, failures: number, maxAttempts: number): Verdict {
  const cause = thrown(error)
  if (error.kind === 'operation') {
    const { code, detail, errors } = error
    return { step: 'fail', failure: { code, detail, errors, cause } }
  }
  if (error.kind === 'unstorable') return { step: 'fail', failure: { ...invalidResult, cause } }
  if (failures >= maxAttempts) {
    const times = failures === 1 ? 'once' : `${failures} times`
    // What a handler says for a person to read, where it does.
    const why = error.kind === 'retryable' ? ` The last time: ${error.detail}` : ''
    const detail = `The work failed ${times}, and is not tried again.${why}`
    return { step: 'fail', failure: { code: 'PROCESSING_ERROR', detail, cause } }
  }
  const retryAfter = error.kind === 'retryable' ? error.retryAfter : undefined
  return { step: 'retry', delayMs: retryAfter === undefined ? backoffMs(failures) : retryAfter * 1000, cause }
}

const stepAfter = { cancel: 'cancel', deadline: 'timeOut', shutdown: 'release', 'lease-lost': 'leave' } as const

/** An error again, for the log. */
function thrown({ cause }: WireError): Error {
  const { name, message, stack, code } = cause
  return Object.assign(new Error(message), { name, ...(stack ? { stack } : {}), ...(code ? { code } : {}) })
}
