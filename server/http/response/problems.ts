import { HTTPException } from 'hono/http-exception'
import { Problem, problemDocument } from '../../contract/problem.ts'
import { problems } from '../../contract/problems.ts'
import type { RenderProblem } from '../../contract/routes.ts'
import { isConnectionError } from '../../database/errors.ts'
import { StorageUnavailable } from '../../files/store.ts'
import { withTimeout } from '../../lib/timeout.ts'

/** A problem document (RFC 9457), or what `render` makes of it. */
export function problemReply(
  problem: Problem,
  {
    path,
    requestId,
    origin,
    render,
  }: { path: string; requestId: string; origin: string; render?: RenderProblem | undefined },
): { status: number; headers: Record<string, string>; body: string } {
  const { code, message, extra } = problem
  const document = problemDocument(code, {
    detail: message,
    requestId,
    origin,
    ...(isUriReference(path) ? { instance: origin + path } : {}),
    ...extra,
  })
  const rendered = render?.(document)
  const headers = {
    'content-type': rendered ? 'application/json' : 'application/problem+json',
    'cache-control': 'no-store',
    ...rendered?.headers,
    ...problem.headers,
    ...(document.retryAfter === undefined ? {} : { 'retry-after': String(document.retryAfter) }),
  }
  const status = rendered?.status ?? problems[code].status
  return { status, headers, body: JSON.stringify(rendered ? rendered.body : document) }
}

function isUriReference(path: string): boolean {
  return path.length <= 300 && /^(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9a-f]{2})*$/i.test(path)
}

/** Seconds after which the database or the disk may be available again. */
const retrySeconds = 2

/** The problem that a thrown value becomes. The value is the problem's cause, for the log. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (isUnavailable(error)) return unavailable(error)
  if (error instanceof HTTPException && error.status < 500) {
    return new Problem('INVALID_REQUEST', 'The request cannot be read.', { cause: error })
  }
  const detail = 'An unexpected error occurred in the service. Report the request id.'
  return new Problem('INTERNAL_ERROR', detail, { cause: error })
}

function unavailable(cause: unknown): Problem {
  const detail = 'The service cannot reach its database or its storage. Retry after the seconds in Retry-After.'
  return new Problem('UNAVAILABLE', detail, { retryAfter: retrySeconds, cause })
}

/** How long the database may take for one request. */
const answerMs = 5000

/**
 * postgres.js may keep a query waiting for as long as the database refuses connections, or for ever on a half-open connection. The caller
 * gets a 503 then. The statement may still be executed, which an Idempotency-Key makes harmless. `heldMs`: how long the response may be
 * held beyond that.
 */
export function inDatabaseTime<T>(handling: Promise<T>, heldMs = 0): Promise<T> {
  return withTimeout(handling, answerMs + heldMs, () => unavailable('the database did not answer in time'))
}

/** Connection errors, and a full disk. */
function isUnavailable(error: unknown): boolean {
  if (isConnectionError(error) || error instanceof StorageUnavailable) return true
  return error instanceof Error && isUnavailable(error.cause)
}
