import type { Status } from './state-machine.ts'

/**
 * The estimated completion time of a running operation: extrapolated from its progress, or from the type's recent duration
 * (`typicalSeconds`) before there is any. Never in the past. Undefined without either, and while the operation is not RUNNING, because its
 * start depends on other operations.
 *
 * `progressAt`: when the percentage was written. Progress from before the attempt started is not used.
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
