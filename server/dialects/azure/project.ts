import type { components } from '../../../generated/dialects/azure.ts'
import type { WireOperation } from '../../contract/present/operation.ts'
import type { ProblemDocument } from '../../contract/problem.ts'
import type { Status } from '../../domain/state-machine.ts'

type Azure = components['schemas']

/** Azure has no status for an operation that waits or is being cancelled. */
const statuses: Readonly<Record<Status, Azure['Status']>> = {
  PENDING: 'NotStarted',
  RUNNING: 'Running',
  WAITING: 'Running',
  CANCELLING: 'Running',
  COMPLETED: 'Succeeded',
  COMPLETED_WITH_ERRORS: 'Succeeded',
  FAILED: 'Failed',
  CANCELLED: 'Canceled',
}

export function statusMonitor(operation: WireOperation): Azure['StatusMonitor'] {
  const { operationId, type, status, createdAt, updatedAt, progress, error, result } = operation
  return {
    id: operationId,
    kind: type,
    status: statuses[status],
    createdDateTime: createdAt,
    lastActionDateTime: updatedAt,
    percentComplete: progress.percentage,
    ...(error ? { error: errorOf(error) } : {}),
    ...(result ? { result } : {}),
  }
}

/** A problem in the shape of Azure errors: its violations and its cause are the details. */
export function errorOf({ code, detail, errors = [], cause }: ProblemDocument): Azure['Error'] {
  const details = [
    ...errors.map(({ pointer, parameter, message }) => ({ code, message, target: pointer ?? parameter })),
    ...(cause ? [{ code: cause.code, message: cause.detail }] : []),
  ]
  return { code, message: detail, ...(details.length > 0 ? { details } : {}) }
}
