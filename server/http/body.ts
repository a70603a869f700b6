import type { Context } from 'hono'
import { Problem } from '../contract/problem.ts'
import type { Route } from '../contract/routes.ts'
import { parseJson } from './json.ts'
import { wholeInTime } from './patience.ts'

export const jsonMaxBytes = 1_000_000

/**
 * Lets a request body in: refuses other media types and compressed bodies (415), and JSON that is too large (413) or not
 * strict. Answers what a JSON body says, `{}` where an optional one is missing; any other is left to be streamed.
 */
export async function admitBody(c: Context, route: Route): Promise<unknown> {
  if (route.bodyTypes.length === 0) return undefined
  const type = c.req.header('content-type')
  // RFC 9112 §6.3: without either header a request has no body.
  const empty = Number(c.req.header('content-length') ?? 0) === 0 && c.req.header('transfer-encoding') === undefined
  if (type === undefined && empty && !route.bodyRequired) return {}
  refuseEncoding(c.req.header('content-encoding'))
  if (type === undefined && empty) throw new Problem('INVALID_REQUEST', `A body is needed: send ${listed(route)}.`)
  if (!route.bodyTypes.includes(mediaTypeOf(type)) || !isUtf8(type)) {
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', `Send ${listed(route)}, in UTF-8.`)
  }
  if (route.json === undefined) return undefined
  return empty && !route.bodyRequired ? {} : parseJson(decode(await wholeInTime(c.req.raw, readAll(c.req.raw))))
}

/** A body that is not worth reading to its end before the connection is used again. */
const drainedBytes = 65_536

/** Whether a refused request may leave so much of its body unread that its connection should end. */
export function leavesBody(c: Context, refused: Problem): boolean {
  if (refused.code === 'CONTENT_TOO_LARGE' || refused.code === 'REQUEST_TIMEOUT') return true
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

/** With a declared length the listener ends the body there; a chunked one does not say its size, and is counted while read. */
async function readAll(request: Request): Promise<Uint8Array> {
  const tooLarge = () =>
    new Problem('CONTENT_TOO_LARGE', `A JSON body may have ${jsonMaxBytes.toLocaleString('en')} bytes.`)
  const declared = request.headers.get('content-length')
  if (Number(declared ?? 0) > jsonMaxBytes) throw tooLarge()
  try {
    // Beside `body` this is a fifth of the work: the listener then makes no stream.
    if (declared !== null) return new Uint8Array(await request.arrayBuffer())
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength
      if (size > jsonMaxBytes) throw tooLarge()
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('INVALID_REQUEST', 'The body broke off. Send it again.', { cause: error })
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw new Problem('INVALID_REQUEST', 'The body is not UTF-8.', { cause: error })
  }
}
