import { errors, type JWTPayload, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Caller } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import { hashOf, scopes } from './api-key.ts'
import { issuerKeys } from './issuer.ts'
import { refusal } from './refusal.ts'
import type { TokenRules } from './token-rules.ts'

/** JSON Web Tokens of one issuer. RFC 7519. */
export type Tokens = {
  /** Not a promise if it was verified before. Throws or rejects with `UNAUTHENTICATED` and the reason, or `UNAVAILABLE` without the issuer's keys. */
  callerOf(token: string, digest: string): Caller | Promise<Caller>
  /** Undefined: not the credential of a token, or expired. */
  recall(credential: string): Caller | undefined
}

/** The tolerated difference from the issuer's clock. */
const toleranceSeconds = 5
/** Verified tokens are kept until they expire; each takes some 500 bytes. */
const maxVerified = 20_000
const maxRefused = 10_000
const refusedMs = 5000

export function createTokens(rules: TokenRules): Tokens {
  const keys = issuerKeys(rules)
  const verified = new LRUCache<string, { caller: Caller; untilMs: number }>({ max: maxVerified })
  const refused = new LRUCache<string, { reason: string; untilMs: number }>({ max: maxRefused })
  const verifying = new Map<string, Promise<Caller>>()

  async function verify(token: string, credential: string): Promise<Caller> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: rules.issuer,
        audience: rules.audience,
        algorithms: [...rules.algorithms],
        requiredClaims: ['exp', 'iss', 'aud', 'sub'],
        clockTolerance: toleranceSeconds,
      })
      const caller = callerFrom(payload, credential, rules.ownerClaim)
      verified.set(credential, { caller, untilMs: (Number(payload.exp) + toleranceSeconds) * 1000 })
      return caller
    } catch (error) {
      const reason = reasonOf(error)
      if (reason === undefined) throw unreachable(error)
      refused.set(credential, { reason, untilMs: Date.now() + refusedMs })
      throw refusal(`The token is not accepted: ${reason}.`)
    }
  }

  const recall = (credential: string) => {
    const held = verified.get(credential)
    return held && Date.now() < held.untilMs ? held.caller : undefined
  }

  return {
    callerOf(token, digest) {
      const credential = `jwt:${digest}`
      const caller = recall(credential)
      if (caller) return caller
      const known = refused.get(credential)
      if (known && Date.now() < known.untilMs) throw refusal(`The token is not accepted: ${known.reason}.`)
      const under = verifying.get(credential)
      if (under) return under
      const answer = verify(token, credential).finally(() => verifying.delete(credential))
      verifying.set(credential, answer)
      return answer
    },
    recall,
  }
}

function callerFrom(payload: JWTPayload, credential: string, ownerClaim: string): Caller {
  const ownerId = payload[ownerClaim]
  if (!isName(ownerId, 100)) throw new UnusableToken(`the claim ${ownerClaim} does not name an owner`)
  if (!isName(payload.sub, 255)) throw new UnusableToken('the claim sub does not name a subject')
  const rateLimitKey = `jwt:${hashOf(JSON.stringify([ownerId, payload.sub]))}`
  return { ownerId, scopes: scopesOf(payload), credential, rateLimitKey, actor: `jwt:${payload.sub}` }
}

function isName(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest && value.isWellFormed() && /^[^\s\p{C}]+$/u.test(value)
}

/** The token's scopes that this service knows. RFC 8693 §4.2; `scp` and `scopes` are conventions. */
function scopesOf({ scope, scp, scopes: list }: JWTPayload): ReadonlySet<string> {
  const named = [scope, scp, list].flatMap((claim) => (typeof claim === 'string' ? claim.split(' ') : claim))
  return new Set(scopes.filter((known) => named.includes(known)))
}

class UnusableToken extends Error {}

/** Why a token is refused, for its sender. Undefined: the error is not about the token. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof UnusableToken) return error.message
  if (error instanceof errors.JWTExpired) return 'it has expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error
    if (reason === 'missing') return `the claim ${claim} is missing`
    return claim === 'nbf' ? 'it is not valid yet' : `the claim ${claim} does not have the expected value`
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is not valid'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not allowed'
  if (error instanceof errors.JWKSNoMatchingKey) return 'its issuer publishes no such key'
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'it does not name the key that it is signed with'
  const malformed = [errors.JWTInvalid, errors.JWSInvalid, errors.JOSENotSupported]
  return malformed.some((kind) => error instanceof kind) ? 'it is malformed' : undefined
}

function unreachable(cause: unknown): Problem {
  const detail = 'The keys of the token’s issuer are not available. Try again after the seconds in Retry-After.'
  return new Problem('UNAVAILABLE', detail, { retryAfter: 2, cause })
}
