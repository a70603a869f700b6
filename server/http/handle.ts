import { operationTypes } from '../../generated/operations.ts'
import type { AnyImplementation, Caller, Concerned } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import type { Route } from '../contract/routes.ts'
import type { SendFacts } from '../domain/trace-context.ts'
import { streamsOpen } from '../telemetry/recorded.ts'
import { startSend } from '../telemetry/traces.ts'
import type { Backend } from './backend.ts'
import { isAbandoned, type RequestContext } from './exchange.ts'
import { rawBodyOf } from './request/body.ts'
import { checkHandshake } from './request/handshake.ts'
import { waitSeconds } from './request/prefer.ts'
import { inDatabaseTime } from './response/problems.ts'
import { replyOf, type Send } from './response/send.ts'
import { releasing } from './stream/event-writer.ts'

/** The handler of a route: calls the implementation with the validated request, and sends its response. */
export function handlerOf(
  { gate, openStreams, limits }: Pick<Backend, 'gate' | 'openStreams' | 'limits'>,
  send: Send,
  route: Route,
  implementation: AnyImplementation,
) {
  return async (c: RequestContext): Promise<Response> => {
    const exchange = c.get('exchange')
    const request = requestOf(c, route, limits)
    const { caller, headers } = request
    requireClient(c)
    const release = holdsConnection(route) ? await gate.connection(caller.ownerId) : undefined
    const handling = release ? ifConnected(c, () => implementation(request)).finally(release) : implementation(request)
    const heldMs = 1000 * (waitSeconds(headers.prefer) ?? route.heldSeconds)
    const response = await (isUpload(route) ? handling : inDatabaseTime(handling, heldMs))
    if (response instanceof Problem) throw response
    exchange.response = response
    // After the look-up: 404 takes precedence over 426.
    if (response.status === 101) checkHandshake(c.req.method, c.req.raw.headers)
    const reply = replyOf(response, c.req.method)
    if (reply.stream) reply.stream = releasing(reply.stream, counted(await openStreams.open(caller), route.operationId))
    return send(c, reply)
  }
}

/** Counts an open stream until `release` is called, which may be twice. */
function counted(release: () => void, kind: string): () => void {
  let open = true
  streamsOpen([kind], 1)
  return () => {
    if (open) streamsOpen([kind], -1)
    open = false
    release()
  }
}

const anonymous: Caller = { ownerId: '', actor: '', scopes: new Set(), credential: '', rateLimitKey: '' }
const none: Readonly<Record<string, string>> = Object.freeze({})

/** The request as the implementation receives it (`RequestOf`). */
function requestOf(c: RequestContext, route: Route, limits: Backend['limits']) {
  const exchange = c.get('exchange')
  const { caller = anonymous, requestId, address } = exchange
  // Untyped, because the route is not known statically. Undefined for parts that the operation does not have.
  const valid = (part: string) => c.req.valid(part as never) as typeof none | undefined
  return {
    method: c.req.method,
    query: valid('query') ?? none,
    path: valid('param') ?? none,
    headers: valid('header') ?? none,
    body: isUpload(route) ? rawBodyOf(c) : valid('json'),
    caller,
    async countMore(more: number, options?: { allOrNothing?: boolean }) {
      const { headers, ...counted } = await limits.admitMore(caller, route.rateClass, more, options)
      Object.assign(exchange.headers, headers)
      return counted
    },
    concerns(concerned: Concerned) {
      exchange.concerned = concerned
    },
    startSend: (facts: SendFacts) => startSend(exchange.span, c.req.raw.headers, facts),
    requestId,
    address,
    get signal() {
      return c.req.raw.signal
    },
  }
}

/** Throws when nobody waits for the response of a read any more. A client that pipelines and disconnects must not keep the service busy. */
function requireClient(c: RequestContext) {
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
  if (isRead && isAbandoned(c)) throw new Problem('UNAVAILABLE', 'The client closed the connection.', { retryAfter: 1 })
}

/** The response, unless the client has left while the request waited. */
async function ifConnected<T>(c: RequestContext, handle: () => Promise<T>): Promise<T> {
  requireClient(c)
  return handle()
}

/** Their statements are batched, or they take a connection where they need one. */
const batched: ReadonlySet<string> = new Set([
  'getOperation',
  'getBatch',
  'batchCreateOperations',
  ...Object.keys(operationTypes),
])

/** Whether a request of the route takes a database connection before it is handled. */
export function holdsConnection(route: Route): boolean {
  return route.scopes !== undefined && !batched.has(route.canonicalId) && !isUpload(route)
}

/** An upload takes as long as its client sends. */
function isUpload({ bodyTypes }: Route): boolean {
  return bodyTypes.length > 0 && !bodyTypes.includes('application/json')
}
