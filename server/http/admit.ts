import type { Next } from 'hono'
import { authenticate, checkScopes } from '../auth/credential.ts'
import type { Route } from '../contract/routes.ts'
import type { AddressLimits, AnonymousClass } from '../quotas/address-limits.ts'
import type { Backend } from './backend.ts'
import { beginExchange, type RequestContext } from './exchange.ts'
import { acceptJson, receiveBody } from './request/body.ts'
import { callbackTarget } from './request/callback.ts'
import { checkOrigin } from './request/handshake.ts'
import { pathOf } from './request/path.ts'
import { checkQuery } from './request/validate.ts'
import { inDatabaseTime } from './response/problems.ts'

/**
 * The middleware before the validators of a route: credential, rate limit and scopes, then the text of the body. An unauthorized request is
 * refused before its body is read, and learns nothing about the schema.
 */
export function admission(backend: Backend) {
  const { keyring, limits, addressLimits, gate, links, origins, trusts, callbackSecret } = backend
  return (route: Route) => async (c: RequestContext, next: Next) => {
    const { scopes, isWebSocket, checksOrigin } = route
    const { headers, url } = c.req.raw
    const exchange = beginExchange(c, trusts, route)
    if (route.countsAddress) admitAddress(addressLimits, exchange.address)
    // Its last segment, which no valid token needs to have decoded.
    if (route.countsCallback) callbackTarget(callbackSecret, pathOf(url).split('/').at(-1) ?? '')
    if (scopes) {
      const known = authenticate(keyring, headers, { bySubprotocol: isWebSocket })
      // Awaited only when necessary: each await lets other requests go first.
      const caller = known instanceof Promise ? await inDatabaseTime(known) : known
      exchange.caller = caller
      const counted = limits.admit(caller, route.rateClass)
      exchange.headers = counted instanceof Promise ? await counted : counted
      checkScopes(caller, scopes)
    }
    if (checksOrigin) {
      checkOrigin(headers, { own: links.origin, origins, what: isWebSocket ? 'open a WebSocket' : 'send this' })
    }
    const body = route.bodyTypes.length > 0 ? await receiveBody(c, route) : undefined
    const turn = exchange.caller && gate.turn(exchange.caller.ownerId)
    if (turn) await turn
    if (body) acceptJson(c, body, route)
    if (url.includes('?')) checkQuery(url, route)
    else c.req.queries = noQueries as typeof c.req.queries
    if (route.headerNames.length > 0) offerHeaders(c, route)
    return next()
  }
}

/** The library would search the URL for parameters again. */
const noQueries = () => ({})

/**
 * Offers the library's validator the headers that the spec names. By itself it reads all, for which the listener builds a `Headers` of the
 * whole request: 0.8 µs for each header that was sent.
 */
function offerHeaders({ req }: RequestContext, { headerNames }: Route) {
  const { headers, method } = req.raw
  const offered: Record<string, string> = {}
  for (const name of headerNames) {
    // RFC 9110 §14.2: only GET has ranges.
    if (name === 'range' && method === 'HEAD') continue
    const value = headers.get(name)
    if (value !== null) offered[name] = value
  }
  req.header = ((name?: string) =>
    name === undefined ? offered : (headers.get(name) ?? undefined)) as typeof req.header
}

/** Counts a request without a credential for its address. Throws `RATE_LIMITED`. */
export function admitAddress(
  addressLimits: Pick<AddressLimits, 'admit'>,
  address: string,
  anonymousClass: AnonymousClass = 'requests',
) {
  const limited = addressLimits.admit(address, anonymousClass)
  if (limited) throw limited
}
