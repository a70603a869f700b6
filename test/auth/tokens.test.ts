import { generateKeyPair } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authenticate, createKeyring } from '../../server/auth/credential.ts'
import type { TokenRules } from '../../server/auth/token-rules.ts'
import { createTokens } from '../../server/auth/tokens.ts'
import type { Caller } from '../../server/contract/implementation.ts'
import { Problem } from '../../server/contract/problem.ts'
import { audience, openIssuer, type Signing, type TestIssuer } from './issuer-rig.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await openIssuer()
})
afterAll(() => issuer.close())

/** A keyring without cached tokens. */
function keyringOf(rules: Partial<TokenRules> = {}) {
  const { url, jwksUrl } = issuer
  const standard = { issuer: url, jwksUrl, audience, algorithms: ['RS256'], ownerClaim: 'sub' }
  return createKeyring([], { tokens: createTokens({ ...standard, ...rules }) })
}

type Result = Caller | { status: string; detail: string; headers: Record<string, string> }

async function resultFor(keyring: ReturnType<typeof keyringOf>, token: string): Promise<Result> {
  try {
    return await authenticate(keyring, new Headers({ authorization: `Bearer ${token}` }))
  } catch (error) {
    if (error instanceof Problem) return { status: error.code, detail: error.message, headers: error.headers }
    throw error
  }
}

const seconds = () => Math.floor(Date.now() / 1000)
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

let keyring: ReturnType<typeof keyringOf>
beforeEach(() => {
  keyring = keyringOf()
})

describe('a token of the issuer', () => {
  it('has the owner and the scopes that it names', async () => {
    const caller = await resultFor(keyring, await issuer.token({ scope: 'openid operations:read admin everything' }))
    expect(caller).toMatchObject({
      ownerId: 'carol',
      actor: 'jwt:carol',
      scopes: new Set(['operations:read', 'admin']),
    })
  })

  it.each([
    [{ scope: undefined }, []],
    [{ scope: '' }, []],
    [{ scope: undefined, scp: ['operations:write', 7] }, ['operations:write']],
    [{ scope: undefined, scp: 'operations:write admin' }, ['operations:write', 'admin']],
    [{ scope: undefined, scopes: ['operations:cancel'] }, ['operations:cancel']],
    [{ scope: { toString: 'admin' } }, []],
  ])('with the claims %o has the scopes %o', async (claims, scopes) => {
    expect(await resultFor(keyring, await issuer.token(claims))).toMatchObject({ scopes: new Set(scopes) })
  })

  it('shares the limits of all tokens of its subject and owner, and of no other', async () => {
    const keyring = keyringOf({ ownerClaim: 'tenant' })
    const rateLimitKeyOf = async (claims: object) => {
      const caller = await resultFor(keyring, await issuer.token({ tenant: 'acme', ...claims }))
      return 'rateLimitKey' in caller ? caller.rateLimitKey : caller
    }
    const mine = await rateLimitKeyOf({ jti: 1 })
    expect(mine).toEqual(expect.any(String))
    expect(await rateLimitKeyOf({ jti: 2, scope: 'admin' })).toBe(mine)
    for (const other of [{ sub: 'dave' }, { tenant: 'globex' }]) expect(await rateLimitKeyOf(other)).not.toBe(mine)
  })

  it('names its owner in the configured claim', async () => {
    const keyring = keyringOf({ ownerClaim: 'https://example.com/tenant' })
    const caller = await resultFor(keyring, await issuer.token({ 'https://example.com/tenant': 'acme' }))
    expect(caller).toMatchObject({ ownerId: 'acme', actor: 'jwt:carol' })
    expect(await resultFor(keyring, await issuer.token())).toMatchObject({ status: 'UNAUTHENTICATED' })
  })

  it('is verified once, then accepted from memory until it expires', async () => {
    const token = await issuer.token({ exp: seconds() - 3 })
    expect(keyring.callerOf(token)).toBeInstanceOf(Promise)
    const caller = (await keyring.callerOf(token)) as Caller
    expect(keyring.callerOf(token)).toBe(caller)
    expect(await keyring.recall([caller.credential])).toEqual([caller])
    const until = Date.now() + 4000
    while ((await keyring.recall([caller.credential])).length > 0 && Date.now() < until) await new Promise(setImmediate)
    expect(await keyring.recall([caller.credential])).toEqual([])
    expect(await resultFor(keyring, token)).toMatchObject({
      status: 'UNAUTHENTICATED',
      detail: expect.stringMatching(/expired/),
    })
  })

  it('is verified with the keys of the discovery document', async () => {
    expect(await resultFor(keyringOf({ jwksUrl: undefined }), await issuer.token())).toMatchObject({ ownerId: 'carol' })
  })
})

