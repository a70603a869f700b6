import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'
import { type Issuer, isTrustworthy } from './token-rules.ts'

/** For each of the two requests that a first token may need: together less than a request may take. */
const fetchMs = 2000
/** After a failure, no request is sent to the same URL of the issuer for this long. */
const pauseMs = 2000
/** How often the discovery document is read again. */
const rediscoverMs = 30_000

/**
 * The issuer's public keys. They are fetched when first needed; again for an unknown key, at most once in 30 s (jose's cooldown); and every 10
 * minutes, so that a withdrawn key verifies no new token. When they are unknown or not available, the discovery document is read again, because
 * the issuer may have moved them. Rejects with jose's `JWKSNoMatchingKey` or `JWKSMultipleMatchingKeys` if no single
 * key matches the token, with any other error if the keys are not available.
 */
export function issuerKeys({ issuer, jwksUrl }: Issuer): JWTVerifyGetKey {
  const pausedUntilMs = new Map<string, number>()

  async function fetchOrPause(url: string, init: RequestInit): Promise<Response> {
    if (performance.now() < (pausedUntilMs.get(url) ?? 0)) throw new Error('the issuer did not answer lately')
    try {
      const response = await fetch(url, init)
      if (response.status !== 200) throw new Error(`the issuer responded ${response.status}`)
      return response
    } catch (error) {
      pausedUntilMs.set(url, performance.now() + pauseMs)
      throw error
    }
  }

  async function open(): Promise<{ address: string; keys: JWTVerifyGetKey }> {
    const address = jwksUrl ?? (await discovered(issuer, fetchOrPause))
    const keys = createRemoteJWKSet(new URL(address), { timeoutDuration: fetchMs, [customFetch]: fetchOrPause })
    return { address, keys }
  }

  let rediscoverAtMs = 0
  /** The keys at the address of a new discovery document; undefined if the keys have not moved. */
  async function moved(address: string) {
    if (jwksUrl !== undefined || performance.now() < rediscoverAtMs) return undefined
    rediscoverAtMs = performance.now() + rediscoverMs
    const fresh = await open().catch(() => undefined)
    return fresh?.address === address ? undefined : fresh
  }

  let opening: ReturnType<typeof open> | undefined
  return async (header, token) => {
    opening ??= open().catch((error) => {
      opening = undefined
      throw error
    })
    const { address, keys } = await opening
    try {
      return await keys(header, token)
    } catch (error) {
      const fresh = await moved(address)
      if (!fresh) throw error
      opening = Promise.resolve(fresh)
      return fresh.keys(header, token)
    }
  }
}

/** OpenID Connect Discovery 1.0, §4. */
async function discovered(issuer: string, get: (url: string, init: RequestInit) => Promise<Response>): Promise<string> {
  const url = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`
  const response = await get(url, { redirect: 'error', signal: AbortSignal.timeout(fetchMs) })
  const found: { issuer?: unknown; jwks_uri?: unknown } = Object(await response.json())
  if (found.issuer !== issuer) throw new Error('the discovery document names another issuer than JWT_ISSUER')
  if (typeof found.jwks_uri !== 'string' || !isTrustworthy(found.jwks_uri)) {
    throw new Error('the discovery document has no jwks_uri that begins with https://')
  }
  return found.jwks_uri
}
