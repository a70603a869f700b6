import type { Status } from './states.ts'

const retryable: readonly Status[] = ['FAILED', 'CANCELLED', 'COMPLETED_WITH_ERRORS']

/** Whether the operation may be started anew: it did not come to a good end, and nobody has done so yet. */
export function mayBeRetried({ status, retriedBy }: { status: Status; retriedBy: string | null }): boolean {
  return retryable.includes(status) && retriedBy === null
}
