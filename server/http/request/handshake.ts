import { Problem } from '../../contract/problem.ts'

/** The subprotocol that a client must offer if it offers any. Another one may carry its key. */
export const protocol = 'longrun.v1'

/** Throws unless the request is a valid WebSocket handshake. RFC 6455 §4.2.1. */
export function checkHandshake(method: string, headers: Headers) {
  const connection = (headers.get('connection') ?? '').split(',').map((option) => option.trim().toLowerCase())
  const upgrades = headers.get('upgrade')?.toLowerCase() === 'websocket' && connection.includes('upgrade')
  if (method !== 'GET' || !upgrades || headers.get('sec-websocket-version') !== '13') {
    const detail = 'Open a WebSocket of version 13, or read /events or /stream of the operation.'
    // RFC 9110 §7.8: a sender of `Upgrade` names it in `Connection`.
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
    throw new Problem('UPGRADE_REQUIRED', detail, { headers: upgrade })
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers.get('sec-websocket-key') ?? '')) {
    throw malformed('Sec-WebSocket-Key', 'must be 16 bytes in Base64')
  }
  const offer = headers.get('sec-websocket-protocol')
  if (offer === null) return
  const offered = offer.split(',').map((name) => name.trim())
  const valid = offered.every((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name)) && new Set(offered).size === offered.length
  if (!valid || !offered.includes(protocol)) {
    throw malformed('Sec-WebSocket-Protocol', `must be names, each once, and ${protocol} among them`)
  }
}

/**
 * Throws if the request comes from a page of another origin than the service's own and `origins`. Browsers send `Origin` with every
 * WebSocket and every POST; other clients need not. Without a public address (`own`), the own origin is that of the `Host` header. RFC 6455 §10.2.
 */
export function checkOrigin(
  headers: Headers,
  { own, origins, what }: { own: string; origins: ReadonlySet<string>; what: string },
) {
  const origin = headers.get('origin')
  if (origin === null || origins.has(origin)) return
  const isOwn = own === '' ? isSameHost(origin, headers.get('host')) : origin === new URL(own).origin
  if (!isOwn) throw new Problem('ORIGIN_NOT_ALLOWED', `Pages of this origin are not allowed to ${what}.`)
}

/**
 * Compares host and port in their normal form: a `Host` may name the default port, and may be in upper case. The scheme is that of the origin,
 * because a proxy may terminate TLS. False for the opaque origin `null`.
 */
export function isSameHost(origin: string, host: string | null): boolean {
  if (!URL.canParse(origin) || host === null) return false
  const { protocol, host: expected } = new URL(origin)
  const asked = `${protocol}//${host}`
  return URL.canParse(asked) && new URL(asked).host === expected
}

function malformed(parameter: string, message: string): Problem {
  return new Problem('INVALID_REQUEST', `The header ${parameter} ${message}.`, { errors: [{ parameter, message }] })
}
