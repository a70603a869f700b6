import type { z } from 'zod'
import type { OperationType } from '../../generated/operations.ts'
import { basePath } from '../contract/document.ts'
import type { AnyResponse, Implementation, RequestFacts } from '../contract/implementation.ts'
import type { WireOperation } from '../contract/present/operation.ts'
import { Problem } from '../contract/problem.ts'
import { buildRoutes } from '../contract/routes.ts'
import { type Names, renamed } from './problems.ts'

type BodyOf<Type extends OperationType> = Parameters<Implementation[Type]>[0]['body']

/**
 * The body of a submit as the contract validates it, with its default values: an Idempotency-Key then belongs to the same request, whether it was sent to
 * the dialect or to the API.
 */
export function bodyOf<Type extends OperationType>(type: Type, body: BodyOf<Type>): BodyOf<Type> {
  const route = buildRoutes().find(({ operationId }) => operationId === type)
  const media = route?.request.body?.content['application/json'] as { schema: z.ZodType<BodyOf<Type>> } | undefined
  if (!media) throw new Error(`${type} has no JSON body`)
  return media.schema.parse(body)
}

/**
 * The operation that a submit of the contract has accepted, with the headers of a 202 of the dialect, or the problem. `at`: the path of operations in the
 * dialect. `names`: its names of fields.
 */
export async function accepted(
  { caller, concerns }: Pick<RequestFacts, 'caller' | 'concerns'>,
  submit: Promise<AnyResponse | Problem>,
  { at, names }: { at: string; names: Names },
) {
  const response = await submit
  if (response instanceof Problem) return renamed(response, names)
  // Dialects ask neither to wait nor to validate only, which are answered with 200.
  if (response.status !== 202) throw new Error(`a submit was answered with ${response.status}`)
  const operation = response.body as WireOperation
  const { 'Retry-After': retryAfter, 'Idempotency-Replayed': replayed } = response.headers ?? {}
  // The audit log finds no operation in a body with other names.
  concerns({ ownerId: caller.ownerId, actor: caller.actor, operationId: operation.operationId })
  return {
    operation,
    headers: {
      Location: urlOf(operation, at),
      'Retry-After': Number(retryAfter),
      ...(replayed === undefined ? {} : { 'Idempotency-Replayed': 'true' as const }),
    },
  }
}

/** The URL of an operation below the path of operations of a dialect, with the origin that the URL in the contract has. */
export function urlOf(
  { operationId, statusUrl }: Pick<WireOperation, 'operationId' | 'statusUrl'>,
  at: string,
): string {
  const origin = statusUrl.slice(0, -`${basePath}/operations/${operationId}`.length)
  return `${origin}${at}/${operationId}`
}
