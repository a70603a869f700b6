import type { Status } from './state-machine.ts'

const retryable: readonly Status[] = ['FAILED', 'CANCELLED', 'COMPLETED_WITH_ERRORS']

type Retryable = { status: Status; retriedBy: string | null; error: Record<string, unknown> | null }

/**
 * Whether a retry may be created: the operation ended without full success, has not been retried, and all its steps are undone. With a step
 * that could not be undone, a retry would do the step again, for example charge a customer twice.
 */
export function mayBeRetried({ status, retriedBy, error }: Retryable): boolean {
  return retryable.includes(status) && retriedBy === null && !isHalfUndone({ error })
}

/** Whether a step that could not be undone is left to a person. */
export function isHalfUndone({ error }: Pick<Retryable, 'error'>): boolean {
  return error?.code === 'COMPENSATION_FAILED'
}
