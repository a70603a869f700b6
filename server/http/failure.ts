import { HTTPException } from 'hono/http-exception'
import { Problem } from '../contract/problem.ts'
import { isLost } from '../database/away.ts'

/** Seconds after which a database or a disk is worth another try. */
const restSeconds = 2

/** What a thrown value means to the caller. The value itself is the problem's cause, for the log. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (isUnavailable(error)) return unavailable(error)
  if (error instanceof HTTPException && error.status < 500) {
    return new Problem('INVALID_REQUEST', 'The request cannot be read.', { cause: error })
  }
  const detail = 'Something went wrong in the service. Quote the request id when you report it.'
  return new Problem('INTERNAL_ERROR', detail, { cause: error })
}

/** The database or the storage is away; `cause` says how, to the log. */
export function unavailable(cause: unknown): Problem {
  const detail = 'The service cannot reach its database or its storage now. Try again after the seconds in Retry-After.'
  return new Problem('UNAVAILABLE', detail, { retryAfter: restSeconds, cause })
}

/** Besides connections that broke: the disk is full. */
function isUnavailable(error: unknown): boolean {
  if (isLost(error)) return true
  return error instanceof Error && (('code' in error && error.code === 'ENOSPC') || isUnavailable(error.cause))
}
