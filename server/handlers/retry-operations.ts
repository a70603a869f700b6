import { formatId } from '../contract/ids.ts'
import { retryRule } from '../contract/present/operation.ts'
import { isSelected } from '../database/operations/list.ts'
import { findMany, type OperationRow } from '../database/operations/read.ts'
import { retry } from '../database/operations/retry.ts'
import { mayBeRetried } from '../domain/retry.ts'
import { newId } from '../lib/new-id.ts'
import { applyToMatches, type BulkOutcome, countMatches, matching } from './bulk/matches.ts'
import { defineOperation } from './define.ts'

/**
 * Retries the owner's operations that match a filter. Each is retried at most once, even when this handler runs again. Dependencies are retried
 * first, so that the retry of an operation depends on their retries.
 */
export const retryOperations = defineOperation('retryOperations', {
  run(context, input) {
    const { db, ownerId } = context
    const actor = `operation:${formatId('operation', context.operationId)}`
    // Ids are ordered by creation, so a later retry was made by an earlier attempt of this operation.
    const outcomeOfRetried = ({ retriedBy }: OperationRow): BulkOutcome =>
      retriedBy !== null && retriedBy > context.operationId ? 'done' : 'CANNOT_RETRY'

    const filter = matching(ownerId, input)

    /** They are counted when it is their turn. */
    async function retryDependencies({ failedDependency, dependsOn }: OperationRow) {
      if (failedDependency === null || dependsOn === null) return
      const dependencies = await findMany(db, { ownerId, operationIds: dependsOn })
      for (const dependency of dependencies) {
        if (dependency.operationId < context.operationId && isSelected(filter, dependency)) await act(dependency)
      }
    }

    async function act(row: OperationRow): Promise<BulkOutcome> {
      if (!mayBeRetried(row)) return outcomeOfRetried(row)
      await retryDependencies(row)
      if (!(await context.admitsRetry(row))) return 'TOO_MANY_WEBHOOK_TARGETS'
      const { operationId } = row
      const { traceparent: traceContext } = context
      const request = { ownerId, operationId, newOperationId: newId(), actor, rule: retryRule, traceContext }
      const outcome = await context.withinOperationQuota((cap) => retry(db, { ...request, cap }))
      if (outcome?.kind === 'created') {
        context.notify('changed', operationId)
        context.notify('submitted', outcome.operation.operationId)
        context.count('submitted', row.type)
        return 'done'
      }
      if (outcome?.kind === 'refused') return outcomeOfRetried(outcome.operation)
      return outcome?.kind === 'full' ? 'TOO_MANY_OPERATIONS' : 'OPERATION_EXPIRED'
    }

    return applyToMatches(context, filter, 'Retried', act)
  },

  estimate: countMatches,
})
