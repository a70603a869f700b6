import type { Context } from 'hono'
import { Problem } from '../contract/problem.ts'
import type { Route } from '../contract/routes.ts'
import { checkJson } from './json.ts'

export const jsonMaxBytes = 1_000_000

/**
 * Lets a request body in: refuses other media types and compressed bodies (415), and JSON that is too large (413) or not
 * strict. A JSON body is read here, once; any other is left to be streamed.
 */
export async function admitBody(c: Context, route: Route): Promise<void> {
  if (route.bodyTypes.length === 0) return
  const type = c.req.header('content-type')
  // RFC 9112 §6.3: without either header a request has no body.
  const empty = Number(c.req.header('content-length') ?? 0) === 0 && c.req.header('transfer-encoding') === undefined
  if (type === undefined && empty && !route.bodyRequired) return
  refuseEncoding(c.req.header('content-encoding'))
  if (type === undefined && empty) throw new Problem('INVALID_REQUEST', `A body is needed: send ${listed(route)}.`)
  if (!route.bodyTypes.includes(mediaTypeOf(type)) || !isUtf8(type)) {
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', `Send ${listed(route)}, in UTF-8.`)
  }
  if (!route.bodyTypes.includes('application/json')) return
  const text = empty && !route.bodyRequired ? '{}' : decode(await readAll(c.req.raw))
  checkJson(text)
  // Where Hono itself keeps a body that was read.
  Object.assign(c.req.bodyCache, { text: Promise.resolve(text) })
}

/** A body that is not worth reading to its end before the connection is used again. */
const drainedBytes = 65_536

/** Whether a refused request may leave so much of its body unread that its connection should end. */
export function leavesBody(c: Context, refused: Problem): boolean {
  if (refused.code === 'CONTENT_TOO_LARGE') return true
  const large = Number(c.req.header('content-length') ?? 0) > drainedBytes
  return (large || c.req.header('transfer-encoding') !== undefined) && !c.req.raw.bodyUsed
}

export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

function isUtf8(contentType: string | undefined): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType ?? '')?.[1]
  return charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset)
}

function refuseEncoding(encoding: string | undefined) {
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return
  throw new Problem('UNSUPPORTED_MEDIA_TYPE', 'The body is compressed. Send it without Content-Encoding.')
}

function listed({ bodyTypes }: Route): string {
  return bodyTypes.join(' or ')
}

/** Counts while it reads: a chunked body does not say its size. */
async function readAll(request: Request): Promise<Uint8Array> {
  const tooLarge = () =>
    new Problem('CONTENT_TOO_LARGE', `A JSON body may have ${jsonMaxBytes.toLocaleString('en')} bytes.`)
  if (Number(request.headers.get('content-length') ?? 0) > jsonMaxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength
      if (size > jsonMaxBytes) throw tooLarge()
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('INVALID_REQUEST', 'The body broke off. Send it again.', { cause: error })
  }
  return Buffer.concat(chunks)
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Problem('INVALID_REQUEST', 'The body is not UTF-8.', { cause: error })
  }
}
