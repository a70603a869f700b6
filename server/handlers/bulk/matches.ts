import type { InputOf } from '../../../generated/operations.ts'
import { operationFilter } from '../../contract/operation-filter.ts'
import { count, list, type OperationFilter, type OperationPage } from '../../database/operations/list.ts'
import type { OperationRow } from '../../database/operations/read.ts'
import type { CheckContext, Context } from '../define.ts'

export type BulkType = 'cancelOperations' | 'retryOperations'

/** `unmatched`: neither matches now nor was changed by an earlier attempt. */
export type BulkOutcome = 'done' | 'skipped' | 'unmatched'

const bulkTypes: readonly BulkType[] = ['cancelOperations', 'retryOperations']
const batch = 100

/** The filter of a bulk request. Bulk operations never match. */
export function matching(ownerId: string, { filter }: InputOf[BulkType]): OperationFilter {
  return { ownerId, ...operationFilter(filter), exceptTypes: bulkTypes }
}

export async function countMatches({ db, ownerId }: CheckContext, input: InputOf[BulkType]) {
  return { rows: await count(db, matching(ownerId, input)) }
}

/**
 * Calls `act` for each matching operation that was created before this one, newest first, and counts the outcomes. Throws when the context's
 * signal is aborted.
 */
export async function applyToMatches<T extends BulkType>(
  context: Context<T>,
  filter: OperationFilter,
  act: (row: OperationRow) => Promise<BulkOutcome>,
) {
  const { db, signal } = context
  context.progress({ phase: 'MATCHING', percentage: 0 })
  const total = await count(db, filter)
  const counts = { done: 0, skipped: 0, unmatched: 0 }
  let processed = 0
  let before: string | undefined = context.operationId
  while (before !== undefined) {
    if (total === undefined) context.progress({ phase: 'APPLYING' })
    else context.progress({ phase: 'APPLYING', current: Math.min(processed, total), total })
    const { rows, reached }: OperationPage = await list(db, { ...filter, before, limit: batch })
    for (const row of rows) {
      signal.throwIfAborted()
      counts[await act(row)] += 1
      processed += 1
    }
    before = rows.length < batch ? reached : rows.at(-1)?.operationId
  }
  const { done, skipped } = counts
  return { matched: done + skipped, done, skipped }
}
