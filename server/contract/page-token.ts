import { createHmac, timingSafeEqual } from 'node:crypto'
import canonicalize from 'canonicalize'
import { Problem } from './problem.ts'

/** What a page token is good for: another owner, list or filter makes it invalid. */
export type PageScope = { ownerId: string; endpoint: string; filters: Readonly<Record<string, unknown>> }

/** Opaque tokens that carry where the next page begins, signed so that nobody else can make one. */
export type PageTokens = {
  seal(scope: PageScope, position: readonly string[]): string
  /** Undefined without a token. Throws `INVALID_PAGE_TOKEN`, naming `parameter`, for one that was changed, or made for another scope. */
  open(scope: PageScope, token: string | undefined, parameter?: string): string[] | undefined
}

export function createPageTokens(key: Buffer): PageTokens {
  const sign = (scope: PageScope, body: string) =>
    createHmac('sha256', key)
      .update(`${canonicalize(scope)}\n${body}`)
      .digest()
  return {
    seal(scope, position) {
      const body = Buffer.from(JSON.stringify(position)).toString('base64url')
      return `${body}.${sign(scope, body).toString('base64url')}`
    },
    open(scope, token, parameter = 'pageToken') {
      if (token === undefined) return undefined
      const [body = '', signature = ''] = token.split('.')
      const given = Buffer.from(signature, 'base64url')
      const right = sign(scope, body)
      if (given.length !== right.length || !timingSafeEqual(given, right)) {
        throw new Problem('INVALID_PAGE_TOKEN', `The ${parameter} was not made for this owner, list and filters.`, {
          errors: [{ parameter, message: 'send it as it came, with the same filters' }],
        })
      }
      return JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
    },
  }
}
