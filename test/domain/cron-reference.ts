/**
 * An implementation of cron that shares nothing with the service's: it lists the local times of each day, and looks for the instants at which the
 * clock shows them. Fields are numbers, lists, ranges and steps.
 */
export type ReferenceCron = {
  seconds: number[]
  minutes: number[]
  hours: number[]
  isDay(at: Date): boolean
  isWild: boolean
}

const dayMs = 86_400_000
const hourMs = 3_600_000

export function referenceCron(expression: string): ReferenceCron {
  const fields = expression.split(' ')
  const [second = '0', minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] =
    fields.length === 6 ? fields : ['0', ...fields]
  const days = valuesOf(dayOfMonth, 1, 31)
  const months = valuesOf(month, 1, 12)
  const weekdays = valuesOf(dayOfWeek, 0, 7).map((day) => day % 7)
  const [anyDay, anyWeekday] = [dayOfMonth === '*', dayOfWeek === '*']
  return {
    seconds: valuesOf(second, 0, 59),
    minutes: valuesOf(minute, 0, 59),
    hours: valuesOf(hour, 0, 23),
    isWild: /[*/]/.test(second + minute + hour),
    isDay(at) {
      if (!months.includes(at.getUTCMonth() + 1)) return false
      const [inDays, inWeekdays] = [days.includes(at.getUTCDate()), weekdays.includes(at.getUTCDay())]
      return anyDay || anyWeekday ? inDays && inWeekdays : inDays || inWeekdays
    },
  }
}

function valuesOf(field: string, least: number, most: number): number[] {
  const values = field.split(',').flatMap((part) => {
    const [range = '', step = '1'] = part.split('/')
    const [from = least, to = part.includes('/') ? most : from] =
      range === '*' ? [least, most] : range.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(
      (one) => (one - from) % Number(step) === 0,
    )
  })
  return [...new Set(values)].sort((a, b) => a - b)
}

/** The offset of a zone at an instant, by a way of Intl that the service does not use. */
function offsetAt(format: Intl.DateTimeFormat, atMs: number): number {
  const part = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000
}

export type Change = { atMs: number; before: number; after: number }

export type ReferenceZone = { changes: Change[]; offset(atMs: number): number }

/** The changes of a zone's offset from `fromMs` to `untilMs`. */
export function referenceZone(timeZone: string, fromMs: number, untilMs: number): ReferenceZone {
  const numeric = 'numeric' as const
  const fields = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric }
  const format = new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', ...fields })
  const changes: Change[] = []
  const first = offsetAt(format, fromMs - 3 * dayMs)
  let last = first
  for (let atMs = fromMs - 3 * dayMs; atMs < untilMs + 3 * dayMs; atMs += 6 * hourMs) {
    const here = offsetAt(format, atMs)
    if (here === last) continue
    let [low, high] = [atMs - 6 * hourMs, atMs]
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000
      if (offsetAt(format, middle) === last) low = middle
      else high = middle
    }
    changes.push({ atMs: high, before: last, after: here })
    last = here
  }
  return {
    changes,
    offset(atMs) {
      const change = changes.findLast((one) => one.atMs <= atMs)
      return change?.after ?? first
    },
  }
}

/** The due times from `fromMs` (inclusive) to `untilMs` (exclusive). */
export function referenceTimes(cron: ReferenceCron, zone: ReferenceZone, fromMs: number, untilMs: number): number[] {
  const found = new Set<number>()
  const offsets = [...new Set([zone.offset(fromMs), ...zone.changes.flatMap(({ before, after }) => [before, after])])]
  for (let day = Math.floor(fromMs / dayMs) * dayMs - 2 * dayMs; day < untilMs + 2 * dayMs; day += dayMs) {
    if (!cron.isDay(new Date(day))) continue
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        for (const second of cron.seconds) {
          for (const time of instantsOf(
            day + hour * hourMs + minute * 60_000 + second * 1000,
            offsets,
            zone,
            cron.isWild,
          )) {
            found.add(time)
          }
        }
      }
    }
  }
  return [...found].filter((time) => time >= fromMs && time < untilMs).sort((a, b) => a - b)
}

/** The instants at which a local time is due. A time that does not exist is due at the end of the gap, if that is on the same day. */
function instantsOf(localMs: number, offsets: readonly number[], zone: ReferenceZone, isWild: boolean): number[] {
  const instants = offsets
    .map((offset) => localMs - offset)
    .filter((instant) => instant + zone.offset(instant) === localMs)
    .sort((a, b) => a - b)
  if (isWild) return instants
  if (instants.length > 0) return instants.slice(0, 1)
  const gap = zone.changes.find(({ atMs, before, after }) => localMs >= atMs + before && localMs < atMs + after)
  if (!gap) throw new Error('a local time is neither shown by the clock nor in a gap')
  return Math.floor((gap.atMs + gap.after) / dayMs) === Math.floor(localMs / dayMs) ? [gap.atMs] : []
}
