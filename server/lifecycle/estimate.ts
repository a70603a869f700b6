import type { Status } from './states.ts'

/**
 * When a running operation will be done: if it goes on as it has, by its progress; before there is any, if it takes as long as its
 * type has lately (`typicalSeconds`). Undefined when there is nothing to go by, and while it is not RUNNING: when a waiting one
 * starts depends on others. Not in the past: an attempt that is late will end soon.
 *
 * `progressAt`: when the percentage was written. Progress that was written before the attempt began says nothing of its pace.
 */
export function estimateCompletion(
  at: {
    status: Status
    startedAt: Date | null
    percentage: number | undefined
    progressAt: Date
    typicalSeconds: number | undefined
  },
  now: Date,
): Date | undefined {
  const { status, startedAt, percentage = 0, progressAt, typicalSeconds } = at
  if (status !== 'RUNNING' || !startedAt) return undefined
  const elapsedMs = progressAt.getTime() - startedAt.getTime()
  const typicalMs = typicalSeconds === undefined ? undefined : typicalSeconds * 1000
  const wholeMs = percentage > 0 && elapsedMs > 0 ? (elapsedMs * 100) / percentage : typicalMs
  return wholeMs === undefined ? undefined : new Date(Math.max(now.getTime(), startedAt.getTime() + wholeMs))
}
