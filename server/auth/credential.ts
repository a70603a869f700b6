import type { Caller } from '../contract/implementation.ts'
import type { Keyring } from './keys.ts'
import { challenged, insufficient, refusal } from './refusal.ts'

const howTo = 'Send an API key or a token: Authorization: Bearer <key>, or X-API-Key: <key>.'

/**
 * Who sends this request, from `Authorization: Bearer` or `X-API-Key`; `bySubprotocol`: or from `Sec-WebSocket-Protocol`. Throws
 * `UNAUTHENTICATED` without a known credential. A promise only when somebody has to be asked, which rejects alike, and with whatever
 * went wrong there.
 */
export function authenticate(
  keyring: Pick<Keyring, 'callerOf'>,
  headers: Headers,
  { bySubprotocol = false } = {},
): Caller | Promise<Caller> {
  const key = presentedKey(headers, bySubprotocol)
  if (key === undefined) throw challenged(howTo)
  const known = keyring.callerOf(key)
  return known instanceof Promise ? known.then(somebody) : somebody(known)
}

function somebody(caller: Caller | undefined): Caller {
  if (!caller) throw refusal('The API key is not known, or it is revoked or expired.')
  return caller
}

/** Throws `INSUFFICIENT_SCOPE` when the caller's credential lacks one of `needed`. */
export function checkScopes({ scopes }: Caller, needed: readonly string[]) {
  const missing = needed.find((scope) => !scopes.has(scope))
  if (missing) throw insufficient(needed, missing)
}

function presentedKey(headers: Headers, bySubprotocol: boolean): string | undefined {
  const authorization = headers.get('authorization')
  const bearer = authorization === null ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  if (authorization !== null && bearer === undefined) {
    throw challenged(`The Authorization header is not a bearer token. ${howTo}`)
  }
  const offered = bySubprotocol ? (headers.get('sec-websocket-protocol') ?? '').split(',') : []
  const subprotocols = offered.flatMap((name) => /^bearer\.(\S+)$/.exec(name.trim())?.[1] ?? [])
  const keys = new Set(
    [bearer, headers.get('x-api-key') ?? undefined, ...subprotocols].filter((key) => key !== undefined),
  )
  if (keys.size > 1) throw challenged('The request carries different keys. Send one of them, in one header.')
  return keys.values().next().value
}
