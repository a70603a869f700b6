import { Readable } from 'node:stream'
import type { AnyResponse } from '../contract/implementation.ts'
import { type Problem, problemDocument } from '../contract/problem.ts'
import { problems } from '../contract/problems.ts'
import { pagePolicy } from './pages.ts'

/** What an endpoint answers, as HTTP. */
export function responseOf(answer: AnyResponse, method: string): Response {
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (value !== undefined) headers.set(name, String(value))
  }
  if (answer.content !== undefined) {
    const mediaType = answer.mediaType ?? 'application/octet-stream'
    headers.set('content-type', mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType)
    headers.set('x-content-type-options', 'nosniff')
    if (mediaType === 'text/html') headers.set('content-security-policy', pagePolicy)
    return new Response(bodyOf(answer.content, method), { status: answer.status, headers })
  }
  if (answer.body === undefined) return new Response(null, { status: answer.status, headers })
  headers.set('content-type', 'application/json')
  return new Response(JSON.stringify(answer.body), { status: answer.status, headers })
}

function bodyOf(content: string | Readable, method: string) {
  if (typeof content === 'string') return content
  if (method !== 'HEAD') return Readable.toWeb(content) as ReadableStream<Uint8Array>
  content.destroy()
  return null
}

/** RFC 9457. */
export function problemResponse(problem: Problem, at: { path: string; requestId: string; origin: string }): Response {
  const { code, message, extra } = problem
  const document = problemDocument(code, {
    detail: message,
    requestId: at.requestId,
    origin: at.origin,
    ...(presentable(at.path) ? { instance: at.origin + at.path } : {}),
    ...extra,
  })
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  for (const [name, value] of Object.entries(problem.headers)) headers.set(name, value)
  if (extra.retryAfter !== undefined) headers.set('retry-after', String(extra.retryAfter))
  return new Response(JSON.stringify(document), { status: problems[code].status, headers })
}

/** Whether a path can stand in a document as a URI reference. */
function presentable(path: string): boolean {
  return path.length <= 300 && /^(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9a-f]{2})*$/i.test(path)
}
