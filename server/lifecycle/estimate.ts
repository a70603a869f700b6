import type { Status } from './states.ts'

/**
 * When a running operation will be done if it goes on as it has, from its progress. Undefined while there is nothing to go
 * by: not RUNNING, no progress yet. Not in the past: an attempt that is late will end soon.
 */
export function estimateCompletion(
  at: { status: Status; startedAt: Date | null; percentage: number | undefined },
  now: Date,
): Date | undefined {
  const { status, startedAt, percentage = 0 } = at
  if (status !== 'RUNNING' || !startedAt || percentage <= 0) return undefined
  const elapsedMs = now.getTime() - startedAt.getTime()
  return new Date(Math.max(now.getTime(), startedAt.getTime() + (elapsedMs * 100) / percentage))
}
