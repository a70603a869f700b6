import { v7 as uuidv7 } from 'uuid'
import { specOperations } from '../contract/document.ts'
import { formatId } from '../contract/ids.ts'
import type { Implementation } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import { retryRule } from '../contract/retry-rule.ts'
import { scopesOf } from '../contract/routes.ts'
import type { OperationRow } from '../database/operations.ts'
import { retry } from '../database/retries.ts'
import { answerTo, firstAnswer } from './acceptance.ts'
import type { Backend } from './backend.ts'
import { findOperation, operationGone } from './expiry.ts'
import { idempotencyOf } from './idempotency.ts'
import { storageFull, tooManyOperations } from './quotas.ts'

/** Starting an operation anew that ended badly. */
export function retryEndpoint(backend: Backend): Pick<Implementation, 'retryOperation'> {
  const { db, retention, operationRoom, storageRoom } = backend
  return {
    async retryOperation({ path, headers, caller: { ownerId, actor, scopes }, address }) {
      const asked = { method: 'POST', path: '/operations/{operationId}:retry', body: path }
      const idempotency = idempotencyOf(headers['idempotency-key'], asked, retention.idempotencySeconds)
      const row = await findOperation(backend, ownerId, path.operationId)
      // The successor may outlive it; a replay answers all the same.
      if (row instanceof Problem) return (await firstAnswer(backend, ownerId, idempotency)) ?? row
      const { operationId } = row
      const missing = submitScopes(row.type).find((scope) => !scopes.has(scope))
      if (missing !== undefined) {
        return new Problem('INSUFFICIENT_SCOPE', `What submits ${row.type} needs the scope ${missing}.`)
      }
      if (await storageRoom.isFull(ownerId)) {
        return (await firstAnswer(backend, ownerId, idempotency)) ?? storageFull({ left: 0, cap: storageRoom.cap })
      }
      const asks = { ownerId, operationId, actor, address: address || undefined }
      const again = (cap?: number) =>
        retry(db, { ...asks, newOperationId: uuidv7(), rule: retryRule, idempotency, cap })
      const outcome = await operationRoom.within(ownerId, {
        free: () => again(),
        exact: () => again(operationRoom.cap),
      })
      if (outcome === undefined) {
        // It has gone in this moment.
        const gone = await findOperation(backend, ownerId, path.operationId)
        return gone instanceof Problem ? gone : operationGone(null)
      }
      if (outcome.kind === 'full') return tooManyOperations(operationRoom.cap)
      backend.finished.forget(path.operationId)
      backend.hints.tell('changed', operationId)
      return outcome.kind === 'refused' ? refusal(outcome.operation) : answerTo(backend, outcome)
    },
  }
}

/** A retry can do no more than the caller could have submitted. */
function submitScopes(type: string): readonly string[] {
  const submit = specOperations().find(({ operation }) => operation.operationId === type)
  return (submit && scopesOf(submit.operation)) ?? []
}

function refusal({ status, retriedBy }: OperationRow) {
  if (retriedBy === null) {
    const advice =
      status === 'COMPLETED' ? 'To do the same work once more, submit it.' : 'Cancel it, or wait for its end.'
    return new Problem('CANNOT_RETRY', `The operation is ${status}. ${advice}`)
  }
  return new Problem('CANNOT_RETRY', `It has been retried already, by ${formatId('operation', retriedBy)}.`)
}
