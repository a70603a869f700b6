import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { operationTypes } from '../../generated/operations.ts'
import { authenticate, checkScopes } from '../auth/credential.ts'
import type { AnyResponse, Caller, Implementation } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import { buildRoutes, type Route } from '../contract/routes.ts'
import { withTimeout } from '../lib/timeout.ts'
import type { AnonymousClass } from '../quotas/address-limits.ts'
import { requestAnswered, requestFailed } from '../telemetry/events.ts'
import type { Backend } from './backend.ts'
import { createAuditor } from './policy/audit.ts'
import { leavesBody } from './request/body.ts'
import { clientOf } from './request/client-address.ts'
import { checkHandshake, checkOrigin } from './request/handshake.ts'
import { isName, pathOf, requestPath, routingPath } from './request/path.ts'
import { waitSeconds } from './request/prefer.ts'
import { requestOf } from './request/validate.ts'
import { completeHeaders, corsFor } from './response/headers.ts'
import { problemOf, problemReply, type Reply, replyOf, unavailable } from './response/replies.ts'
import type { Bindings, Fetch, RequestContext } from './server.ts'
import { releasing } from './stream/event-writer.ts'

/** How long the database may take for one request. */
const answerMs = 5000

const anonymous: Caller = { ownerId: '', actor: '', scopes: new Set(), credential: '', rateLimitKey: '' }

/** One request. `caller` and `response` are set once they are known; `headers` are added to any response. */
type Exchange = {
  requestId: string
  method: string
  route: string
  address: string
  headers: Record<string, string>
  caller?: Caller
  response?: AnyResponse
}

/**
 * The API: each operation of the spec with its implementation. Every error becomes a problem document. Each request is handled by one
 * function: as a chain of middleware, a submit took 1.5 × the processor time.
 */
export function createApp(backend: Backend, implementation: Implementation): { fetch: Fetch } {
  const { log, links, keyring, limits, addressLimits, gate, openStreams, origins, trusts } = backend
  const app = new Hono<{ Bindings: Bindings }>({ getPath: requestPath })
  const audit = createAuditor(log)
  const cors = corsFor(origins)
  const complete = completeHeaders(links.origin, cors)

  /** Responds with what `work` returns, or with the problem that it throws. */
  const responding =
    (work: (c: RequestContext, at: Exchange) => Promise<Reply>, route?: Route) => async (c: RequestContext) => {
      const startMs = performance.now()
      const { address, byTls } = clientOf(trusts, c.env.incoming.socket.remoteAddress ?? '', c.req.raw.headers)
      const at: Exchange = {
        requestId: validId(c.req.header('x-request-id')) ?? randomUUID(),
        method: c.req.method,
        route: route?.path ?? 'unknown',
        address,
        headers: {},
      }
      let reply: Reply
      let problem: Problem | undefined
      try {
        reply = await work(c, at)
      } catch (error) {
        problem = counted(problemOf(error), at, route)
        reply = refuse(c, at, problem)
      }
      const { requestId, caller, response } = at
      const { status, body, stream } = reply
      const origin = cors ? c.req.header('origin') : undefined
      const hasCaller = caller !== undefined && caller !== anonymous
      const headers = complete(Object.assign(reply.headers, at.headers), { origin, byTls, requestId, hasCaller })
      if (route) audit({ route, requestId, address, caller, path: () => c.req.param(), status, response, problem })
      requestAnswered(log, {
        requestId,
        method: at.method,
        route: at.route,
        status,
        durationMs: Math.round((performance.now() - startMs) * 10) / 10,
        ...(caller?.ownerId ? { ownerId: caller.ownerId } : {}),
      })
      if (stream && status === 101) {
        c.env.webSocket = stream
        // A `Response` cannot have the status 101.
        return new Response(null, { headers })
      }
      if (stream) c.env.stream = stream
      return new Response(body, { status, headers })
    }

  function refuse(c: RequestContext, { requestId, method, route }: Exchange, problem: Problem): Reply {
    if (!isAbandoned(c) && (problem.code === 'INTERNAL_ERROR' || problem.code === 'UNAVAILABLE')) {
      requestFailed(log, { requestId, method, route, cause: problem.cause })
    }
    const reply = problemReply(problem, { path: pathOf(c.req.url), requestId, origin: links.origin })
    if (leavesBody(c, problem)) reply.headers.connection = 'close'
    return reply
  }

  /** Counts a request without a credential for its address. Throws `RATE_LIMITED`. */
  function admitAnonymous({ address }: Exchange, anonymousClass: AnonymousClass = 'requests') {
    const limited = addressLimits.admit(address, anonymousClass)
    if (limited) throw limited
  }

  /** Counts a refused credential or link for the address. Only refused ones count, so this comes after the request. */
  function counted(problem: Problem, { address }: Exchange, route: Route | undefined): Problem {
    const anonymousClass = refusedClass(problem, route)
    return (anonymousClass && addressLimits.admit(address, anonymousClass)) ?? problem
  }

  const serve = (route: Route) => {
    const { scopes, isWebSocket, countsAddress } = route
    const handle = implementation[route.operationId] as (request: unknown) => Promise<AnyResponse | Problem>
    const work = async (c: RequestContext, at: Exchange) => {
      const { headers } = c.req.raw
      if (countsAddress) admitAnonymous(at)
      const known = scopes ? authenticate(keyring, headers, { bySubprotocol: isWebSocket }) : anonymous
      // Awaited only when necessary: each await lets other requests go first.
      const caller = known instanceof Promise ? await inTime(known, answerMs) : known
      at.caller = caller
      if (scopes) {
        const counted = limits.admit(caller, route.rateClass)
        at.headers = counted instanceof Promise ? await counted : counted
        checkScopes(caller, scopes)
      }
      if (isWebSocket) checkOrigin(headers, { own: links.origin, origins })
      const { requestId, address } = at
      const turn = () => (scopes ? gate.turn(caller.ownerId) : undefined)
      const request = await requestOf(c, route, { caller, requestId, address, turn })
      requireClient(c)
      const release = holdsConnection(route) ? await gate.connection(caller.ownerId) : undefined
      const handling = release ? ifConnected(c, () => handle(request)).finally(release) : handle(request)
      const response = await (isUpload(route) ? handling : inTime(handling, answerMs + heldMs(c, route)))
      if (response instanceof Problem) throw response
      at.response = response
      // After the look-up: 404 takes precedence over 426.
      if (response.status === 101) checkHandshake(at.method, headers)
      const reply = replyOf(response, at.method)
      return reply.stream ? { ...reply, stream: releasing(reply.stream, await openStreams.open(caller)) } : reply
    }
    return responding(work, route)
  }

  // All methods of a path at once, so that a less specific path cannot serve the methods that it lacks.
  for (const [path, routes] of Map.groupBy(buildRoutes(routingPath), ({ routed }) => routed)) {
    const methods = routes.map(({ method }) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase()))
    const allow = [...new Set(routes.some(({ path }) => isName(path)) ? [...methods, 'GET, HEAD'] : methods)].join(', ')
    const otherMethod = responding(async (c, at) => {
      const preflight = cors && isPreflight(c) ? cors.preflight(c.req.header('origin'), allow) : undefined
      admitAnonymous(at, preflight ? 'preflights' : 'requests')
      if (preflight) return { status: 204, headers: preflight, body: null }
      throw new Problem('METHOD_NOT_ALLOWED', `${pathOf(c.req.url)} has no ${c.req.method}; it has ${allow}.`, {
        headers: { allow },
      })
    })
    const byMethod = new Map(routes.map((route) => [route.method.toUpperCase(), serve(route)]))
    const get = byMethod.get('GET')
    if (get) byMethod.set('HEAD', get)
    app.all(path, (c) => (byMethod.get(c.req.method) ?? otherMethod)(c))
  }
  const notFound = async (_: RequestContext, at: Exchange) => {
    admitAnonymous(at)
    throw new Problem('NOT_FOUND', 'There is no such path. Compare it with the documentation.')
  }
  app.notFound(responding(notFound))
  return { fetch: async (request, bindings) => app.fetch(request, bindings) }
}

