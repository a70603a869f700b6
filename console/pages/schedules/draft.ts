import type { NewSchedule, Schedule, ScheduleChanges } from '../../../client/schedules.ts'

/** A schedule as it is entered. Empty texts are fields that are absent. */
export type Draft = {
  name: string
  kind: 'cron' | 'interval'
  cron: string
  timeZone: string
  intervalSeconds: string
  startAt: string
  endAt: string
  jitterSeconds: string
  overlapPolicy: Schedule['overlapPolicy']
  catchUp: Schedule['catchUp']
  operation: string
}

const example = { type: 'exportCustomers', body: { format: 'CSV' } }

export const newDraft: Draft = {
  name: '',
  kind: 'cron',
  cron: '0 6 * * *',
  timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  intervalSeconds: '3600',
  startAt: '',
  endAt: '',
  jitterSeconds: '0',
  overlapPolicy: 'QUEUE',
  catchUp: 'NONE',
  operation: JSON.stringify(example, undefined, 2),
}

export function draftOf(schedule: Schedule): Draft {
  const { name = '', cron, intervalSeconds, timeZone, startAt = '', endAt = '', jitterSeconds } = schedule
  return {
    ...newDraft,
    name,
    kind: cron === undefined ? 'interval' : 'cron',
    timeZone,
    ...(cron !== undefined && { cron }),
    ...(intervalSeconds !== undefined && { intervalSeconds: String(intervalSeconds) }),
    startAt,
    endAt,
    jitterSeconds: String(jitterSeconds),
    overlapPolicy: schedule.overlapPolicy,
    catchUp: schedule.catchUp,
    operation: JSON.stringify(schedule.operation, undefined, 2),
  }
}

/** The request. The service checks everything but the syntax of the JSON text. */
export function scheduleOf(draft: Draft): NewSchedule {
  const { name, kind, cron, timeZone, intervalSeconds, startAt, endAt, jitterSeconds, overlapPolicy, catchUp } = draft
  return {
    ...(name && { name }),
    ...(kind === 'cron' ? { cron, timeZone } : { intervalSeconds: Number(intervalSeconds) }),
    ...(startAt && { startAt }),
    ...(endAt && { endAt }),
    jitterSeconds: Number(jitterSeconds),
    overlapPolicy,
    catchUp,
    operation: operationIn(draft.operation),
  }
}

/** Only what differs: others may change the rest at the same time, and confidential input is not in `before`. */
export function changesOf(before: Draft, draft: Draft): ScheduleChanges {
  const known = scheduleOf(before) as Record<string, unknown>
  const next = scheduleOf(draft) as Record<string, unknown>
  const differs = (name: string) => JSON.stringify(known[name]) !== JSON.stringify(next[name])
  const changes = Object.fromEntries(Object.entries(next).filter(([name]) => differs(name)))
  const remove = (['name', 'startAt', 'endAt'] as const).filter((name) => name in known && !(name in next))
  return { ...changes, ...(remove.length > 0 && { remove }) }
}

function operationIn(text: string): NewSchedule['operation'] {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`The operation is not valid JSON: ${(error as Error).message}`, { cause: error })
  }
}
