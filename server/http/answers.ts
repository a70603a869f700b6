import { Readable } from 'node:stream'
import type { AnyResponse, EventSocket, EventStream } from '../contract/implementation.ts'
import { type Problem, problemDocument } from '../contract/problem.ts'
import { problems } from '../contract/problems.ts'

/** An answer as HTTP. The names of its headers are in lower case; they are a plain object because the listener then need not take `Headers` apart again. */
export type Reply = {
  status: number
  headers: Record<string, string>
  body: string | ReadableStream<Uint8Array> | null
  stream?: EventStream
  socket?: EventSocket
}

/** What an endpoint answers, as HTTP. */
export function replyOf(answer: AnyResponse, method: string): Reply {
  const { status } = answer
  const headers: Record<string, string> = {}
  for (const name in answer.headers) {
    const value = answer.headers[name]
    if (value !== undefined) headers[name.toLowerCase()] = String(value)
  }
  if (answer.content !== undefined) {
    const mediaType = answer.mediaType ?? 'application/octet-stream'
    headers['content-type'] = mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType
    return { status, headers, body: bodyOf(answer.content, method) }
  }
  if (answer.stream) {
    headers['content-type'] = `${answer.mediaType}; charset=utf-8`
    return { status, headers, body: null, ...(method === 'HEAD' ? {} : { stream: answer.stream }) }
  }
  if (answer.socket) return { status, headers, body: null, socket: answer.socket }
  if (answer.body === undefined) return { status, headers, body: null }
  headers['content-type'] = 'application/json'
  return { status, headers, body: JSON.stringify(answer.body) }
}

function bodyOf(content: string | Readable, method: string) {
  if (typeof content === 'string') return content
  if (method !== 'HEAD') return Readable.toWeb(content) as ReadableStream<Uint8Array>
  content.destroy()
  return null
}

/** RFC 9457. */
export function problemReply(
  problem: Problem,
  at: { path: string; requestId: string; origin: string },
): Reply & { body: string } {
  const { code, message, extra } = problem
  const document = problemDocument(code, {
    detail: message,
    requestId: at.requestId,
    origin: at.origin,
    ...(presentable(at.path) ? { instance: at.origin + at.path } : {}),
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

/** Whether a path can stand in a document as a URI reference. */
function presentable(path: string): boolean {
  return path.length <= 300 && /^(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9a-f]{2})*$/i.test(path)
}
