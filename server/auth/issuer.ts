import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'
import { type Issuer, isTrustworthy } from './token-rules.ts'

/** One request of the two that a first token may need: together they fit into the time for an answer. */
const fetchMs = 2000
/** After a failure the issuer is left alone for a while, whatever is sent to us meanwhile. */
const restMs = 2000

/**
 * The issuer's public keys, fetched when first needed, and again for a key that is not among them, at most once in 30 s (jose's
 * cooldown), and every 10 minutes, so that a key which is withdrawn verifies nothing new. Rejects with jose's `JWKSNoMatchingKey`
 * or `JWKSMultipleMatchingKeys` when a token names none of them, with anything else when they cannot be had.
 */
export function issuerKeys({ issuer, jwksUrl }: Issuer): JWTVerifyGetKey {
  let restUntilMs = 0

  async function fetchGently(url: string, init: RequestInit): Promise<Response> {
    if (performance.now() < restUntilMs) throw new Error('the issuer did not answer a moment ago')
    try {
      const response = await fetch(url, init)
      if (response.status !== 200) throw new Error(`the issuer answers ${response.status}`)
      return response
    } catch (error) {
      restUntilMs = performance.now() + restMs
      throw error
    }
  }

  async function open(): Promise<JWTVerifyGetKey> {
    const address = jwksUrl ?? (await discovered(issuer, fetchGently))
    return createRemoteJWKSet(new URL(address), { timeoutDuration: fetchMs, [customFetch]: fetchGently })
  }

  let opening: Promise<JWTVerifyGetKey> | undefined
  return async (header, token) => {
    opening ??= open().catch((error) => {
      opening = undefined
      throw error
    })
    return (await opening)(header, token)
  }
}

/** OpenID Connect Discovery 1.0, §4. */
async function discovered(issuer: string, get: (url: string, init: RequestInit) => Promise<Response>): Promise<string> {
  const url = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`
  const response = await get(url, { redirect: 'error', signal: AbortSignal.timeout(fetchMs) })
  const found: { issuer?: unknown; jwks_uri?: unknown } = Object(await response.json())
  if (found.issuer !== issuer) throw new Error('the discovery document is that of another issuer than JWT_ISSUER')
  if (typeof found.jwks_uri !== 'string' || !isTrustworthy(found.jwks_uri)) {
    throw new Error('the discovery document has no jwks_uri that begins with https://')
  }
  return found.jwks_uri
}
