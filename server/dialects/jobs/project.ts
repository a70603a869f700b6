import type { components } from '../../../generated/dialects/jobs.ts'
import type { WireOperation } from '../../contract/present/operation.ts'
import type { Status } from '../../domain/state-machine.ts'
import { fileOf } from '../file.ts'
import { cancelledDetail } from '../problems.ts'

type Jobs = components['schemas']

/** A client knows these four only, and polls until one of the last two. */
const statuses: Readonly<Record<Status, Jobs['JobStatus']>> = {
  PENDING: 'PENDING',
  RUNNING: 'RUNNING',
  WAITING: 'RUNNING',
  CANCELLING: 'RUNNING',
  COMPLETED: 'COMPLETED',
  COMPLETED_WITH_ERRORS: 'COMPLETED',
  FAILED: 'FAILED',
  CANCELLED: 'FAILED',
}

export function jobOf(operation: WireOperation): Jobs['ReportJob'] {
  const { operationId, status, error } = operation
  return {
    jobId: operationId,
    status: statuses[status],
    downloadUrl: fileOf(operation)?.downloadUrl ?? null,
    ...(error ? { errorCode: error.code, errorMessage: error.detail } : {}),
    ...(status === 'CANCELLED' ? { errorCode: 'OPERATION_CANCELLED', errorMessage: cancelledDetail(operation) } : {}),
  }
}
