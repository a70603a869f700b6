import type { OperationType } from '../../../../generated/operations.ts'
import type { ProgressView } from '../../../domain/progress.ts'
import type { Step } from '../../../handlers/define.ts'
import type { AttemptRuntime } from './runtime.ts'

type AnyStep = Step<OperationType, unknown>

/** The phases of the steps that one call runs. Each function returns the progress if it may have changed. */
export type StepPhases = {
  start(step: AnyStep): ProgressView | undefined
  /** `tookMs`: how long the step took if an earlier attempt did it. */
  finish(step: AnyStep, result: unknown, tookMs?: number): ProgressView | undefined
  fail(step: AnyStep): ProgressView | undefined
}

/**
 * A step alone completes the phases before its own; steps of a parallel call do not. A phase that several of the steps share is completed
 * with the last of them, unless one of them has failed or leaves it in progress.
 */
export function trackPhases(
  { order, track, nowMs }: Pick<AttemptRuntime, 'order' | 'track' | 'nowMs'>,
  steps: readonly AnyStep[],
  together: boolean,
): StepPhases {
  /** How many steps of each phase have not ended. */
  const open = new Map<string, number>()
  for (const { phase } of steps) if (phase) open.set(phase, (open.get(phase) ?? 0) + 1)
  const entered = new Set<string>()
  const failed = new Set<string>()
  const left = new Set<string>()

  function enter(phase: string, message?: string) {
    if (failed.has(phase)) return undefined
    entered.add(phase)
    if (together) return track.start(phase, nowMs(), message)
    return track.update({ phase, ...(message === undefined ? {} : { message }) }, nowMs())
  }

  return {
    start: ({ phase, message }) => (phase ? enter(phase, message?.(order.input as never)) : undefined),
    finish({ phase, completesPhase }, result, tookMs) {
      if (!phase) return undefined
      open.set(phase, (open.get(phase) ?? 0) - 1)
      if (completesPhase && !completesPhase(result)) left.add(phase)
      if (failed.has(phase)) return undefined
      if (open.get(phase) !== 0 || left.has(phase)) {
        // Also if an earlier attempt has entered it, and it goes on.
        return entered.has(phase) || track.isIn(phase, 'IN_PROGRESS') ? undefined : enter(phase)
      }
      if (track.isIn(phase, 'COMPLETED')) return undefined
      return together ? track.finish(phase, nowMs(), tookMs) : track.complete(phase, nowMs(), tookMs)
    },
    fail({ phase }) {
      if (!phase) return undefined
      failed.add(phase)
      return track.fail(phase, nowMs())
    },
  }
}
