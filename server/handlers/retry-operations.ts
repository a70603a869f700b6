import { v7 as uuidv7 } from 'uuid'
import { formatId } from '../contract/ids.ts'
import { retryRule } from '../contract/present/operation.ts'
import type { OperationRow } from '../database/operations/read.ts'
import { retry } from '../database/operations/retry.ts'
import { mayBeRetried } from '../domain/retry.ts'
import { applyToMatches, type BulkOutcome, countMatches, matching } from './bulk/matches.ts'
import { defineOperation } from './define.ts'

/** Retries the owner's operations that match a filter. Each is retried at most once, even when this handler runs again. */
export const retryOperations = defineOperation('retryOperations', {
  run(context, input) {
    const { db, ownerId } = context
    const actor = `operation:${formatId('operation', context.operationId)}`
    // Ids are ordered by creation, so a later retry was made by an earlier attempt of this operation.
    const outcomeOfRetried = ({ retriedBy }: OperationRow): BulkOutcome =>
      retriedBy !== null && retriedBy > context.operationId ? 'done' : 'CANNOT_RETRY'

    async function act(row: OperationRow): Promise<BulkOutcome> {
      if (!mayBeRetried(row)) return outcomeOfRetried(row)
      if (!(await context.admitsRetry(row))) return 'TOO_MANY_WEBHOOK_TARGETS'
      const { operationId } = row
      const request = { ownerId, operationId, newOperationId: uuidv7(), actor, rule: retryRule }
      const outcome = await context.withinOperationQuota((cap) => retry(db, { ...request, cap }))
      if (outcome?.kind === 'created') {
        context.notify('changed', operationId)
        context.notify('submitted', outcome.operation.operationId)
        return 'done'
      }
      if (outcome?.kind === 'refused') return outcomeOfRetried(outcome.operation)
      return outcome?.kind === 'full' ? 'TOO_MANY_OPERATIONS' : 'OPERATION_EXPIRED'
    }

    return applyToMatches(context, matching(ownerId, input), 'Retried', act)
  },

  estimate: countMatches,
})
