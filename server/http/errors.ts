import type { Hook } from '@hono/zod-openapi'
import type { ErrorHandler } from 'hono'
import type { Problem } from '../contract/problem.ts'
import type { Route } from '../contract/routes.ts'
import { dialectAt } from '../dialects/index.ts'
import type { AnonymousClass } from '../quotas/address-limits.ts'
import { requestFailed } from '../telemetry/events.ts'
import type { Backend } from './backend.ts'
import { type Env, isAbandoned } from './exchange.ts'
import { shownPath } from './request/path.ts'
import { closeInStages, leavesBody } from './request/unread-body.ts'
import { violationProblem } from './request/validate.ts'
import { problemOf, problemReply } from './response/problems.ts'
import type { Send } from './response/send.ts'

/** Throws the problem of the first part of a request that violates its schema. */
export const throwViolation: Hook<unknown, Env, string, undefined> = (result, c) => {
  if (!result.success) throw violationProblem(result, c.get('exchange').route?.names)
}

/** Sends the problem document of whatever was thrown. */
export function problemHandler(
  { log, links, addressLimits }: Pick<Backend, 'log' | 'links' | 'addressLimits'>,
  send: Send,
): ErrorHandler<Env> {
  return (error, c) => {
    const { requestId, route, address } = c.get('exchange')
    const thrown = problemOf(error)
    // Only refused credentials and links count, so this comes after the request.
    const anonymousClass = refusedClass(thrown, route)
    const problem = (anonymousClass && addressLimits.admit(address, anonymousClass)) ?? thrown
    if (!isAbandoned(c) && (problem.code === 'INTERNAL_ERROR' || problem.code === 'UNAVAILABLE')) {
      const { method } = c.req
      requestFailed(log, { requestId, method, route: route?.path ?? 'unknown', cause: problem.cause })
    }
    const path = shownPath(c.req.url)
    const render = route ? route.renderProblem : dialectAt(path)?.renderProblem
    const reply = problemReply(problem, { path, requestId, origin: links.origin, render })
    if (leavesBody(c.env, problem)) {
      reply.headers.connection = 'close'
      closeInStages(c.env)
    }
    return send(c, reply, problem)
  }
}

const invalidLink: ReadonlySet<string> = new Set(['INVALID_REQUEST', 'LINK_INVALID', 'LINK_EXPIRED', 'NOT_FOUND'])

/** A callback with a valid token counts for its owner, also if its body is malformed. */
const invalidCallback: ReadonlySet<string> = new Set(['CALLBACK_INVALID', 'NOT_FOUND'])

/** What a refused request counts as for its address; undefined if it does not count. */
function refusedClass({ code }: Problem, route: Route | undefined): AnonymousClass | undefined {
  if (code === 'UNAUTHENTICATED') return 'requests'
  const refusals = route?.countsLink ? invalidLink : route?.countsCallback ? invalidCallback : undefined
  return refusals?.has(code) ? 'links' : undefined
}
