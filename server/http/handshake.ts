import { Problem } from '../contract/problem.ts'

/** What a client that offers subprotocols must offer; the others carry its key. */
export const protocol = 'longrun.v1'

/** Throws unless a request asks to switch to WebSocket in a way that can be answered by doing so. RFC 6455 §4.2.1. */
export function checkHandshake(method: string, headers: Headers) {
  const connection = (headers.get('connection') ?? '').split(',').map((option) => option.trim().toLowerCase())
  const upgrades = headers.get('upgrade')?.toLowerCase() === 'websocket' && connection.includes('upgrade')
  if (method !== 'GET' || !upgrades || headers.get('sec-websocket-version') !== '13') {
    const detail = 'Open it as a WebSocket of version 13, or read /events or /stream of the operation.'
    throw new Problem('UPGRADE_REQUIRED', detail, { headers: { upgrade: 'websocket', 'sec-websocket-version': '13' } })
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers.get('sec-websocket-key') ?? '')) {
    throw malformed('Sec-WebSocket-Key', 'must be 16 bytes in Base64')
  }
  const offer = headers.get('sec-websocket-protocol')
  if (offer === null) return
  const offered = offer.split(',').map((name) => name.trim())
  const sound = offered.every((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name)) && new Set(offered).size === offered.length
  if (!sound || !offered.includes(protocol)) {
    throw malformed('Sec-WebSocket-Protocol', `must be names, each once, and ${protocol} among them`)
  }
}

/**
 * Throws when the page that asks is of a foreign origin: neither the service's own nor one of `origins`. Browsers send `Origin` with every
 * WebSocket; who sends none is no page. Without a public address (`own`), the service's own is the one that it was asked by. RFC 6455 §10.2.
 */
export function checkOrigin(headers: Headers, { own, origins }: { own: string; origins: ReadonlySet<string> }) {
  const asking = headers.get('origin')
  if (asking === null || origins.has(asking)) return
  const isOwn = own === '' ? hostOf(asking) === headers.get('host') : asking === new URL(own).origin
  if (!isOwn) throw new Problem('ORIGIN_NOT_ALLOWED', 'Pages of this origin may not open a WebSocket here.')
}

/** Of an opaque origin, `null`: undefined. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

function malformed(parameter: string, message: string): Problem {
  return new Problem('INVALID_REQUEST', `The header ${parameter} ${message}.`, { errors: [{ parameter, message }] })
}
