import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { Problem } from '../../contract/problem.ts'
import { type Coding, codingOf, codings, matches, tagOf } from './representation.ts'

/** Encodes a document in a content coding. */
export type Encode = (coding: Coding) => Promise<Uint8Array>

/** Request headers, by lower-case name. */
export type DocumentHeaders = { 'accept-encoding'?: string; 'if-none-match'?: string }

const varying = 'Accept-Encoding'

/**
 * Serves a document that is the same for all callers: negotiates the content coding (RFC 9110 §12.5.3) and returns 304 if the client has
 * it. Each coding has its own strong entity tag and is encoded once, at the first request for it.
 */
export function publicDocument<
  MediaType extends string,
  CacheControl extends string,
  Headers extends Record<string, string> = Record<never, string>,
>(
  encode: Encode,
  {
    mediaType,
    cacheControl,
    headers: others = {} as Headers,
  }: { mediaType: MediaType; cacheControl: CacheControl; headers?: Headers },
) {
  const encoded = new Map<Coding, Promise<{ content: Uint8Array; etag: string }>>()

  function representation(coding: Coding) {
    const known = encoded.get(coding)
    if (known) return known
    const encoding = encode(coding).then((content) => ({ content, etag: tagOf(content) }))
    encoded.set(coding, encoding)
    return encoding
  }

  return async (headers: DocumentHeaders) => {
    const coding = codingOf(headers['accept-encoding'])
    if (coding === undefined) {
      throw new Problem('NOT_ACCEPTABLE', `Accept-Encoding excludes ${codings.join(', ')}. Allow one of them.`, {
        headers: { vary: varying },
      })
    }
    const { content, etag } = await representation(coding)
    const kept = { 'Cache-Control': cacheControl, ETag: etag, Vary: varying } as const
    if (matches(headers['if-none-match'], etag)) return { status: 304, headers: kept } as const
    const encoding = coding === 'identity' ? {} : { 'Content-Encoding': coding }
    return { status: 200, headers: { ...kept, ...encoding, ...others }, mediaType, content } as const
  }
}

/** Encodes a text. Brotli quality 5: the highest takes 30 times as long, to save a tenth. */
export function encoderOf(text: string): Encode {
  return async (coding) => {
    if (coding === 'br') return brotli(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
    return coding === 'gzip' ? gzipped(text) : Buffer.from(text)
  }
}

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)
