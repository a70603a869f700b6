import { HTTPException } from 'hono/http-exception'
import { Problem } from '../contract/problem.ts'

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

const lostConnection = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOSPC',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])

/**
 * Connections that broke; SQLSTATE classes 08 (connection), 53 (resources: disk full, too many clients), 57P (shutdown), and
 * 3D000, 55000: the database is being replaced and takes no connection.
 */
function isUnavailable(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : ''
    if (lostConnection.has(code) || /^(08...|53...|57P..|3D000|55000)$/.test(code)) return true
  }
  return false
}
