import type { ActiveOperation, Continuation, DueSchedule, NewRun } from '../../database/schedules/firing.ts'
import { type Plan, planOf } from '../../domain/due-times.ts'

/** What a round does with a schedule. */
export type Decision = {
  schedule: DueSchedule
  /** Without the operations of those that start, which are made next. */
  runs: Pick<NewRun, 'dueAt' | 'outcome'>[]
  continuation: Omit<Continuation, 'scheduleId' | 'runs'>
}

/** The due times of the schedule until now. Throws if its cron expression or time zone is unknown to this process. */
export function planFor(schedule: DueSchedule): Plan {
  const { anchorAt, startAt, endAt, dueAt, fireAt, nowMs } = schedule
  if (!dueAt || !fireAt) throw new Error('the schedule is not due')
  const instants = {
    anchorMs: anchorAt.getTime(),
    startMs: startAt?.getTime() ?? null,
    endMs: endAt?.getTime() ?? null,
  }
  return planOf({ ...schedule, ...instants }, dueAt.getTime(), nowMs)
}

/**
 * The runs of a plan by the schedule's overlap policy. `active`: its operations that have not ended. Undefined: those must be cancelled first, and
 * the schedule stays due. With `CANCEL_PREVIOUS`, only the latest of several due times starts: it would cancel the others at once.
 */
export function decide(schedule: DueSchedule, plan: Plan, active: readonly ActiveOperation[]): Decision | undefined {
  const { overlapPolicy } = schedule
  if (overlapPolicy === 'CANCEL_PREVIOUS' && plan.run.length > 0 && active.some((one) => !one.isCancelling)) {
    return undefined
  }
  const lastIndex = plan.run.length - 1
  const starts = (index: number) => {
    if (overlapPolicy === 'QUEUE') return true
    if (overlapPolicy === 'CANCEL_PREVIOUS') return index === lastIndex
    return index === 0 && active.length === 0
  }
  const runs: Decision['runs'] = plan.run.map((dueMs, index) => ({
    dueAt: new Date(dueMs),
    outcome: starts(index) ? 'STARTED' : 'SKIPPED',
  }))
  if (plan.missedFrom !== undefined) runs.unshift({ dueAt: new Date(plan.missedFrom), outcome: 'MISSED' })
  const dueAt = plan.next ? new Date(plan.next.dueMs) : null
  const fireAt = plan.next ? new Date(plan.next.fireMs) : null
  return { schedule, runs, continuation: { dueAt, fireAt } }
}
