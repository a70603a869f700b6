import type { components } from '../../../generated/schema.ts'
import { Problem, type Violation } from '../../contract/problem.ts'
import type { NewSchedule, ScheduleRow } from '../../database/schedules/schedules.ts'
import { isTimeZone, parseCron } from '../../domain/cron.ts'
import { fireTime, nextDue, shortestSeconds, type Timing } from '../../domain/due-times.ts'
import { sentence } from './body.ts'

type UpdateRequest = components['schemas']['UpdateScheduleRequest']

type TimingColumns = Pick<
  NewSchedule & ScheduleRow,
  'cron' | 'intervalSeconds' | 'timeZone' | 'startAt' | 'endAt' | 'anchorAt'
>

type TimingFields = Pick<UpdateRequest, 'cron' | 'intervalSeconds' | 'timeZone'> & {
  startAt?: string | null
  endAt?: string | null
}

type Changes = Omit<UpdateRequest, 'remove' | 'name'> & TimingFields & { name?: string | null }

/** The changes of a request, with null for the fields that it removes. Throws `INVALID_INPUT`. */
export function changesOf({ remove = [], ...fields }: UpdateRequest): Changes {
  const both = remove.find((name) => fields[name] !== undefined)
  if (both) {
    const violation = { pointer: '/remove', message: `must not contain ${both}, which is sent as well` }
    throw new Problem('INVALID_INPUT', sentence(violation), { errors: [violation] })
  }
  return { ...fields, ...Object.fromEntries(remove.map((name) => [name, null])) }
}

const timingNames = ['cron', 'intervalSeconds', 'timeZone', 'startAt', 'endAt', 'jitterSeconds'] as const

/** Whether the request changes due times, or when the schedule fires for them. */
export function changesTiming(body: Changes): boolean {
  return timingNames.some((name) => body[name] !== undefined)
}

/** The columns that determine the due times after a request at `nowMs`. Throws `INVALID_INPUT`. */
export function timingColumns(
  body: TimingFields,
  { row, nowMs, minSeconds }: { row?: ScheduleRow; nowMs: number; minSeconds: number },
): TimingColumns {
  const { cron, intervalSeconds } = body
  const replaced = cron !== undefined || intervalSeconds !== undefined
  const columns = {
    cron: (replaced ? cron : row?.cron) ?? null,
    intervalSeconds: (replaced ? intervalSeconds : row?.intervalSeconds) ?? null,
    timeZone: body.timeZone ?? (intervalSeconds === undefined ? row?.timeZone : undefined) ?? 'UTC',
    startAt: dateOf(body.startAt, row?.startAt),
    endAt: dateOf(body.endAt, row?.endAt),
  }
  const isAnchored = row && intervalSeconds === undefined && body.startAt === undefined
  const anchorAt = isAnchored ? row.anchorAt : (columns.startAt ?? new Date(nowMs))
  const timing = { ...columns, anchorAt }
  const violations = violationsOf(body, timing, { nowMs, minSeconds })
  if (violations.length > 0) throw new Problem('INVALID_INPUT', sentence(violations[0]), { errors: violations })
  return timing
}

function dateOf(given: string | null | undefined, before: Date | null | undefined): Date | null {
  return given === undefined ? (before ?? null) : given === null ? null : new Date(given)
}

function violationsOf(
  body: TimingFields,
  columns: TimingColumns,
  { nowMs, minSeconds }: { nowMs: number; minSeconds: number },
): Violation[] {
  const { cron, intervalSeconds, timeZone, startAt, endAt } = columns
  if (cron !== null && intervalSeconds !== null) {
    return [{ pointer: '/intervalSeconds', message: 'is not possible together with cron; remove one of the two' }]
  }
  if (cron === null && intervalSeconds === null) {
    return [{ pointer: '/cron', message: 'is missing; send cron or intervalSeconds' }]
  }
  if (cron === null && body.timeZone !== undefined) {
    return [{ pointer: '/timeZone', message: 'is only for cron; remove it' }]
  }
  if (!isTimeZone(timeZone)) {
    return [{ pointer: '/timeZone', message: 'must be a name of the IANA time zone database, such as Europe/Berlin' }]
  }
  if (startAt && endAt && endAt <= startAt) return [{ pointer: '/endAt', message: 'must be after startAt' }]
  const wrong = cron === null ? undefined : violationOfCron(cron, timeZone)
  if (wrong) return [wrong]
  const timing = timingOf(columns)
  const pointer = cron === null ? '/intervalSeconds' : '/cron'
  if (nextDue({ ...timing, endMs: null }, nowMs) === undefined) {
    return [{ pointer, message: 'is never due; no such day exists' }]
  }
  if (endAt && nextDue(timing, nowMs) === undefined) {
    return [{ pointer: '/endAt', message: 'leaves no due time; send a later time' }]
  }
  if (shortestSeconds(timing, nowMs) < minSeconds) {
    const seconds = minSeconds === 1 ? 'second' : `${minSeconds} seconds`
    return [{ pointer, message: `must be due at most once in ${seconds}` }]
  }
  return []
}

function violationOfCron(cron: string, timeZone: string): Violation | undefined {
  try {
    parseCron(cron, timeZone)
    return undefined
  } catch (error) {
    return { pointer: '/cron', message: error instanceof Error ? error.message : String(error) }
  }
}

export function timingOf({ anchorAt, startAt, endAt, ...rest }: TimingColumns): Timing {
  return {
    ...rest,
    anchorMs: anchorAt.getTime(),
    startMs: startAt?.getTime() ?? null,
    endMs: endAt?.getTime() ?? null,
  }
}

/** The next due time after `nowMs`, and when the schedule fires for it. */
export function dueColumns(
  schedule: TimingColumns & { scheduleId: string; jitterSeconds: number },
  nowMs: number,
): Pick<ScheduleRow, 'dueAt' | 'fireAt'> {
  const timing = timingOf(schedule)
  const dueMs = nextDue(timing, nowMs)
  if (dueMs === undefined) return { dueAt: null, fireAt: null }
  return { dueAt: new Date(dueMs), fireAt: new Date(fireTime(schedule, dueMs, nextDue(timing, dueMs))) }
}
