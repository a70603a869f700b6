import type { ProblemCode } from '../../contract/problems.ts'
import { OperationError, RetryableError, type StepContext, type Vendors } from '../define.ts'

/** A request to a vendor and its undo, for example `POST {stock}/reservations` and `POST {stock}/reservations/{key}/release`. */
export type Effect = {
  vendor: keyof Vendors
  resource: string
  undo: string
  /** The code that the operation fails with when the vendor declines. */
  declined: ProblemCode
  /** The request has personal data, which a text of the vendor may repeat: of a reason only a code is shown. */
  confidential?: boolean
}

export type VendorResponse = { status: number; body: Record<string, unknown> }

/** After this time a call is repeated in the next attempt, with the same key. */
const callMs = 5000

/** The longest `Retry-After` of a vendor that is honoured. */
const longestRetrySeconds = 60

/**
 * Sends the request with `context.key` as idempotency key and returns the vendor's response. Throws an `OperationError` when the vendor
 * declines, and a `RetryableError` when the effect may have happened or may still happen.
 */
export function request(context: StepContext, effect: Effect, body: Record<string, unknown>): Promise<VendorResponse> {
  const { resource } = effect
  return call(context, effect, { name: resource, path: resource, key: context.key, body })
}

/** Undoes the request. A vendor accepts this also for a request that it has never received, and refuses that request later. */
export async function undo(context: StepContext, effect: Effect): Promise<void> {
  const name = `${effect.resource}/${effect.undo}`
  const path = `${effect.resource}/${encodeURIComponent(context.key)}/${effect.undo}`
  await call(context, effect, { name, path, key: `${context.key}:undo`, body: {} })
}

/** `name`: the path as it is logged, without the key. */
type Call = { name: string; path: string; key: string; body: Record<string, unknown> }

async function call(context: StepContext, effect: Effect, vendorCall: Call): Promise<VendorResponse> {
  const { vendor } = effect
  const startMs = performance.now()
  const { response, body } = await post(context, vendor, vendorCall)
  const durationMs = Math.round(performance.now() - startMs)
  const { status } = response
  context.log(`${vendor} vendor responded ${status} to ${vendorCall.name}`, { vendor, status, durationMs })
  if (response.ok) return { status, body }
  if (status >= 500 || transient.has(status)) {
    const message = `the ${vendor} vendor responded ${status}`
    throw new RetryableError(message, retryAfterOf(response))
  }
  if (status >= 400 && typeof body.reason === 'string') {
    const reason = effect.confidential ? codeIn(body) : reasonOf(body)
    throw new OperationError(effect.declined, `The ${vendor} vendor declined${reason && `: ${reason}`}.`)
  }
  throw new OperationError(
    'VENDOR_REFUSED',
    `The ${vendor} vendor responded ${status} to ${vendorCall.name}, which is unexpected.`,
  )
}

/** Statuses after which a retry may succeed: timeout, same key in progress, too early, too many requests. */
const transient = new Set([408, 409, 425, 429])

async function post(
  { vendors, signal, fence, log, traceparent }: StepContext,
  vendor: keyof Vendors,
  { name, path, key, body }: Call,
) {
  const timeout = AbortSignal.timeout(callMs)
  try {
    const response = await fetch(`${vendors[vendor]}/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        'x-fence': String(fence),
        ...(traceparent === undefined ? {} : { traceparent }),
      },
      body: JSON.stringify(body),
      // A redirect could send payment or personal data to another host.
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    })
    return { response, body: recordOf(await response.text()) }
  } catch (cause) {
    signal.throwIfAborted()
    const failure = timeout.aborted ? `did not respond within ${callMs / 1000} s` : 'could not be reached'
    log(`${vendor} vendor ${failure}: ${name}`, { vendor })
    throw new RetryableError(`the ${vendor} vendor ${failure}`, { cause })
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

/** The vendor's message or reason, without control characters and cut to 200 characters. */
function reasonOf({ reason, message }: Record<string, unknown>): string {
  const text = typeof message === 'string' ? message : String(reason)
  return text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, 200)
    .toWellFormed()
}

/** The vendor's reason if it is a code like `NOT_COVERED`, else an empty text. */
function codeIn({ reason }: Record<string, unknown>): string {
  return typeof reason === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(reason) ? reason : ''
}

function retryAfterOf({ headers }: Response): { retryAfter?: number } {
  const text = headers.get('retry-after') ?? ''
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return seconds >= 0 ? { retryAfter: Math.min(Math.ceil(seconds), longestRetrySeconds) } : {}
}
