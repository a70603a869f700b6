import { Readable } from 'node:stream'
import { HTTPException } from 'hono/http-exception'
import type { AnyResponse, EventStream } from '../../contract/implementation.ts'
import { Problem, problemDocument } from '../../contract/problem.ts'
import { problems } from '../../contract/problems.ts'
import { isConnectionError } from '../../database/errors.ts'
import { StorageUnavailable } from '../../files/store.ts'

/** A response as HTTP. Header names are in lower case, in a plain object, which the listener writes faster than `Headers`. */
export type Reply = {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array | ReadableStream<Uint8Array> | null
  stream?: EventStream
}

export function replyOf(response: AnyResponse, method: string): Reply {
  const { status } = response
  const headers: Record<string, string> = {}
  for (const name in response.headers) {
    const value = response.headers[name]
    if (value !== undefined) headers[name.toLowerCase()] = String(value)
  }
  if (response.content !== undefined) {
    const mediaType = response.mediaType ?? 'application/octet-stream'
    headers['content-type'] = mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType
    return { status, headers, body: bodyOf(response.content, method) }
  }
  if (response.stream) {
    if (response.mediaType) headers['content-type'] = `${response.mediaType}; charset=utf-8`
    return { status, headers, body: null, ...(method === 'HEAD' ? {} : { stream: response.stream }) }
  }
  if (response.body === undefined) return { status, headers, body: null }
  headers['content-type'] = 'application/json'
  return { status, headers, body: JSON.stringify(response.body) }
}

function bodyOf(content: string | Uint8Array | Readable, method: string) {
  if (typeof content === 'string' || content instanceof Uint8Array) return content
  if (method !== 'HEAD') return Readable.toWeb(content) as ReadableStream<Uint8Array>
  content.destroy()
  return null
}

/** A problem document. RFC 9457. */
export function problemReply(
  problem: Problem,
  { path, requestId, origin }: { path: string; requestId: string; origin: string },
): Reply & { body: string } {
  const { code, message, extra } = problem
  const document = problemDocument(code, {
    detail: message,
    requestId,
    origin,
    ...(isUriReference(path) ? { instance: origin + path } : {}),
    ...extra,
  })
  const headers = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...problem.headers,
    ...(extra.retryAfter === undefined ? {} : { 'retry-after': String(extra.retryAfter) }),
  }
  return { status: problems[code].status, headers, body: JSON.stringify(document) }
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

export function unavailable(cause: unknown): Problem {
  const detail = 'The service cannot reach its database or its storage. Retry after the seconds in Retry-After.'
  return new Problem('UNAVAILABLE', detail, { retryAfter: retrySeconds, cause })
}

function isUnavailable(error: unknown): boolean {
  if (isConnectionError(error) || error instanceof StorageUnavailable) return true
  return error instanceof Error && isUnavailable(error.cause)
}
