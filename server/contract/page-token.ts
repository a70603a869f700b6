import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import canonicalize from 'canonicalize'
import { decodeBase64 } from '../lib/base64.ts'
import { Problem } from './problem.ts'

/** The owner, list and filters for which a page token is valid. */
export type PageScope = { ownerId: string; endpoint: string; filters: Readonly<Record<string, unknown>> }

/** Opaque, signed tokens with the position where the next page starts. */
export type PageTokens = {
  seal(scope: PageScope, position: readonly string[]): string
  /** The position; undefined without a token. Throws `INVALID_PAGE_TOKEN`, naming `parameter`, if it was changed or is for another scope. */
  open(scope: PageScope, token: string | undefined, parameter?: string): string[] | undefined
}

export function createPageTokens(secret: Buffer): PageTokens {
  const key = createSecretKey(secret)
  // An event stream seals a cursor with each event, for one scope.
  const canonical = new WeakMap<PageScope, string>()

  function textOf(scope: PageScope): string {
    const known = canonical.get(scope)
    if (known !== undefined) return known
    const text = canonicalize(scope) ?? ''
    canonical.set(scope, text)
    return text
  }

  const sign = (scope: PageScope, body: string) =>
    createHmac('sha256', key)
      .update(`${textOf(scope)}\n${body}`)
      .digest()

  return {
    seal(scope, position) {
      const body = Buffer.from(JSON.stringify(position)).toString('base64url')
      return `${body}.${sign(scope, body).toString('base64url')}`
    },
    open(scope, token, parameter = 'pageToken') {
      if (token === undefined) return undefined
      const [body = '', signature = '', ...more] = token.split('.')
      const position = decodeBase64(body, 'base64url')
      const given = decodeBase64(signature, 'base64url')
      const right = sign(scope, body)
      const isSigned = given?.length === right.length && timingSafeEqual(given, right)
      if (!position || !isSigned || more.length > 0) {
        throw new Problem('INVALID_PAGE_TOKEN', `The ${parameter} was not issued for this owner, list and filters.`, {
          errors: [{ parameter, message: 'send it unchanged, with the same filters' }],
        })
      }
      return JSON.parse(position.toString('utf8'))
    },
  }
}
