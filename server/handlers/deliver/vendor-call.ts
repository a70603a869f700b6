import type { ProblemCode } from '../../contract/problems.ts'
import { OperationError, RetryableError, type StepContext, type Vendors } from '../define.ts'

/** What is asked of a vendor, and how it is undone: `POST {stock}/reservations`, `POST {stock}/reservations/{key}/release`. */
export type Effect = {
  vendor: keyof Vendors
  resource: string
  undo: string
  /** What the operation fails with when the vendor says no. */
  declined: ProblemCode
}

/** A vendor that takes longer for one call has lost it: it is asked again with the same key. */
const callMs = 5000

/** No vendor's `Retry-After` keeps an operation waiting for longer. */
const longestRetrySeconds = 60

/**
 * Has the vendor do it, once for `context.key`, and answers what it said. Throws an `OperationError` when it declines, and a
 * `RetryableError` when it may have done it or may yet do it.
 */
export function ask(
  context: StepContext,
  effect: Effect,
  body: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { resource } = effect
  return call(context, effect, { what: resource, path: resource, key: context.key, body })
}

/** Has it undone; the vendor takes that too when it never did it, and then refuses to do it later. */
export async function undo(context: StepContext, effect: Effect): Promise<void> {
  const what = `${effect.resource}/${effect.undo}`
  const path = `${effect.resource}/${encodeURIComponent(context.key)}/${effect.undo}`
  await call(context, effect, { what, path, key: `${context.key}:undo`, body: {} })
}

/** `what`: the path as a log shows it. */
type Call = { what: string; path: string; key: string; body: Record<string, unknown> }

async function call(context: StepContext, effect: Effect, asked: Call) {
  const { vendor } = effect
  const startMs = performance.now()
  const { response, answer } = await post(context, vendor, asked)
  const durationMs = Math.round(performance.now() - startMs)
  const { status } = response
  context.log(`${vendor} vendor answered ${status} to ${asked.what}`, { vendor, status, durationMs })
  if (response.ok) return answer
  if (status >= 500 || passing.has(status)) {
    const message = `the ${vendor} vendor answered ${status}`
    throw new RetryableError(message, retryAfterOf(response))
  }
  if (status >= 400 && typeof answer.reason === 'string') {
    throw new OperationError(effect.declined, `The ${vendor} vendor declined: ${wordsOf(answer)}.`)
  }
  throw new OperationError(
    'VENDOR_REFUSED',
    `The ${vendor} vendor answered ${status} to ${asked.what}, which it should take.`,
  )
}

/** Refusals that say nothing of the request itself: timeout, the same key in flight, too early, too many. */
const passing = new Set([408, 409, 425, 429])

async function post(
  { vendors, signal, fence, log }: StepContext,
  vendor: keyof Vendors,
  { what, path, key, body }: Call,
) {
  const late = AbortSignal.timeout(callMs)
  try {
    const response = await fetch(`${vendors[vendor]}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key, 'x-fence': String(fence) },
      body: JSON.stringify(body),
      // A redirect is a wrong address, not another place to send money to.
      redirect: 'manual',
      signal: AbortSignal.any([signal, late]),
    })
    return { response, answer: recordOf(await response.text()) }
  } catch (cause) {
    signal.throwIfAborted()
    const fault = late.aborted ? `did not answer within ${callMs / 1000} s` : 'could not be reached'
    log(`${vendor} vendor ${fault}: ${what}`, { vendor })
    throw new RetryableError(`the ${vendor} vendor ${fault}`, { cause })
  }
}

function recordOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
  } catch {
    return {}
  }
}

/** Why, in the vendor's words, without what cannot stand in a sentence or a database. */
function wordsOf({ reason, message }: Record<string, unknown>): string {
  const words = typeof message === 'string' ? message : String(reason)
  return words
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, 200)
    .toWellFormed()
}

function retryAfterOf({ headers }: Response): { retryAfter?: number } {
  const text = headers.get('retry-after') ?? ''
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return seconds >= 0 ? { retryAfter: Math.min(Math.ceil(seconds), longestRetrySeconds) } : {}
}
