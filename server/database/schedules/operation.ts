import type { NewOperation } from '../operations/create.ts'
import type { ScheduleRow } from './schedules.ts'

type Submission = Pick<
  NewOperation,
  'operationId' | 'createdBy' | 'createdFrom' | 'scheduledFor' | 'idempotency' | 'traceContext'
>

/**
 * The operation that a schedule submits. Unless its overlap policy is `SKIP`, the operations of a schedule run one after the other, by their
 * concurrency key. An operation that has a key of its own keeps that: it has only one.
 */
export function operationOf(row: ScheduleRow, submission: Submission): NewOperation {
  const { ownerId, scheduleId, type, operation, overlapPolicy } = row
  const isQueued = overlapPolicy !== 'SKIP' && !operation.concurrencyKey
  const key = isQueued ? { concurrencyKey: `schedule/${scheduleId}`, concurrencyLimit: 1 } : {}
  return { ...operation, ...key, ownerId, type, scheduleId, ...submission }
}
