import type { NewOperation } from '../operations/create.ts'
import type { ScheduleRow } from './schedules.ts'

type Submission = Pick<
  NewOperation,
  'operationId' | 'createdBy' | 'createdFrom' | 'scheduledFor' | 'idempotency'
>

/** The operation that a schedule submits. */
export function operationOf(row: ScheduleRow, submission: Submission): NewOperation {
  const { ownerId, scheduleId, type, operation } = row
  return { ...operation, ownerId, type, scheduleId, ...submission }
}
