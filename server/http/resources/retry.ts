import { insufficient } from '../../auth/refusal.ts'
import { formatId } from '../../contract/ids.ts'
import type { Implementation } from '../../contract/implementation.ts'
import { retryRule } from '../../contract/present/operation.ts'
import { Problem } from '../../contract/problem.ts'
import type { OperationRow } from '../../database/operations/read.ts'
import { retry } from '../../database/operations/retry.ts'
import { isHalfUndone } from '../../domain/retry.ts'
import { newId } from '../../lib/new-id.ts'
import { tooManyOperations } from '../../quotas/operations.ts'
import { storageFull } from '../../quotas/stored-bytes.ts'
import { tooManyTargets } from '../../quotas/webhook-targets.ts'
import type { Backend } from '../backend.ts'
import { submitScopes } from '../policy/submit-scopes.ts'
import { tracedSend } from '../policy/traced.ts'
import { acceptedResponse, firstResponse, idempotencyOf } from '../response/accepted.ts'
import { findOperation, operationGone } from '../response/expiry.ts'

/** Retries an operation that has ended without success, as a new operation. */
export function retryEndpoint(backend: Backend): Pick<Implementation, 'retryOperation'> {
  const { db, retention, operationQuota, storageQuota, targetQuota } = backend
  return {
    async retryOperation({ path, headers, caller: { ownerId, actor, scopes }, address, startSend }) {
      const request = { method: 'POST', path: '/operations/{operationId}:retry', body: path }
      const idempotency = idempotencyOf(headers['idempotency-key'], request, retention.idempotencySeconds)
      const firstOr = async <P extends Problem>(refusal: P) =>
        (await firstResponse(backend, ownerId, idempotency)) ?? refusal
      const row = await findOperation(backend, ownerId, path.operationId)
      // The new operation may outlive this one, and a replay is answered.
      if (row instanceof Problem) return firstOr(row)
      const { operationId } = row
      // A caller may retry only what it could have submitted.
      const needed = submitScopes(row.type)
      const missing = needed.find((scope) => !scopes.has(scope))
      if (missing !== undefined) return insufficient(needed, missing, `Submitting ${row.type} requires`)
      const full = await storageQuota.full(ownerId)
      if (full) return firstOr(storageFull(full))
      if (!(await targetQuota.admitsAgain(row))) return firstOr(tooManyTargets(targetQuota.cap))
      const given = { ownerId, operationId, actor, address: address || undefined, rule: retryRule, idempotency }
      const outcome = await tracedSend(startSend, { type: row.type, retried: row.traceContext }, (traceContext) => {
        const retryUpTo = (cap?: number) => retry(db, { ...given, newOperationId: newId(), cap, traceContext })
        return operationQuota.within(ownerId, { free: () => retryUpTo(), exact: () => retryUpTo(operationQuota.cap) })
      })
      if (outcome === undefined) {
        // It was removed after it was read.
        const gone = await findOperation(backend, ownerId, path.operationId)
        return gone instanceof Problem ? gone : operationGone(null)
      }
      if (outcome.kind === 'full') return tooManyOperations(operationQuota.cap)
      backend.finished.delete(path.operationId)
      backend.notifications.notify('changed', operationId)
      return outcome.kind === 'refused' ? cannotRetry(outcome.operation) : acceptedResponse(backend, outcome)
    },
  }
}

function cannotRetry({ status, retriedBy, error }: OperationRow) {
  if (isHalfUndone({ error })) {
    const steps = 'A step of the operation could not be undone, and a retry would do it again.'
    return new Problem(
      'CANNOT_RETRY',
      `${steps} Undo the step that \`error.detail\` names, then submit a new operation.`,
    )
  }
  if (retriedBy === null) {
    const advice =
      status === 'COMPLETED' ? 'Submit a new operation instead.' : 'Cancel the operation, or wait until it has ended.'
    return new Problem('CANNOT_RETRY', `The operation is ${status}. ${advice}`)
  }
  return new Problem('CANNOT_RETRY', `The operation has already been retried by ${formatId('operation', retriedBy)}.`)
}
