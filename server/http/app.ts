import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { authenticate, checkScopes } from '../auth/credential.ts'
import type { AnyResponse, Caller, Implementation } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import { buildRoutes, type Route } from '../contract/routes.ts'
import { requestAnswered, requestFailed } from '../telemetry/events.ts'
import { completing } from './answer-headers.ts'
import { problemReply, type Reply, replyOf } from './answers.ts'
import { auditing } from './audit.ts'
import type { Backend } from './backend.ts'
import { leavesBody } from './body.ts'
import { clientOf } from './client-address.ts'
import { crossOrigin } from './cross-origin.ts'
import { withSocket } from './event-socket.ts'
import { withStream } from './event-stream.ts'
import { problemOf, unavailable } from './failure.ts'
import { checkHandshake, checkOrigin } from './handshake.ts'
import type { Fetch } from './listen.ts'
import { countedReply } from './open-streams.ts'
import { documentationScript, documentationScriptPath } from './pages.ts'
import { waitSeconds } from './prefer.ts'
import { requestOf } from './request.ts'
import { isName, pathOf, requestPath, routingPath } from './verbs.ts'

/** How long the database may take for one answer. */
const answerMs = 5000

const nobody: Caller = { ownerId: '', actor: '', scopes: new Set(), credential: '', allowance: '' }

/** One request under way; `caller` and `answer` once they are known. `headers` are put on whatever answer comes. */
type Exchange = {
  requestId: string
  method: string
  route: string
  address: string
  headers: Record<string, string>
  caller?: Caller
  answer?: AnyResponse
}

type Peer = { peer: string }

/**
 * The API: every request of the contract with its implementation; whatever goes wrong is a problem document. Each request is one
 * function from its id to its log line: as a chain of middleware, a submit took 1.5 × the processor time.
 */
