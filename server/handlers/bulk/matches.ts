import type { InputOf } from '../../../generated/operations.ts'
import { operationFilter } from '../../contract/operation-filter.ts'
import { count, list, type OperationFilter, type OperationRow } from '../../database/operations.ts'
import type { CheckContext, Context } from '../define.ts'

export type BulkType = 'cancelOperations' | 'retryOperations'

/** `unmatched`: seen only to be told apart from those that an earlier attempt had done. */
export type Deed = 'done' | 'skipped' | 'unmatched'

const bulkTypes: readonly BulkType[] = ['cancelOperations', 'retryOperations']
const batch = 100

/** Which operations the input of a request on many means: never such requests themselves. */
export function matching(ownerId: string, { filter }: InputOf[BulkType]): OperationFilter {
  return { ownerId, ...operationFilter(filter), exceptTypes: bulkTypes }
}

/** For `validateOnly`. */
export async function countMatches({ db, ownerId }: CheckContext, input: InputOf[BulkType]) {
  return { rows: await count(db, matching(ownerId, input)) }
}

/**
 * Does `act` to each match that was submitted before this operation, newest first, and counts. Stops where it is when the context's
 * signal is aborted.
 */
export async function applyToMatches<T extends BulkType>(
  context: Context<T>,
  filter: OperationFilter,
  act: (row: OperationRow) => Promise<Deed>,
) {
  const { db, signal } = context
  context.progress({ phase: 'MATCHING', percentage: 0 })
  const total = await count(db, filter)
  const counts = { done: 0, skipped: 0, unmatched: 0 }
  let seen = 0
  let before: string | undefined = context.operationId
  while (before !== undefined) {
    context.progress({ phase: 'APPLYING', current: Math.min(seen, total), total })
    const rows: OperationRow[] = await list(db, { ...filter, before, limit: batch })
    for (const row of rows) {
      signal.throwIfAborted()
      counts[await act(row)] += 1
      seen += 1
    }
    before = rows.length < batch ? undefined : rows.at(-1)?.operationId
  }
  const { done, skipped } = counts
  return { matched: done + skipped, done, skipped }
}