describe('401', () => {
  const refused: [string, Record<string, unknown>, RegExp, Signing?][] = [
    ['expired', { exp: seconds() - 3600 }, /expired/],
    ['without an expiry', { exp: undefined }, /exp is missing/],
    ['not valid yet', { nbf: seconds() + 3600 }, /not valid yet/],
    ['of another issuer', { iss: 'https://elsewhere.example' }, /iss does not have/],
    ['without an issuer', { iss: undefined }, /iss is missing/],
    ['for another audience', { aud: 'https://another.example' }, /aud does not have/],
    ['for nobody', { aud: undefined }, /aud is missing/],
    ['without a subject', { sub: undefined }, /sub is missing/],
    ['with an empty owner', { sub: '' }, /sub does not name/],
    ['with an owner that is not a string', { sub: 7 }, /sub/],
    ['with an owner of 101 characters', { sub: 'x'.repeat(101) }, /sub does not name/],
    ['with an owner with a space', { sub: 'a b' }, /sub does not name/],
    ['with an owner with a control character', { sub: 'a\u0000b' }, /sub does not name/],
    ['with an owner with a lone surrogate', { sub: 'a\ud800' }, /sub does not name/],
    ['signed with an unknown key', {}, /no such key/, { header: { kid: 'unheard-of' } }],
    ['with an unknown critical extension', {}, /malformed/, { header: { crit: ['newer'], newer: true } }],
  ]
  it.each(refused)('a token %s', async (_, claims, reason, signing) => {
    const token = await issuer.token(claims, signing).catch(() => unsignable(claims, signing))
    const answer = await resultFor(keyring, token)
    expect(answer).toMatchObject({ status: 'UNAUTHENTICATED', detail: expect.stringMatching(reason) })
    expect(answer).toMatchObject({ headers: { 'www-authenticate': 'Bearer realm="longrun", error="invalid_token"' } })
    // The same again, from the cache.
    expect(await resultFor(keyring, token)).toEqual(answer)
  })

  it('a token with another encoding of its parts', async () => {
    // EdDSA and RS256 signatures have unused bits in their last character.
    const token = await issuer.token()
    expect(await resultFor(keyring, token)).toMatchObject({ ownerId: 'carol' })
    const [head, claims, signature = ''] = token.split('.')
    const spelledOtherwise = [`${token}=`, `${token}==`, `${token}A`, `${head}=.${claims}.${signature}`]
    spelledOtherwise.push(token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1))
    for (const other of spelledOtherwise) expect(await resultFor(keyring, other), other).not.toHaveProperty('ownerId')
  })

  /** Tokens that jose does not sign. */
  const unsignable = (claims: object, { header = {} }: Signing = {}) =>
    `${encoded({ alg: 'RS256', kid: 'first', ...header })}.${encoded({ sub: 'carol', ...claims })}.c2lnbmF0dXJl`

  it('a token whose signature or claims were changed', async () => {
    const [head, , signature] = (await issuer.token()).split('.')
    const [, others] = (await issuer.token({ sub: 'mallory', scope: 'admin' })).split('.')
    expect(await resultFor(keyring, `${head}.${others}.${signature}`)).toMatchObject({
      detail: expect.stringMatching(/signature/),
    })
    const { privateKey } = await generateKeyPair('RS256')
    const foreign = await issuer.token({}, { key: privateKey })
    expect(await resultFor(keyring, foreign)).toMatchObject({
      status: 'UNAUTHENTICATED',
      detail: expect.stringMatching(/signature/),
    })
  })

  it('a token that contains its own key', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    for (const header of [{ jku: `${issuer.url}/mine` }, { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } }]) {
      expect(await resultFor(keyring, await issuer.token({}, { header, key: privateKey }))).toMatchObject({
        status: 'UNAUTHENTICATED',
      })
    }
  })

  it('an algorithm that is not configured: none, a shared secret, another algorithm for the same key', async () => {
    const claims = { iss: issuer.url, aud: audience, sub: 'carol', exp: seconds() + 60, scope: 'admin' }
    for (const alg of ['none', 'None', 'NONE']) {
      for (const signature of ['', 'c2lnbmF0dXJl']) {
        const unsigned = `${encoded({ alg })}.${encoded(claims)}.${signature}`
        expect(await resultFor(keyring, unsigned)).toMatchObject({ status: 'UNAUTHENTICATED' })
      }
    }
    // The public key, which is not secret, as the secret of an HMAC.
    const key = new TextEncoder().encode(issuer.publicPem)
    const confused = await issuer.token({}, { header: { alg: 'HS256' }, key })
    for (const algorithms of [['RS256'], ['RS256', 'ES256']]) {
      const answer = await resultFor(keyringOf({ algorithms }), confused)
      expect(answer).toMatchObject({ status: 'UNAUTHENTICATED', detail: expect.stringMatching(/algorithm/) })
    }
    expect(await resultFor(keyringOf({ algorithms: ['ES256'] }), await issuer.token())).toMatchObject({
      detail: expect.stringMatching(/algorithm/),
    })
  })

  it('a string that only resembles a token, and a token without a configured issuer', async () => {
    for (const text of ['a.b.c', '..', 'e30.e30.', `${encoded({})}.${encoded({})}.x`, `${'a'.repeat(5000)}.b.c`]) {
      expect(await resultFor(keyring, text)).toMatchObject({ status: 'UNAUTHENTICATED' })
    }
    expect(await resultFor(createKeyring([]), await issuer.token())).toMatchObject({ status: 'UNAUTHENTICATED' })
  })
})

