import type { ZodType } from 'zod'
import { type OperationId, type OperationType, operationTypes } from '../../generated/operations.ts'
import { checkScopes } from '../auth/credential.ts'
import type { Call } from '../contract/call.ts'
import type { AnyImplementation, AnyResponse, Implementation, RequestFacts } from '../contract/implementation.ts'
import { maxViolations, Problem, pointerTo } from '../contract/problem.ts'
import { problems } from '../contract/problems.ts'
import { buildRoutes, type Route } from '../contract/routes.ts'
import { requestFailed } from '../telemetry/events.ts'
import type { Backend } from './backend.ts'
import { holdsConnection } from './handle.ts'
import { createAuditor } from './policy/audit.ts'
import { sentence } from './request/body.ts'
import { checkItem } from './request/item.ts'
import { waitSeconds } from './request/prefer.ts'
import { violationProblem } from './request/validate.ts'
import { inDatabaseTime, problemOf } from './response/problems.ts'

/** The request inside of which operations are called. It has counted as one read. */
export type OuterRequest = Pick<RequestFacts, 'caller' | 'requestId' | 'address' | 'signal' | 'startSend'>

type Input = Parameters<Call>[1]
type Parts = { path: Readonly<Record<string, unknown>>; query: Readonly<Record<string, unknown>>; body: unknown }

/** Calls of the contract's operations for requests of a dialect that has one path for all of them. */
export function nestedCalls(backend: Backend, implementation: Implementation): (outer: OuterRequest) => Call {
  const { gate, limits, log } = backend
  const audit = createAuditor(log)
  const routes = new Map(buildRoutes().map((route) => [route.operationId, route]))

  return ({ caller, requestId, address, startSend, signal: ofRequest }) => {
    /** The outer request has counted as a read, which is the first read in it. */
    let isCounted = false

    async function count(route: Route) {
      if (route.rateClass === 'reads' && !isCounted) isCounted = true
      else await limits.admit(caller, route.rateClass)
    }

    async function respond(route: Route, input: Input, { headers = {}, signal = ofRequest }: Parameters<Call>[2] = {}) {
      if (route.scopes) checkScopes(caller, route.scopes)
      await count(route)
      const { path, query, body } = checked(route, partsOf(route, input))
      const request = {
        method: route.method.toUpperCase(),
        path,
        query,
        headers: route.request.headers ? valid(route, 'header', route.request.headers as ZodType, headers) : {},
        body,
        caller,
        countMore: async (more: number) => {
          await limits.admitMore(caller, route.rateClass, more)
          return { admitted: more }
        },
        concerns() {},
        startSend,
        requestId,
        address,
        signal,
      }
      const release = holdsConnection(route) ? await gate.connection(caller.ownerId) : undefined
      const handle = implementation[route.operationId as OperationId] as AnyImplementation
      const handling = handle(request).finally(release)
      return inDatabaseTime(handling, 1000 * (waitSeconds(headers.prefer) ?? 0))
    }

    return async (operationId, input, options) => {
      const route = routes.get(operationId)
      if (!route) throw new Error(`the contract has no operation ${operationId}`)
      const outcome = await respond(route, input, options).catch((error: unknown) => {
        const problem = problemOf(error)
        if (problem.code === 'INTERNAL_ERROR' || problem.code === 'UNAVAILABLE') {
          requestFailed(log, { requestId, method: route.method.toUpperCase(), route: route.path, cause: problem.cause })
        }
        return problem
      })
      const isProblem = outcome instanceof Problem
      const status = isProblem ? problems[outcome.code].status : outcome.status
      const facts = isProblem ? { problem: outcome } : { response: outcome as AnyResponse }
      const ofPath = route.names.filter(({ place }) => place === 'path')
      const path = () => Object.fromEntries(ofPath.map(({ name }) => [name, String(input[name])]))
      audit({ route, requestId, address, caller, path, status, ...facts })
      return outcome
    }
  }
}

/** Where each part of `input` belongs by the names in the spec. Throws `INVALID_INPUT` for a name that belongs nowhere. */
function partsOf({ names, bodyTypes }: Route, input: Input): Parts {
  const places = new Map(names.map(({ name, place }) => [name, place]))
  const hasFields = names.some(({ place }) => place === 'body')
  const placeOf = (name: string) => {
    const place = places.get(name)
    if (place === 'path' || place === 'query') return place
    // The schema of the body refuses unknown fields, and knows what was meant.
    return hasFields || (name === 'body' && bodyTypes.length > 0) ? 'body' : 'nowhere'
  }
  const {
    path = [],
    query = [],
    body = [],
    nowhere = [],
  } = Object.groupBy(Object.entries(input), ([name]) => placeOf(name))
  const errors = nowhere.map(([name]) => ({ pointer: pointerTo([name]), message: 'is not a known field; remove it' }))
  if (errors.length > 0)
    throw new Problem('INVALID_INPUT', sentence(errors[0]), { errors: errors.slice(0, maxViolations) })
  const fields = hasFields ? Object.fromEntries(body) : input.body
  return {
    path: Object.fromEntries(path),
    query: Object.fromEntries(query),
    body: bodyTypes.length > 0 ? fields : undefined,
  }
}

/** The parts as the schemas of the route return them. Throws the problem of the first part that violates its schema. */
function checked(route: Route, { path, query, body }: Parts): Parts {
  const { request, operationId } = route
  if (Object.hasOwn(operationTypes, operationId))
    return { query, ...checkedSubmit(operationId as OperationType, { path, body }) }
  const content = request.body?.content['application/json']
  return {
    path: request.params ? valid(route, 'param', request.params as ZodType, path) : path,
    query: valid(route, 'query', route.query, query),
    body: content && 'schema' in content ? valid(route, 'json', content.schema as ZodType, body) : undefined,
  }
}

function valid<T>({ names }: Route, target: string, schema: ZodType, data: T): T {
  const { success, data: value, error } = schema.safeParse(data)
  if (!success) throw violationProblem({ target, data, error }, names)
  return value as T
}

/** Path and body are one input, so the places of their violations are places in it. */
function checkedSubmit(type: OperationType, { path, body }: Pick<Parts, 'path' | 'body'>) {
  const item = checkItem({ type, path, body: body as Readonly<Record<string, unknown>> })
  if (!Array.isArray(item)) return item
  const errors = item.map((one) => ({ ...one, pointer: (one.pointer ?? '').replace(/^\/(path|body)/, '') }))
  throw new Problem('INVALID_INPUT', sentence(errors[0]), { errors })
}
