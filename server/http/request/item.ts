import { z } from 'zod'
import { type OperationType, operationTypes } from '../../../generated/operations.ts'
import type { Violation } from '../../contract/problem.ts'
import type { RequestName } from '../../contract/request-names.ts'
import { buildRoutes, type Route } from '../../contract/routes.ts'
import type { CommonFields } from './submission.ts'
import { bodyViolations } from './validate.ts'

/** A submit inside of a larger document: an item of a batch, or what a schedule submits. */
export type Item = {
  type: string
  /** The parameters of the submit's path. */
  path?: Readonly<Record<string, unknown>> | undefined
  body?: Readonly<Record<string, unknown>> | undefined
}

export type CheckedItem = {
  type: OperationType
  path: Readonly<Record<string, string>>
  body: Readonly<CommonFields & Record<string, unknown>>
}

/**
 * Checks an item by the schemas that validate the submit of its type, and returns it as they return it, with defaults; or the violations,
 * with pointers into the item (`/type`, `/path/orderId`, `/body/dateRange/toDate`). `validateOnly` is refused, because an item is
 * submitted.
 */
export function checkItem({ type, path = {}, body = {} }: Item): CheckedItem | Violation[] {
  const submit = Object.hasOwn(operationTypes, type) ? submits().get(type) : undefined
  if (!submit) return [{ pointer: '/type', message: `must be one of ${Object.keys(operationTypes).join(', ')}` }]
  const inPath = submit.path.safeParse(path)
  const inBody = submit.body.safeParse(body)
  const violations = [
    ...(inPath.error ? bodyViolations({ data: path, error: inPath.error }, submit.pathNames, ['path']) : []),
    ...(inBody.error ? bodyViolations({ data: body, error: inBody.error }, submit.names, ['body']) : []),
    ...(typeof body.validateOnly === 'boolean' ? [notHere] : []),
  ]
  if (violations.length > 0 || !inPath.success || !inBody.success) return violations
  return { type: type as OperationType, path: inPath.data, body: inBody.data } as CheckedItem
}

const notHere: Violation = { pointer: '/body/validateOnly', message: 'is not possible here; remove it' }

/** The path parameters of a submit that has none. */
const nothing = z.strictObject({})

type Submit = { path: z.ZodType; body: z.ZodType; names: readonly RequestName[]; pathNames: readonly RequestName[] }

let known: ReadonlyMap<string, Submit> | undefined

/** The compiled schemas of the routes, of which a second copy would cost time and memory. */
function submits(): ReadonlyMap<string, Submit> {
  known ??= new Map(
    buildRoutes()
      .filter(({ operationId }) => Object.hasOwn(operationTypes, operationId))
      .map((route) => [route.operationId, submitOf(route)]),
  )
  return known
}

function submitOf({ path, request, names }: Route): Submit {
  const content = request.body?.content['application/json']
  if (!content || !('schema' in content)) throw new Error(`the submit ${path} has no JSON body`)
  const pathNames = names.flatMap((name) => (name.place === 'path' ? { ...name, place: 'body' as const } : []))
  return {
    path: (request.params ?? nothing) as z.ZodType,
    body: content.schema as z.ZodType,
    names: names.filter(({ place }) => place === 'body'),
    pathNames,
  }
}