describe('the issuer’s keys', () => {
  it('are fetched once for any number of tokens, with known keys or not', async () => {
    const before = issuer.requests.jwks
    const tokens = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        issuer.token({ jti: index }, index % 2 ? { header: { kid: `unknown-${index}` } } : {}),
      ),
    )
    const answers = await Promise.all(tokens.map((token) => resultFor(keyring, token)))
    expect(answers.filter((answer) => 'ownerId' in answer)).toHaveLength(30)
    expect(issuer.requests.jwks - before).toBe(1)
  })

  it('are fetched by a keyring that has none yet', async () => {
    const kid = await issuer.rotate()
    expect(await resultFor(keyring, await issuer.token({}, { header: { kid } }))).toMatchObject({ ownerId: 'carol' })
  })

  it.each(['at once', 'with the old ones in place'])('are found where the issuer has moved them: %s', async (how) => {
    const moving = keyringOf({ jwksUrl: undefined })
    expect(await resultFor(moving, await issuer.token({ jti: how }))).toMatchObject({ ownerId: 'carol' })
    const kid = await issuer.rotate()
    issuer.discovery = { jwks_uri: `${issuer.url}/moved` }
    issuer.gone = how === 'at once' ? ['/keys'] : []
    try {
      for (let index = 0; index < 3; index++) {
        const token = await issuer.token({ jti: `${how} ${index}` }, { header: { kid } })
        expect(await resultFor(moving, token)).toMatchObject({ ownerId: 'carol' })
      }
    } finally {
      issuer.discovery = {}
      issuer.gone = []
    }
  })

  it('503 while they are not available, for tokens not verified yet; no request is sent to the issuer meanwhile', async () => {
    const known = await issuer.token()
    await resultFor(keyring, known)
    const fresh = [keyringOf(), keyringOf({ jwksUrl: undefined })]
    issuer.down = true
    const before = { ...issuer.requests }
    try {
      for (const keyring of fresh) {
        for (let index = 0; index < 20; index++) {
          expect(await resultFor(keyring, await issuer.token({ jti: index }))).toMatchObject({ status: 'UNAVAILABLE' })
        }
      }
      expect(issuer.requests).toEqual({ jwks: before.jwks + 1, discovery: before.discovery + 1 })
      expect(await resultFor(keyring, known)).toMatchObject({ ownerId: 'carol' })
    } finally {
      issuer.down = false
    }
    expect(await resultFor(keyringOf(), known)).toMatchObject({ ownerId: 'carol' })
  })

  it.each([
    { issuer: 'https://elsewhere.example' },
    { jwks_uri: 'http://keys.example/jwks' },
    { jwks_uri: 7 },
    { jwks_uri: undefined },
  ])('503 while the discovery document is invalid: %o', async (change) => {
    issuer.discovery = change
    const answer = await resultFor(keyringOf({ jwksUrl: undefined }), await issuer.token())
    issuer.discovery = {}
    expect(answer).toMatchObject({ status: 'UNAVAILABLE' })
  })
})
