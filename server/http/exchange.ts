import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import type { AnyResponse, Caller, Concerned } from '../contract/implementation.ts'
import type { Route } from '../contract/routes.ts'
import { type RequestSpan, startRequest } from '../telemetry/traces.ts'
import { clientOf, type Trusts } from './request/client-address.ts'
import type { Bindings } from './server.ts'

/** One request. `caller` and `response` are set once they are known; `headers` are added to any response. */
export type Exchange = {
  startMs: number
  requestId: string
  /** Undefined for a request that is not in the spec. */
  route: Route | undefined
  address: string
  byTls: boolean
  headers: Record<string, string>
  /** Undefined if the operation needs no credential, too. */
  caller?: Caller
  /** Of a request whose path is its credential. */
  concerned?: Concerned
  response?: AnyResponse
  /** Undefined if no spans are made. */
  span?: RequestSpan | undefined
}

export type Env = { Bindings: Bindings; Variables: { exchange: Exchange } }

export type RequestContext = Context<Env>

export function beginExchange(c: RequestContext, trusts: Trusts | undefined, route?: Route): Exchange {
  const startMs = performance.now()
  const { address, byTls } = clientOf(trusts, c.env.incoming.socket.remoteAddress ?? '', c.req.raw.headers)
  const requestId = validId(c.req.header('x-request-id')) ?? randomUUID()
  const span = startRequest({ method: c.req.method, route: route?.path, byTls }, c.req.raw.headers)
  const exchange: Exchange = { startMs, requestId, route, address, byTls, headers: {}, span }
  c.set('exchange', exchange)
  return exchange
}

/** The client's own request id, if it may stand in a header and a log. */
function validId(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.:@/+=-]{1,128}$/.test(text) ? text : undefined
}

/** Whether the client closed its connection. */
export function isAbandoned({ env }: RequestContext): boolean {
  return env.incoming.socket.destroyed
}
