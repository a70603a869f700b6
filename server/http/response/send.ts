import { Readable } from 'node:stream'
import type { AnyResponse, EventStream } from '../../contract/implementation.ts'
import type { Problem } from '../../contract/problem.ts'
import { requestAnswered } from '../../telemetry/events.ts'
import type { Backend } from '../backend.ts'
import type { RequestContext } from '../exchange.ts'
import { createAuditor } from '../policy/audit.ts'
import { type Cors, completeHeaders } from './headers.ts'
import { locate } from './location.ts'

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
    headers['content-type'] = contentTypeOf(mediaType)
    return { status, headers, body: bodyOf(response.content, method) }
  }
  if (response.stream) {
    if (response.mediaType) headers['content-type'] = `${response.mediaType}; charset=utf-8`
    return { status, headers, body: null, ...(method === 'HEAD' ? {} : { stream: response.stream }) }
  }
  if (response.body === undefined) return { status, headers, body: null }
  headers['content-type'] = 'application/json'
  return { status, headers, body: encoded(JSON.stringify(response.body)) }
}

export function contentTypeOf(mediaType: string): string {
  return mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType
}

/** A socket takes a long text several times slower than its bytes. */
const longText = 16_384
const encoder = new TextEncoder()

function encoded(text: string): string | Uint8Array {
  return text.length < longText ? text : encoder.encode(text)
}

function bodyOf(content: string | Uint8Array | Readable, method: string) {
  if (typeof content === 'string' || content instanceof Uint8Array) return content
  if (method !== 'HEAD') return Readable.toWeb(content) as ReadableStream<Uint8Array>
  content.destroy()
  return null
}

/** Sends a response. `problem`: the one that it renders, for the audit log. */
export type Send = (c: RequestContext, reply: Reply, problem?: Problem) => Response

/** The one place through which responses leave: adds the headers that every response has, and writes the request and audit log. */
export function createSend({ log, links }: Pick<Backend, 'log' | 'links'>, cors: Cors | undefined): Send {
  const audit = createAuditor(log)
  const complete = completeHeaders(links.origin, cors)
  return (c, { status, headers: own, body, stream }, problem) => {
    const {
      startMs,
      requestId,
      route,
      address,
      byTls,
      headers: common,
      caller,
      concerned,
      response,
      span,
    } = c.get('exchange')
    const origin = cors ? c.req.header('origin') : undefined
    if (own.location !== undefined || own['content-location'] !== undefined)
      locate(links.origin, own, c.req.header('host'))
    const headers = complete(Object.assign(own, common), {
      origin,
      byTls,
      requestId,
      status,
      hasCaller: caller !== undefined,
    })
    if (route)
      audit({ route, requestId, address, caller, concerned, path: () => c.req.param(), status, response, problem })
    span?.end({ status, code: problem?.code })
    requestAnswered(log, {
      requestId,
      method: c.req.method,
      route: route?.path ?? 'unknown',
      status,
      durationMs: Math.round((performance.now() - startMs) * 10) / 10,
      ...(caller?.ownerId ? { ownerId: caller.ownerId } : {}),
      ...(span ? { traceId: span.traceId } : {}),
    })
    if (stream && status === 101) {
      c.env.webSocket = stream
      // A `Response` cannot have the status 101.
      return new Response(null, { headers })
    }
    if (stream) c.env.stream = stream
    return new Response(body, { status, headers })
  }
}