export function createApp(backend: Backend, implementation: Implementation): { fetch: Fetch } {
  const { log, links, keyring, limits, openStreams, origins, trusts } = backend
  const app = new Hono<{ Bindings: Peer }>({ getPath: requestPath })
  const audit = auditing(log)
  const cors = crossOrigin(origins)
  const complete = completing(links.origin, cors)

  /** Answers with what `work` replies, or with the problem that it throws. */
  const answering =
    (work: (c: Context, at: Exchange) => Promise<Reply>, route?: Route) => async (c: Context<{ Bindings: Peer }>) => {
      const startMs = performance.now()
      const { address, byTls } = clientOf(trusts, c.env.peer, c.req.raw.headers)
      const at: Exchange = {
        requestId: soundId(c.req.header('x-request-id')) ?? randomUUID(),
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
        problem = problemOf(error)
        reply = refuse(c, at, problem)
      }
      const { status, body, stream, socket } = reply
      Object.assign(reply.headers, at.headers)
      const { requestId, caller, answer } = at
      const origin = cors ? c.req.header('origin') : undefined
      const headers = complete(reply, { origin, byTls, requestId, isOwned: caller !== undefined && caller !== nobody })
      if (route) audit({ route, requestId, address, caller, path: () => c.req.param(), status, answer, problem })
      requestAnswered(log, {
        requestId,
        method: at.method,
        route: at.route,
        status,
        durationMs: Math.round((performance.now() - startMs) * 10) / 10,
        ...(caller?.ownerId ? { ownerId: caller.ownerId } : {}),
      })
      if (socket) return withSocket(new Response(null, { headers }), socket)
      const response = new Response(body, { status, headers })
      return stream ? withStream(response, stream) : response
    }

  function refuse(c: Context, { requestId, method, route }: Exchange, problem: Problem): Reply {
    if (problem.code === 'INTERNAL_ERROR' || problem.code === 'UNAVAILABLE') {
      requestFailed(log, { requestId, method, route, cause: problem.cause })
    }
    const reply = problemReply(problem, { path: pathOf(c.req.url), requestId, origin: links.origin })
    if (leavesBody(c, problem)) reply.headers.connection = 'close'
    return reply
  }

  const serve = (route: Route) => {
    const answerTo = implementation[route.operationId] as (request: unknown) => Promise<AnyResponse | Problem>
    const work = async (c: Context, at: Exchange) => {
      const { headers } = c.req.raw
      const { scopes, switches } = route
      const known = scopes ? authenticate(keyring, headers, { bySubprotocol: switches }) : nobody
      // Not every request has to give way to others first.
      const caller = known instanceof Promise ? await within(known, answerMs) : known
      at.caller = caller
      if (scopes) {
        const counted = limits.admit(caller, route.rateClass)
        at.headers = counted instanceof Promise ? await counted : counted
        checkScopes(caller, scopes)
      }
      if (switches) checkOrigin(headers, { own: links.origin, origins })
      const { requestId, address } = at
      const working = answerTo(await requestOf(c, route, { caller, requestId, address }))
      const answer = await (isStreamed(route) ? working : within(working, answerMs + heldMs(c, route)))
      if (answer instanceof Problem) throw answer
      at.answer = answer
      // Last: what is not there is not there, whichever way it is asked for.
      if (answer.socket) checkHandshake(at.method, headers)
      const reply = replyOf(answer, at.method)
      return reply.stream || reply.socket ? countedReply(reply, await openStreams.open(caller.allowance)) : reply
    }
    return answering(work, route)
  }

  // Part of the documentation's page, not of the contract.
  const script = answering(async () => ({
    status: 200,
    headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=86400' },
    body: await documentationScript(),
  }))
  app.get(documentationScriptPath, script)

  // Path by path, each closed before a less specific one could take its other methods.
  for (const [path, routes] of Map.groupBy(buildRoutes(routingPath), ({ routed }) => routed)) {
    const methods = routes.map(({ method }) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase()))
    const allow = [...new Set(routes.some(({ path }) => isName(path)) ? [...methods, 'GET, HEAD'] : methods)].join(', ')
    const refused = answering(async (c) => {
      const allowed = cors && asksFirst(c) ? cors.preflight(c.req.header('origin'), allow) : undefined
      if (allowed) return { status: 204, headers: allowed, body: null }
      throw new Problem('METHOD_NOT_ALLOWED', `${pathOf(c.req.url)} has no ${c.req.method}; it has ${allow}.`, {
        headers: { allow },
      })
    })
    const byMethod = new Map(routes.map((route) => [route.method.toUpperCase(), serve(route)]))
    const got = byMethod.get('GET')
    if (got) byMethod.set('HEAD', got)
    app.all(path, (c) => (byMethod.get(c.req.method) ?? refused)(c))
  }
  const missing = async () => {
    throw new Problem('NOT_FOUND', 'There is no such path. Compare it with the documentation.')
  }
  app.notFound(answering(missing))
  return { fetch: async (request, peer) => app.fetch(request, { peer }) }
}

/** Whether a browser asks if a page of another origin may send what it is about to. */
function asksFirst({ req }: Context): boolean {
  return req.method === 'OPTIONS' && req.header('access-control-request-method') !== undefined
}

/** How long an answer is held because its caller prefers so. */
function heldMs(c: Context, { headers }: Route): number {
  return headers.names.includes('prefer') ? 1000 * (waitSeconds(c.req.header('prefer')) ?? 0) : 0
}

/** An upload takes as long as its caller sends; everything else is a few queries. */
function isStreamed({ bodyTypes }: Route): boolean {
  return bodyTypes.length > 0 && !bodyTypes.includes('application/json')
}

/**
 * postgres.js can leave a query waiting for as long as the database refuses connections, or for ever on a half-open one: whoever
 * asks is told to come again. What was sent may still be carried out, which an Idempotency-Key makes harmless.
 */
async function within<T>(answering: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(unavailable('the database did not answer in time')), ms)
  try {
    return await Promise.race([answering, late])
  } finally {
    clearTimeout(timer)
  }
}

/** A caller's own request id, if it is one that can stand in a header and a log. */
function soundId(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.:@/+=-]{1,128}$/.test(text) ? text : undefined
}
