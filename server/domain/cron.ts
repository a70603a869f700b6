import { Cron } from 'croner'
import { LRUCache } from 'lru-cache'

/** The next due time of a cron expression after an instant, in milliseconds since 1970; undefined if there is none. */
export type NextTime = (afterMs: number) => number | undefined

const minuteMs = 60_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Whether `name` is a time zone of the IANA database that this process knows. Offsets such as `+02:00` are not. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    formatterOf(name)
    return true
  } catch {
    return false
  }
}

/**
 * The due times of a cron expression of five or six fields in a time zone. Throws an error whose message says what is wrong with it.
 *
 * The clock change, as Vixie cron has it: without a wildcard or step in seconds, minutes and hours, a time that does not exist is due when the
 * clock has been put forward, and a time that occurs twice is due the first time. With one, the expression is due in all real time, so
 * `0-59/10 * * * *` is due every ten minutes, and times that do not exist are left out.
 */
export function parseCron(expression: string, timeZone: string): NextTime {
  const key = `${timeZone} ${expression}`
  const known = parsed.get(key)
  if (known) return known
  // It would be read as a date.
  if (expression.includes(':')) throw new Error('must have five or six fields, separated by spaces')
  const options = { mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' } as const
  const make = (zone: { timezone: string } | { utcOffset: number }) => {
    try {
      return new Cron(expression, { ...options, ...zone })
    } catch (error) {
      throw new Error(messageOf(error), { cause: error })
    }
  }
  const ofUtc = make({ utcOffset: 0 })
  const next = isUtc(timeZone) ? nextOf(ofUtc) : inZone(nextOf(ofUtc), nextOf(make({ timezone: timeZone })), timeZone)
  parsed.set(key, next)
  return next
}

const parsed = new LRUCache<string, NextTime>({ max: 10_000 })

const isUtc = (timeZone: string) => timeZone === 'UTC' || timeZone === 'Etc/UTC'

/** The library's message, without its prefix. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return `is not a cron expression: ${text.replace(/^Cron\w*: /, '')}`
}

const nextOf =
  (cron: Cron): NextTime =>
  (afterMs) =>
    cron.nextRun(new Date(afterMs))?.getTime()

/**
 * While the offset of the zone does not change, the times are those of UTC, shifted; that is ten times as fast as the library's conversion of
 * each step. From the offset's change until no time of that day can occur again, the library decides.
 */
function inZone(utc: NextTime, exact: NextTime, timeZone: string): NextTime {
  return (afterMs) => {
    const offset = offsetMs(timeZone, afterMs)
    if (offset !== offsetMs(timeZone, afterMs - repeatMs)) return exact(afterMs)
    const local = utc(afterMs + offset)
    if (local === undefined) return undefined
    const next = local - offset
    // Changes back and forth are at least weeks apart.
    return next - afterMs <= 7 * dayMs && offsetMs(timeZone, next) === offset ? next : exact(afterMs)
  }
}

/** How long after a change a time of the clock can occur for the second time: a zone that crosses the date line repeats a day. */
const repeatMs = 26 * hourMs

/** Offsets change at a quarter of an hour at most. */
const stepMs = 15 * minuteMs

/** The offset of the zone from UTC. Throws if the zone is unknown. */
function offsetMs(timeZone: string, atMs: number): number {
  const step = Math.floor(atMs / stepMs)
  const key = `${timeZone} ${step}`
  let offset = offsets.get(key)
  if (offset === undefined) {
    offset = readOffset(timeZone, step * stepMs)
    offsets.set(key, offset)
  }
  return offset
}

const offsets = new LRUCache<string, number>({ max: 20_000 })

/** From text such as `11/29/2026, GMT+05:30`, or `GMT` alone. */
function readOffset(timeZone: string, atMs: number): number {
  const text = formatterOf(timeZone).format(atMs)
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(text) ?? []
  const size = Number(hours) * hourMs + Number(minutes) * minuteMs + Number(seconds) * 1000
  return sign === '-' ? -size : size
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    formatters.set(timeZone, formatter)
  }
  return formatter
}

const formatters = new LRUCache<string, Intl.DateTimeFormat>({ max: 600 })