const invalidLink: ReadonlySet<string> = new Set(['INVALID_REQUEST', 'LINK_INVALID', 'LINK_EXPIRED', 'NOT_FOUND'])

/** What a refused request counts as for its address; undefined if it does not count. */
function refusedClass({ code }: Problem, route: Route | undefined): AnonymousClass | undefined {
  if (code === 'UNAUTHENTICATED') return 'requests'
  return route?.countsLink && invalidLink.has(code) ? 'links' : undefined
}

function isPreflight({ req }: RequestContext): boolean {
  return req.method === 'OPTIONS' && req.header('access-control-request-method') !== undefined
}

/** Whether the client closed its connection. */
function isAbandoned({ env }: RequestContext): boolean {
  return env.incoming.socket.destroyed
}

/** Throws when nobody waits for the response of a read any more. A client that pipelines and disconnects must not keep the service busy. */
function requireClient(c: RequestContext) {
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
  if (isRead && isAbandoned(c)) throw new Problem('UNAVAILABLE', 'The client closed the connection.', { retryAfter: 1 })
}

/** The response, unless the client has left while the request waited. */
async function ifConnected<T>(c: RequestContext, answer: () => Promise<T>): Promise<T> {
  requireClient(c)
  return answer()
}

/** How long the response is held for `Prefer: wait`. */
function heldMs(c: RequestContext, { headers }: Route): number {
  return headers.names.includes('prefer') ? 1000 * (waitSeconds(c.req.header('prefer')) ?? 0) : 0
}

/** Their statements are batched, or they take a connection where they need one. */
const batched: ReadonlySet<string> = new Set(['getOperation', ...Object.keys(operationTypes)])

function holdsConnection(route: Route): boolean {
  return route.scopes !== undefined && !batched.has(route.operationId) && !isUpload(route)
}

/** An upload takes as long as its client sends. */
function isUpload({ bodyTypes }: Route): boolean {
  return bodyTypes.length > 0 && !bodyTypes.includes('application/json')
}

/**
 * postgres.js may keep a query waiting for as long as the database refuses connections, or for ever on a half-open connection. The caller
 * gets a 503 then. The statement may still be executed, which an Idempotency-Key makes harmless.
 */
function inTime<T>(handling: Promise<T>, ms: number): Promise<T> {
  return withTimeout(handling, ms, () => unavailable('the database did not answer in time'))
}

/** The client's own request id, if it may stand in a header and a log. */
function validId(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.:@/+=-]{1,128}$/.test(text) ? text : undefined
}
