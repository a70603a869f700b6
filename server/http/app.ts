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
import { admitBody, mediaTypeOf } from './body.ts'
import { problemOf } from './failure.ts'
import { documentationScript, documentationScriptPath } from './pages.ts'
import { pathOf, requestPath, routingPath } from './verbs.ts'
import { violation } from './violations.ts'

type Env = { Variables: { requestId: string; route: string; caller: Caller } }

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
      if (!result.success) throw violation(result.target, result.error.issues)
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

  const refuse = (c: Context<Env>, problem: Problem) =>
    problemResponse(problem, { path: pathOf(c.req.url), requestId: c.var.requestId, origin: links.origin })

  const admit = (route: Route) => async (c: Context<Env>, next: () => Promise<void>) => {
    c.set('route', route.path)
    c.set('caller', route.scopes ? authenticate(keyring, c.req.raw.headers, route.scopes) : nobody)
    await admitBody(c, route)
    await next()
  }

  const serve = (route: Route) => {
    const answerTo = implementation[route.operationId] as (request: unknown) => Promise<AnyResponse | Problem>
    return async (c: Context<Env>): Promise<Response> => {
      const answer = await answerTo(requestOf(c, route))
      if (answer instanceof Problem) throw answer
      return responseOf(answer, c.req.method)
    }
  }

  // Part of the documentation's page, not of the contract.
  app.get(documentationScriptPath, async (c) => {
    c.header('cache-control', 'public, max-age=86400')
    return c.body(await documentationScript(), 200, { 'content-type': 'text/javascript; charset=utf-8' })
  })

  const routes = buildRoutes(routingPath)
  for (const route of routes) app.openapi({ ...route.config, middleware: [admit(route)] }, serve(route))
  for (const [path, methods] of methodsByPath(routes)) {
    const allow = methods.join(', ')
    app.all(path, (c) => {
      throw new Problem('METHOD_NOT_ALLOWED', `${pathOf(c.req.url)} has no ${c.req.method}; it has ${allow}.`, {
        headers: { allow },
      })
    })
  }
  return { fetch: async (request) => app.fetch(request) }
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

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { method, config } of routes) {
    const path = config.path.replaceAll(/\{(\w+)\}/g, ':$1')
    const names = method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]
    found.set(path, [...(found.get(path) ?? []), ...names])
  }
  return found
}

/** A caller's own request id, if it is one that can stand in a header and a log. */
function soundId(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.:@/+=-]{1,128}$/.test(text) ? text : undefined
}
