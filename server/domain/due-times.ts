import { createHash } from 'node:crypto'
import { parseCron } from './cron.ts'

/** When a schedule is due. Instants are milliseconds since 1970. */
export type Timing = {
  /** A cron expression in `timeZone`, or a number of seconds. */
  cron: string | null
  intervalSeconds: number | null
  timeZone: string
  /** The first due time of an interval; its later ones are multiples of the interval after it. */
  anchorMs: number
  startMs: number | null
  /** No due time is at this instant or later. */
  endMs: number | null
}

/** The first due time after an instant; undefined if there is none. */
export function nextDue(timing: Timing, afterMs: number): number | undefined {
  const { startMs, endMs } = timing
  const from = startMs === null ? afterMs : Math.max(afterMs, startMs - 1)
  const next = timing.intervalSeconds === null ? nextOfCron(timing, from) : nextOfInterval(timing, from)
  return next === undefined || (endMs !== null && next >= endMs) ? undefined : next
}

/** The next `count` due times after an instant. */
export function nextDues(timing: Timing, afterMs: number, count: number): number[] {
  const times: number[] = []
  for (let last: number | undefined = afterMs; times.length < count; ) {
    last = nextDue(timing, last)
    if (last === undefined) break
    times.push(last)
  }
  return times
}

function nextOfCron({ cron, timeZone }: Timing, afterMs: number): number | undefined {
  return parseCron(cron ?? '', timeZone)(afterMs)
}

function nextOfInterval({ intervalSeconds, anchorMs }: Timing, afterMs: number): number {
  const intervalMs = (intervalSeconds ?? 0) * 1000
  if (afterMs < anchorMs) return anchorMs
  return anchorMs + (Math.floor((afterMs - anchorMs) / intervalMs) + 1) * intervalMs
}

const dayMs = 24 * 60 * 60 * 1000

/**
 * The shortest time between two due times, in seconds. The seconds of all minutes are the same, so the due times of one minute and of the first
 * of the next are enough. Of rare days, one whole day is: each search for a day that comes once in years takes a millisecond.
 */
export function shortestSeconds(timing: Timing, afterMs: number): number {
  if (timing.intervalSeconds !== null) return timing.intervalSeconds
  let shortest = Number.POSITIVE_INFINITY
  let pauses = 0
  let last = nextDue({ ...timing, endMs: null }, afterMs)
  for (let count = 1; count < 62 && pauses < 2 && last !== undefined; count += 1) {
    const next = nextDue({ ...timing, endMs: null }, last)
    if (next === undefined) break
    shortest = Math.min(shortest, next - last)
    // Before the first pause, the day may have begun earlier.
    if (next - last > dayMs) pauses += 1
    last = next
  }
  return shortest / 1000
}

/**
 * When a schedule fires for a due time: up to `jitterSeconds` later, but before the next due time. The same in every process, because it is
 * computed from the schedule's id and the due time.
 */
export function fireTime(
  { scheduleId, jitterSeconds }: { scheduleId: string; jitterSeconds: number },
  dueMs: number,
  nextMs: number | undefined,
): number {
  if (jitterSeconds === 0) return dueMs
  const span = Math.min(jitterSeconds * 1000, nextMs === undefined ? Infinity : nextMs - dueMs)
  const digest = createHash('sha256').update(`${scheduleId} ${dueMs}`).digest()
  return dueMs + Math.floor((digest.readUInt32BE() / 2 ** 32) * span)
}

export const overlapPolicies = ['QUEUE', 'SKIP', 'CANCEL_PREVIOUS'] as const
export type OverlapPolicy = (typeof overlapPolicies)[number]

export const catchUps = ['NONE', 'LAST', 'ALL'] as const
export type CatchUp = (typeof catchUps)[number]

/** A due time that is at most this late was not missed: a worker was busy or restarted. */
export const graceMs = 60_000

/**
 * Due times of one schedule that are handled in one round. Few if each may start an operation: all schedules of a round are written in one
 * transaction, which must not take long, and schedules that catch up must not delay the others.
 */
export const mostPerRound: Record<OverlapPolicy, number> = { QUEUE: 4, SKIP: 60, CANCEL_PREVIOUS: 60 }

export type Plan = {
  /** Due times to run, oldest first. */
  run: number[]
  /** The first of the due times that are left out because they were missed; undefined if none is. */
  missedFrom?: number
  /** The due time that the schedule continues with, and when it fires; undefined when it has ended. */
  next?: { dueMs: number; fireMs: number }
}

type Planned = Timing & {
  scheduleId: string
  jitterSeconds: number
  overlapPolicy: OverlapPolicy
  catchUp: CatchUp
  catchUpWindowSeconds: number
}

/**
 * What to do at `nowMs` with a schedule whose oldest due time that was not handled is `dueMs`. Of the missed due times, `ALL` runs those within
 * the window, `LAST` the latest of those unless a later due time runs, and `NONE` none. What exceeds a round stays due.
 */
export function planOf(schedule: Planned, dueMs: number, nowMs: number): Plan {
  const { catchUp, catchUpWindowSeconds, jitterSeconds } = schedule
  const windowMs = Math.max(graceMs, catchUp === 'NONE' ? 0 : catchUpWindowSeconds * 1000)
  const lateMs = catchUp === 'ALL' ? windowMs : graceMs
  // Due times before this one are missed, and not computed, because there may be millions.
  const oldestMs = nowMs - lateMs - jitterSeconds * 1000
  const run: number[] = []
  let next: Plan['next']
  for (let time = dueMs >= oldestMs ? dueMs : nextDue(schedule, oldestMs - 1); time !== undefined; ) {
    const following = nextDue(schedule, time)
    const fireMs = fireTime(schedule, time, following)
    if (fireMs > nowMs || run.length === mostPerRound[schedule.overlapPolicy]) {
      next = { dueMs: time, fireMs }
      break
    }
    if (fireMs >= nowMs - lateMs) run.push(time)
    time = following
  }
  if (catchUp === 'LAST' && run.length === 0) {
    const last = lastDue(schedule, Math.max(dueMs, nowMs - windowMs), Math.min(nowMs, (next?.dueMs ?? Infinity) - 1))
    if (last !== undefined) run.push(last)
  }
  const missed = run[0] === dueMs || next?.dueMs === dueMs ? {} : { missedFrom: dueMs }
  return { run, ...missed, ...(next ? { next } : {}) }
}

/** The latest due time from `fromMs` to `untilMs`, both inclusive. By bisection, because a window may contain thousands. */
function lastDue(timing: Timing, fromMs: number, untilMs: number): number | undefined {
  let last = nextDue(timing, fromMs - 1)
  if (last === undefined || last > untilMs) return undefined
  for (let endMs = untilMs; last < endMs; ) {
    const middle: number = Math.floor((last + endMs) / 2)
    const later = nextDue(timing, middle)
    if (later !== undefined && later <= untilMs) last = later
    else endMs = middle
  }
  return last
}
