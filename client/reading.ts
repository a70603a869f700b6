import type { Calls } from './calls.ts'
import type { Operation } from './operations.ts'
import { type CallOptions, retryAfterMs } from './waiting.ts'

/** Duration of a long poll. The service responds at once when the operation changes; log lines are not changes. */
export const holdSeconds = 10
/** Pause between two long polls that were held. A change meanwhile is seen after it. */
export const betweenHoldsMs = 20
/** A response that took less counts as not held: a proxy that changes ETags makes the service respond at once, each time. */
export const leastHoldMs = 1000

/** Upper limit of the poll interval, also for a late `startAfter`, so that a cancel by another client is seen. */
const longestPauseMs = 60_000

/** Lower limit of the poll interval, whatever `Retry-After` says. */
const leastPauseMs = 1000

/** One read of an operation. Without `operation` the operation has not changed. */
export type Reading = {
  operation?: Operation | undefined
  etag?: string | undefined
  askAgainMs?: number | undefined
  /** The response was a long poll that took time. */
  wasHeld?: boolean
  /** The service applied the preference for a long poll. */
  wasApplied?: boolean
}

/**
 * Reads the operation. With `holdSeconds` by a long poll, if the service supports it: for a change since `etag`, or without `etag` for the
 * end of the operation.
 */
export async function read(
  { persistent }: Calls,
  operationId: string,
  { etag, holdSeconds, ...options }: CallOptions & { etag?: string | undefined; holdSeconds?: number },
): Promise<Reading> {
  const wait = holdSeconds !== undefined ? { Prefer: `wait=${holdSeconds}` } : {}
  const askedAt = performance.now()
  const { data, error, response } = await persistent.GET('/operations/{operationId}', {
    params: { path: { operationId } },
    headers: { 'If-None-Match': etag, ...wait },
    ...options,
  })
  if (error) throw error
  const tookTime = performance.now() - askedAt >= leastHoldMs
  const wasApplied = response.headers.get('Preference-Applied')?.startsWith('wait') ?? false
  const reading = { askAgainMs: retryAfterMs(response.headers), wasApplied, wasHeld: tookTime && wasApplied }
  return data === undefined
    ? { ...reading, etag }
    : { ...reading, operation: data, etag: response.headers.get('ETag') ?? undefined }
}

/** The time of the next useful poll, by `performance.now()`. */
export function askAt({ wasHeld, askAgainMs = 1000 }: Reading): number {
  return performance.now() + (wasHeld ? betweenHoldsMs : Math.min(Math.max(askAgainMs, leastPauseMs), longestPauseMs))
}
