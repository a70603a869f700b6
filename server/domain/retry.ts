import type { Status } from './state-machine.ts'

const retryable: readonly Status[] = ['FAILED', 'CANCELLED', 'COMPLETED_WITH_ERRORS']

/** Whether a retry may be created: the operation ended without full success and has not been retried. */
export function mayBeRetried({ status, retriedBy }: { status: Status; retriedBy: string | null }): boolean {
  return retryable.includes(status) && retriedBy === null
}
