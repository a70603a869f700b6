import type { components } from '../../../generated/schema.ts'
import { formatId } from '../../contract/ids.ts'
import { acceptedOperation } from '../../contract/present/operation.ts'
import { Problem, problemDocument, type Violation } from '../../contract/problem.ts'
import type { ItemOutcome } from '../../database/batches/types.ts'
import type { OperationRow } from '../../database/operations/read.ts'
import type { StoredResult } from '../../database/schema/batches.ts'
import { tooManyOperations } from '../../quotas/operations.ts'
import type { Backend } from '../backend.ts'
import type { SecretOf } from './accepted.ts'
import { hasExpired, operationGone } from './expiry.ts'

export type WireResult = components['schemas']['BatchItemResult']

/** The result of an item; a problem without the request that it belongs to. */
export type Result = Exclude<ItemOutcome, { kind: 'gone' | 'mismatch' | 'full' | 'dependent' }> | Problem

/** The outcome, or the problem that it means. */
export function resultOf(outcome: ItemOutcome, { operationQuota }: Pick<Backend, 'operationQuota'>): Result {
  switch (outcome.kind) {
    case 'created':
      return outcome
    case 'replayed': {
      const expiresAt = 'expiresAt' in outcome.operation ? outcome.operation.expiresAt : null
      return hasExpired({ expiresAt }) ? operationGone(expiresAt) : outcome
    }
    case 'gone':
      return operationGone(outcome.expiredAt)
    case 'mismatch':
      return atItem('IDEMPOTENCY_MISMATCH', 'This idempotencyKey was used for another request. Use a new key.', {
        pointer: '/idempotencyKey',
        message: 'was used for another request; use a new one',
      })
    case 'dependent':
      return atItem('INVALID_INPUT', 'An operation of this batch that this one depends on was refused.', {
        pointer: '/dependsOn',
        message: 'names an operation that was refused; fix that one first',
      })
    default:
      return tooManyOperations(operationQuota.cap)
  }
}

const atItem = (code: 'IDEMPOTENCY_MISMATCH' | 'INVALID_INPUT', detail: string, violation: Violation) =>
  new Problem(code, detail, { errors: [violation] })

export type Showing = {
  links: Backend['links']
  secretOf: SecretOf /** Only the ids of operations. */
  minimal: boolean
}

/** The result in the API's format. */
export function wireResult(result: Result, { links, secretOf, minimal }: Showing): WireResult {
  if (result instanceof Problem) return { problem: problemOfItem(result, links) }
  const { kind, operation } = result
  const wire: WireResult = minimal
    ? { operationId: formatId('operation', operation.operationId) }
    : { operation: acceptedOperation(operation, links, secretOf(operation)) }
  return kind === 'replayed' ? { ...wire, replayed: true } : wire
}

const documents = new WeakMap<Problem, ReturnType<typeof problemDocument>>()

/** The same for the response and for its replays, including the time. */
function problemOfItem(problem: Problem, { origin }: Backend['links']) {
  const { code, message, extra } = problem
  const document = documents.get(problem) ?? problemDocument(code, { detail: message, origin, ...extra })
  documents.set(problem, document)
  return document
}

/** A wire result as it is stored for replays. `operation`: of the result. */
export function storedResult(result: Result, links: Backend['links']): StoredResult {
  if (result instanceof Problem) return { problem: { ...problemOfItem(result, links) } }
  const { operationId } = result.operation
  return result.kind === 'replayed' ? { operationId, replayed: true } : { operationId }
}

/** A stored result in the API's format, with the operation as it was accepted; the problem that it has expired, if it was deleted since. */
export function replayedResult(
  stored: StoredResult,
  rows: ReadonlyMap<string, OperationRow>,
  showing: Showing,
): WireResult {
  if ('problem' in stored) return { problem: stored.problem as WireResult['problem'] & object }
  const operation = rows.get(stored.operationId)
  if (!operation || hasExpired(operation)) return wireResult(operationGone(operation?.expiresAt ?? null), showing)
  return wireResult({ kind: stored.replayed ? 'replayed' : 'created', operation }, showing)
}

const maxViolations = 100

/** The problem of a batch with `allOrNothing` of which items were refused: their violations, with pointers into the body of the request. */
export function refusedBatch(
  results: readonly unknown[],
): Problem<'BATCH_REFUSED' | 'TOO_MANY_OPERATIONS' | 'TOO_MANY_WEBHOOK_TARGETS'> {
  const refused = [...results.entries()].flatMap(([index, one]) =>
    one instanceof Problem ? [{ index, problem: one }] : [],
  )
  // A batch that would be accepted later is not invalid.
  const [first] = refused
  if (first && refused.every(({ problem }) => isQuota(problem))) return first.problem as ReturnType<typeof refusedBatch>
  const errors = refused.flatMap(({ index, problem }) => violationsOf(index, problem)).slice(0, maxViolations)
  const number = `${refused.length.toLocaleString('en')} of ${results.length.toLocaleString('en')}`
  const [one] = errors
  const where = one ? ` ${one.pointer?.slice(1).replaceAll('/', '.')}: ${one.message}.` : ''
  return new Problem('BATCH_REFUSED', `${number} operations cannot be submitted, so none was.${where}`, { errors })
}

function isQuota({ code }: Problem): boolean {
  return code === 'TOO_MANY_OPERATIONS' || code === 'TOO_MANY_WEBHOOK_TARGETS'
}

function violationsOf(index: number, { code, message, extra }: Problem): Violation[] {
  const at = `/operations/${index}`
  if (!extra.errors?.length) return [{ pointer: at, message: `is refused with ${code}: ${message.replace(/\.$/, '')}` }]
  return extra.errors.map(({ pointer = '', message: text }) => ({ pointer: at + pointer, message: text }))
}
