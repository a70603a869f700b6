import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { Caller } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import { bounded } from './bounded.ts'
import { issuerKeys } from './issuer.ts'
import { hashOf } from './mint.ts'
import { refusal } from './refusal.ts'
import { scopes } from './scopes.ts'
import type { TokenRules } from './token-rules.ts'

/** JSON Web Tokens of one issuer. RFC 7519. */
export type Tokens = {
  /** At once when it was verified before. Throws or rejects with `UNAUTHENTICATED` and the reason; with `UNAVAILABLE` while keys of the issuer cannot be had. */
  callerOf(token: string, digest: string): Caller | Promise<Caller>
  /** Undefined: not a token's, or it has expired. */
  recall(credential: string): Caller | undefined
}

/** What the issuer's clock may be off by. */
const toleranceSeconds = 5
/** Verified ones, until they expire; a token and its caller are some 500 bytes. */
const mostVerified = 20_000
const mostRefused = 10_000
const refusedMs = 5000

export function createTokens(rules: TokenRules): Tokens {
  const keys = issuerKeys(rules)
  const verified = bounded<{ caller: Caller; untilMs: number }>(mostVerified)
  const refused = bounded<{ reason: string; untilMs: number }>(mostRefused)
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
  if (!isName(ownerId, 100)) throw new Unfit(`the claim ${ownerClaim} does not name an owner`)
  if (!isName(payload.sub, 255)) throw new Unfit('the claim sub does not name a subject')
  const allowance = `jwt:${hashOf(JSON.stringify([ownerId, payload.sub]))}`
  return { ownerId, scopes: scopesOf(payload), credential, allowance, actor: `jwt:${payload.sub}` }
}

function isName(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest && value.isWellFormed() && /^[^\s\p{C}]+$/u.test(value)
}

/** Of what a token may carry for other services, too, the scopes of this one. RFC 8693 §4.2; `scp` and `scopes` by custom. */
function scopesOf({ scope, scp, scopes: list }: JWTPayload): ReadonlySet<string> {
  const named = [scope, scp, list].flatMap((claim) => (typeof claim === 'string' ? claim.split(' ') : claim))
  return new Set(scopes.filter((known) => named.includes(known)))
}

class Unfit extends Error {}

/** What is wrong with a token, in words that are true for whoever sent it. Undefined: nothing that could be told of the token. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof Unfit) return error.message
  if (error instanceof errors.JWTExpired) return 'it has expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error
    if (reason === 'missing') return `the claim ${claim} is missing`
    return claim === 'nbf' ? 'it is not valid yet' : `the claim ${claim} is not the one that is expected`
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature does not fit'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not allowed'
  if (error instanceof errors.JWKSNoMatchingKey) return 'its issuer publishes no such key'
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'it does not say which key it is signed with'
  const malformed = [errors.JWTInvalid, errors.JWSInvalid, errors.JOSENotSupported]
  return malformed.some((kind) => error instanceof kind) ? 'it is malformed' : undefined
}

function unreachable(cause: unknown): Problem {
  const detail = 'The keys of the token’s issuer cannot be had now. Try again after the seconds in Retry-After.'
  return new Problem('UNAVAILABLE', detail, { retryAfter: 2, cause })
}
