import { formatId } from '../contract/ids.ts'
import { freesKey } from '../database/operations/keys.ts'
import type { OperationFilter } from '../database/operations/list.ts'
import { cancel, find, type OperationRow } from '../database/operations/read.ts'
import { applyToMatches, type BulkOutcome, countMatches, matching } from './bulk/matches.ts'
import { defineOperation } from './define.ts'

/** Cancels the owner's operations that match a filter. Operations that are cancelled stay cancelled when this operation fails. */
export const cancelOperations = defineOperation('cancelOperations', {
  async run(context, input) {
    const { db, ownerId, operationId, attempt } = context
    const requestedAt = (await find(db, { ownerId, operationId }))?.createdAt ?? new Date()
    const isChangedSince = ({ updatedAt }: OperationRow) => updatedAt >= requestedAt
    const filter = matching(ownerId, input)
    const matches = ({ status }: OperationRow) => !filter.statuses || filter.statuses.includes(status)

    async function act(row: OperationRow): Promise<BulkOutcome> {
      if (!matches(row)) return isChangedSince(row) ? 'done' : 'unmatched'
      const { reason } = input
      const outcome = await cancel(db, {
        ownerId,
        operationId: row.operationId,
        actor: `operation:${formatId('operation', operationId)}`,
        ...(reason === undefined ? {} : { reason }),
        retentionSeconds: context.failedSeconds,
      })
      if (outcome?.kind === 'cancelled') {
        context.notify('changed', row.operationId)
        if (outcome.operation.status === 'CANCELLED') context.count('cancelled', row.type)
        if (freesKey(outcome.operation)) context.notify('submitted', row.operationId)
        return 'done'
      }
      return outcome?.kind === 'unchanged' && isChangedSince(outcome.operation)
        ? 'done'
        : outcome
          ? 'CANNOT_CANCEL'
          : 'OPERATION_EXPIRED'
    }

    return applyToMatches(context, attempt > 1 ? withCancelled(filter) : filter, 'Cancelled', act)
  },

  estimate: countMatches,
})

/** Operations that an earlier attempt has cancelled may no longer match, but they are counted. */
function withCancelled(filter: OperationFilter): OperationFilter {
  if (!filter.statuses) return filter
  return { ...filter, statuses: [...new Set([...filter.statuses, 'CANCELLING', 'CANCELLED'] as const)] }
}
