import type { Caller } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import type { Keyring } from './keys.ts'

const challenge = { 'www-authenticate': 'Bearer realm="longrun"' }
const howTo = 'Send an API key: Authorization: Bearer <key>, or X-API-Key: <key>.'

/**
 * Who sends this request, from `Authorization: Bearer` or `X-API-Key`; `bySubprotocol`: or from `Sec-WebSocket-Protocol`. Throws
 * `UNAUTHENTICATED` without a known key. A promise only when somebody has to be asked.
 */
export function authenticate(
  keyring: Keyring,
  headers: Headers,
  { bySubprotocol = false } = {},
): Caller | Promise<Caller> {
  const key = presentedKey(headers, bySubprotocol)
  if (key === undefined) throw new Problem('UNAUTHENTICATED', howTo, { headers: challenge })
  const known = keyring.callerOf(key)
  return known instanceof Promise ? known.then(somebody) : somebody(known)
}

function somebody(caller: Caller | undefined): Caller {
  if (!caller) {
    throw new Problem('UNAUTHENTICATED', 'The API key is not known.', {
      headers: { 'www-authenticate': `${challenge['www-authenticate']}, error="invalid_token"` },
    })
  }
  return caller
}

/** Throws `INSUFFICIENT_SCOPE` when the caller's credential lacks one of `needed`. */
export function checkScopes({ scopes }: Caller, needed: readonly string[]) {
  const missing = needed.find((scope) => !scopes.has(scope))
  if (missing) {
    throw new Problem('INSUFFICIENT_SCOPE', `This needs the scope ${missing}.`, {
      headers: {
        'www-authenticate': `Bearer realm="longrun", error="insufficient_scope", scope="${needed.join(' ')}"`,
      },
    })
  }
}

function presentedKey(headers: Headers, bySubprotocol: boolean): string | undefined {
  const authorization = headers.get('authorization')
  const bearer = authorization === null ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  if (authorization !== null && bearer === undefined) {
    throw new Problem('UNAUTHENTICATED', `The Authorization header is not a bearer token. ${howTo}`, {
      headers: challenge,
    })
  }
  const offered = bySubprotocol ? (headers.get('sec-websocket-protocol') ?? '').split(',') : []
  const subprotocols = offered.flatMap((name) => /^bearer\.(\S+)$/.exec(name.trim())?.[1] ?? [])
  const keys = new Set(
    [bearer, headers.get('x-api-key') ?? undefined, ...subprotocols].filter((key) => key !== undefined),
  )
  if (keys.size > 1) {
    throw new Problem('UNAUTHENTICATED', 'The request carries different keys. Send one of them, in one header.', {
      headers: challenge,
    })
  }
  return keys.values().next().value
}
