import { randomUUID } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { authenticate } from '../auth/credential.ts'
import type { AnyResponse, Caller, Implementation } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import { buildRoutes, type Route } from '../contract/routes.ts'
import { requestAnswered, requestFailed } from '../telemetry/events.ts'
import { problemResponse, responseOf } from './answers.ts'
import type { Backend } from './backend.ts'
import { admitBody, leavesBody, mediaTypeOf } from './body.ts'
import { problemOf, unavailable } from './failure.ts'
import { documentationScript, documentationScriptPath } from './pages.ts'
import { pathOf, requestPath, routingPath } from './verbs.ts'
import { violation } from './violations.ts'

type Env = { Variables: { requestId: string; route: string; caller: Caller } }

/** How long the database may take for one answer. */
const answerMs = 5000

const nobody: Caller = { ownerId: '', scopes: new Set() }

/** The API: every request of the contract with its implementation; whatever goes wrong is a problem document. */
export function createApp(
  backend: Backend,
  implementation: Implementation,
): { fetch(request: Request): Promise<Response> } {
  const { log, links, keyring } = backend
  const app = new OpenAPIHono<Env>({
    getPath: requestPath,
    defaultHook: (result) => {
      if (!result.success)
        throw violation(result.target, 'data' in result ? result.data : undefined, result.error.issues)
    },
  })

  app.use(async (c, next) => {
    const startMs = performance.now()
    const requestId = soundId(c.req.header('x-request-id')) ?? randomUUID()
    c.set('requestId', requestId)
    await next()
    c.res.headers.set('x-request-id', requestId)
    requestAnswered(log, {
      requestId,
      method: c.req.method,
      route: c.get('route') ?? 'unknown',
      status: c.res.status,
      durationMs: Math.round((performance.now() - startMs) * 10) / 10,
      ...(c.get('caller')?.ownerId ? { ownerId: c.get('caller').ownerId } : {}),
    })
  })

  app.onError((error, c) => {
    const problem = problemOf(error)
    if (problem.code === 'INTERNAL_ERROR' || problem.code === 'UNAVAILABLE') {
      const { requestId } = c.var
      requestFailed(log, { requestId, method: c.req.method, route: c.get('route') ?? 'unknown', cause: problem.cause })
    }
    return refuse(c, problem)
  })
  app.notFound((c) => refuse(c, new Problem('NOT_FOUND', 'There is no such path. Compare it with the documentation.')))

  function refuse(c: Context<Env>, problem: Problem): Response {
    const { origin } = links
    const response = problemResponse(problem, { path: pathOf(c.req.url), requestId: c.var.requestId, origin })
    if (leavesBody(c, problem)) response.headers.set('connection', 'close')
    return response
  }

  const admit = (route: Route) => async (c: Context<Env>, next: () => Promise<void>) => {
    c.set('route', route.path)
    c.set('caller', route.scopes ? authenticate(keyring, c.req.raw.headers, route.scopes) : nobody)
    await admitBody(c, route)
    await next()
  }

  const serve = (route: Route) => {
    const answerTo = implementation[route.operationId] as (request: unknown) => Promise<AnyResponse | Problem>
    return async (c: Context<Env>): Promise<Response> => {
      const answering = answerTo(requestOf(c, route))
      const answer = await (isStreamed(route) ? answering : within(answering, answerMs))
      if (answer instanceof Problem) throw answer
      return responseOf(answer, c.req.method)
    }
  }

  // Part of the documentation's page, not of the contract.
  app.get(documentationScriptPath, async (c) => {
    c.header('cache-control', 'public, max-age=86400')
    return c.body(await documentationScript(), 200, { 'content-type': 'text/javascript; charset=utf-8' })
  })

  // Path by path, each closed before a less specific one could take its other methods.
  for (const [path, routes] of byPath(buildRoutes(routingPath))) {
    for (const route of routes) app.openapi({ ...route.config, middleware: [admit(route)] }, serve(route))
    const allow = routes.map(({ method }) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase())).join(', ')
    app.all(path, (c) => {
      throw new Problem('METHOD_NOT_ALLOWED', `${pathOf(c.req.url)} has no ${c.req.method}; it has ${allow}.`, {
        headers: { allow },
      })
    })
  }
  return { fetch: async (request) => app.fetch(request) }
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

/** What the implementation is given; its type, `RequestOf`, follows from the schemas that have been checked. */
function requestOf(c: Context<Env>, route: Route): unknown {
  const valid = (part: 'param' | 'query' | 'header' | 'json'): unknown => c.req.valid(part as never)
  const json = route.bodyTypes.includes('application/json')
  return {
    path: valid('param'),
    query: valid('query'),
    headers: valid('header'),
    body: json ? valid('json') : rawBody(c, route),
    caller: c.var.caller,
    requestId: c.var.requestId,
    get signal() {
      return c.req.raw.signal
    },
  }
}

function rawBody(c: Context<Env>, route: Route) {
  if (route.bodyTypes.length === 0) return undefined
  const length = c.req.header('content-length')
  return {
    mediaType: mediaTypeOf(c.req.header('content-type')),
    ...(length === undefined ? {} : { declaredBytes: Number(length) }),
    stream: c.req.raw.body,
  }
}

/** By the path as Hono writes it, in the routes' order. */
function byPath(routes: readonly Route[]): Map<string, Route[]> {
  return Map.groupBy(routes, ({ config }) => config.path.replaceAll(/\{(\w+)\}/g, ':$1'))
}

/** A caller's own request id, if it is one that can stand in a header and a log. */
function soundId(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.:@/+=-]{1,128}$/.test(text) ? text : undefined
}
