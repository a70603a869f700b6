import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Handler, MiddlewareHandler } from 'hono'
import { RegExpRouter } from 'hono/router/reg-exp-router'
import type { RouterRoute } from 'hono/types'
import type { AnyImplementation, Implementation } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import { buildRoutes, type Route } from '../contract/routes.ts'
import { dialects, routesOf } from '../dialects/index.ts'
import { admission, admitAddress } from './admit.ts'
import type { Backend } from './backend.ts'
import { problemHandler, throwViolation } from './errors.ts'
import { beginExchange, type Env, type RequestContext } from './exchange.ts'
import { handlerOf } from './handle.ts'
import { isName, requestPath, routingPath, shownPath } from './request/path.ts'
import { corsFor } from './response/headers.ts'
import { createSend } from './response/send.ts'

type Mount = { route: Route; implementation: AnyImplementation }

/** The routes of the contract and of each dialect, with their implementations. Those of a dialect call those of the contract. */
function mountsOf(canonical: Implementation): Mount[] {
  const by = (implementations: Readonly<Record<string, unknown>>) => (route: Route) => ({
    route,
    implementation: implementations[route.operationId] as AnyImplementation,
  })
  return [
    ...buildRoutes().map(by(canonical)),
    ...dialects.flatMap((dialect) => routesOf(dialect).map(by(dialect.implement(canonical)))),
  ]
}

/** The API: each operation of the spec with its implementation. Every error becomes a problem document. */
export function createApp(backend: Backend, implementation: Implementation): OpenAPIHono<Env> {
  const { addressLimits, origins, trusts } = backend
  const cors = corsFor(origins)
  const send = createSend(backend, cors)
  const admit = admission(backend)
  // Takes the same time however many handlers a route has.
  const router = new RegExpRouter<[Handler, RouterRoute]>()
  const app = new OpenAPIHono<Env>({ router, getPath: requestPath, defaultHook: throwViolation })
  app.onError(problemHandler(backend, send))

  for (const [path, mounts] of Map.groupBy(mountsOf(implementation), ({ route }) => route.path)) {
    const routed = routingPath(path)
    const isRewritten = routed !== path
    for (const { route, implementation } of mounts) {
      const { method, request, responses } = route
      const handle = handlerOf(backend, send, route, implementation)
      const middleware = admit(route) as MiddlewareHandler
      app.openapi(
        createRoute({ method, path: routed, request, responses, middleware, hide: isRewritten }),
        handle as Handler,
      )
      // The registry has the path of the spec.
      if (isRewritten) app.openAPIRegistry.registerPath({ method, path, request, responses })
    }
    const methods = mounts.map(({ route: { method } }) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase()))
    const allow = [...new Set(isName(path) ? [...methods, 'GET, HEAD'] : methods)].join(', ')
    // After the methods of this path and before less specific paths, which must not serve the methods that it lacks.
    app.all(routed.replaceAll(/\{(\w+)\}/g, ':$1'), (c) => otherMethod(c, allow))
  }
  app.notFound((c) => {
    admitAddress(addressLimits, beginExchange(c, trusts).address)
    throw new Problem('NOT_FOUND', 'There is no such path. Compare it with the documentation.')
  })

  function otherMethod(c: RequestContext, allow: string): Response {
    const { address } = beginExchange(c, trusts)
    const isPreflight = c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined
    const preflight = isPreflight ? cors?.preflight(c.req.header('origin'), allow) : undefined
    admitAddress(addressLimits, address, preflight ? 'preflights' : 'requests')
    if (preflight) return send(c, { status: 204, headers: preflight, body: null })
    throw new Problem('METHOD_NOT_ALLOWED', `${shownPath(c.req.url)} has no ${c.req.method}; it has ${allow}.`, {
      headers: { allow },
    })
  }

  return app
}
