import type { InputOf } from '../../../generated/operations.ts'
import { operationFilter } from '../../contract/operation-filter.ts'
import type { ProblemCode } from '../../contract/problems.ts'
import { count, list, type OperationFilter, type OperationPage } from '../../database/operations/list.ts'
import type { OperationRow } from '../../database/operations/read.ts'
import { grouped } from '../../domain/progress.ts'
import type { CheckContext, Context } from '../define.ts'

export type BulkType = 'cancelOperations' | 'retryOperations'

/** `unmatched`: neither matches now nor was changed by an earlier attempt. Otherwise the reason why it was skipped. */
export type BulkOutcome = 'done' | 'unmatched' | SkipCode

/** Why operations are skipped: the code that a request for one of them has, and its reason. */
const skipReasons = {
  CANNOT_CANCEL: 'they have ended',
  CANNOT_RETRY: 'they have not ended, are COMPLETED, ended with COMPENSATION_FAILED, or have already been retried',
  OPERATION_EXPIRED: 'they were deleted meanwhile',
  TOO_MANY_OPERATIONS: 'you would have too many active operations',
  TOO_MANY_WEBHOOK_TARGETS: 'you would have too many webhook targets',
} as const satisfies Partial<Record<ProblemCode, string>>

export type SkipCode = keyof typeof skipReasons

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
  verb: 'Cancelled' | 'Retried',
  act: (row: OperationRow) => Promise<BulkOutcome>,
) {
  const { db, signal } = context
  context.progress({ phase: 'MATCHING', percentage: 0, message: 'Counting the matching operations' })
  const total = await count(db, filter)
  const counts = new Map<BulkOutcome, number>()
  const countOf = (outcome: BulkOutcome) => counts.get(outcome) ?? 0
  let processed = 0
  let before: string | undefined = context.operationId
  const report = (all: number | undefined) => {
    const message = `${verb} ${grouped(countOf('done'))} of ${grouped(processed - countOf('unmatched'))} operations`
    const units = all === undefined ? {} : { current: Math.min(processed, all), total: all }
    context.progress({ phase: 'APPLYING', ...units, message })
  }
  while (before !== undefined) {
    report(total)
    const { rows, reached }: OperationPage = await list(db, { ...filter, before, limit: batch })
    for (const row of rows) {
      signal.throwIfAborted()
      const outcome = await act(row)
      counts.set(outcome, countOf(outcome) + 1)
      processed += 1
    }
    before = rows.length < batch ? reached : rows.at(-1)?.operationId
  }
  // Operations may have been created or have ended since they were counted.
  report(processed)
  const skippedFor = (Object.keys(skipReasons) as SkipCode[]).flatMap((code) =>
    counts.has(code) ? [{ code, detail: `Skipped because ${skipReasons[code]}.`, operations: countOf(code) }] : [],
  )
  const done = countOf('done')
  const skipped = skippedFor.reduce((sum, { operations }) => sum + operations, 0)
  return { matched: done + skipped, done, skipped, ...(skipped > 0 ? { skippedFor } : {}) }
}
