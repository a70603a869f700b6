import type { Operation, OwnedEvent } from '../../../client/index.ts'

/** What the list shows of an operation. Not its result: ten thousand rows are kept. */
export type Row = Pick<
  Operation,
  | 'operationId'
  | 'type'
  | 'summary'
  | 'status'
  | 'done'
  | 'labels'
  | 'attempt'
  | 'maxAttempts'
  | 'createdAt'
  | 'updatedAt'
  | 'startedAt'
  | 'duration'
  | 'scheduleId'
  | 'batchId'
> & { progress: Pick<Operation['progress'], 'percentage' | 'phase'>; errorCode: string | undefined }

export function rowOf(operation: Operation): Row {
  const { operationId, type, summary, status, done, labels, attempt, maxAttempts, createdAt, updatedAt } = operation
  const { startedAt, duration, scheduleId, batchId, error, progress } = operation
  return {
    operationId,
    type,
    status,
    done,
    labels,
    attempt,
    maxAttempts,
    createdAt,
    updatedAt,
    ...(summary !== undefined && { summary }),
    ...(startedAt !== undefined && { startedAt }),
    ...(duration !== undefined && { duration }),
    ...(scheduleId !== undefined && { scheduleId }),
    ...(batchId !== undefined && { batchId }),
    progress: progressOf(progress),
    errorCode: error?.code,
  }
}

/** The row after the event. `isWhole`: whether the event says all that has changed. */
export function patched(row: Row, event: OwnedEvent): { row: Row; isWhole: boolean } {
  // Events may arrive after a read that has seen them.
  if (event.timestamp < row.updatedAt) return { row, isWhole: true }
  const { status, attempt = row.attempt, progress, timestamp } = event
  const next = {
    ...row,
    status,
    attempt,
    updatedAt: timestamp,
    ...(progress && { progress: progressOf(progress) }),
  }
  return { row: next, isWhole: status === row.status }
}

function progressOf({ percentage, phase }: Operation['progress']): Row['progress'] {
  return { percentage, ...(phase !== undefined && { phase }) }
}
