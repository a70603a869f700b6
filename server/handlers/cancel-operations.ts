import { formatId } from '../contract/ids.ts'
import { cancel, find, type OperationFilter, type OperationRow } from '../database/operations.ts'
import { applyToMatches, countMatches, type Deed, matching } from './bulk/matches.ts'
import { defineOperation } from './define.ts'

/** Cancels the owner's operations that a filter matches. What was cancelled is not undone when this ends before its time. */
export const cancelOperations = defineOperation('cancelOperations', {
  async run(context, input) {
    const { db, ownerId, operationId, attempt } = context
    const askedAt = (await find(db, { ownerId, operationId }))?.createdAt ?? new Date()
    const since = ({ updatedAt }: OperationRow) => updatedAt >= askedAt
    const filter = matching(ownerId, input)
    const matches = ({ status }: OperationRow) => !filter.statuses || filter.statuses.includes(status)

    async function act(row: OperationRow): Promise<Deed> {
      if (!matches(row)) return since(row) ? 'done' : 'unmatched'
      const { reason } = input
      const outcome = await cancel(db, {
        ownerId,
        operationId: row.operationId,
        actor: `operation:${formatId('operation', operationId)}`,
        ...(reason === undefined ? {} : { reason }),
        retentionSeconds: context.failedSeconds,
      })
      if (outcome?.kind === 'cancelled') {
        context.hint('changed', row.operationId)
        return 'done'
      }
      return outcome?.kind === 'unchanged' && since(outcome.operation) ? 'done' : 'skipped'
    }

    return applyToMatches(context, attempt > 1 ? withCancelled(filter) : filter, act)
  },

  estimate: countMatches,
})

/** What an earlier attempt cancelled may match no longer, and counts all the same. */
function withCancelled(filter: OperationFilter): OperationFilter {
  if (!filter.statuses) return filter
  return { ...filter, statuses: [...new Set([...filter.statuses, 'CANCELLING', 'CANCELLED'] as const)] }
}
