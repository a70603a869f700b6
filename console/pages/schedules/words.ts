import type { Schedule } from '../../../client/schedules.ts'

type Timing = Pick<Schedule, 'cron' | 'intervalSeconds' | 'timeZone'>

/** When a schedule is due, in words. A cron expression beyond the usual ones is shown as it is. */
export function timingText({ cron, intervalSeconds, timeZone }: Timing): string {
  if (intervalSeconds !== undefined) return `Every ${lengthText(intervalSeconds)}`
  const words = cron && cronText(cron)
  return `${words ?? 'By the expression'} (${timeZone})`
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

function lengthText(seconds: number): string {
  const [unit, size] = units.find(([, size]) => seconds % size === 0) ?? ['second', 1]
  const count = seconds / size
  return count === 1 ? unit : `${count} ${unit}s`
}

const macros: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** The usual expressions in words; undefined for others. */
export function cronText(expression: string): string | undefined {
  const fields = (macros[expression.trim().toLowerCase()] ?? expression.trim()).split(/\s+/)
  if (fields.length === 6 && fields[0] === '0') fields.shift()
  const [minute, hour, day, month, weekday] = fields
  if (fields.length !== 5 || !minute || !hour || !day || !month || !weekday) return undefined
  const at = timesText(minute, hour)
  const on = daysText(day, weekday)
  const within = month === '*' ? '' : namesText(month, (name) => nameOf(name, months, 1))
  if (at === undefined || on === undefined || within === undefined) return undefined
  const everyDay = at.startsWith('At ') && !at.includes('minute') && on === '' ? ' every day' : ''
  return `${at}${everyDay}${on && ` ${on}`}${within && ` in ${within}`}`
}

function timesText(minute: string, hour: string): string | undefined {
  const step = /^\*\/(\d+)$/
  if (minute === '*' && hour === '*') return 'Every minute'
  const [, minutes] = step.exec(minute) ?? []
  if (minutes && hour === '*') return `Every ${minutes} minutes`
  const given = numbers(minute, 59)
  if (!given) return undefined
  const [, hours] = step.exec(hour) ?? []
  if (hour === '*') return `At minute ${given.join(', ')} of every hour`
  if (hours) return `At minute ${given.join(', ')} of every ${hours} hours`
  const at = numbers(hour, 23)
  if (!at || at.length * given.length > 6) return undefined
  const two = (value: number) => String(value).padStart(2, '0')
  return `At ${at.flatMap((hour) => given.map((minute) => `${two(hour)}:${two(minute)}`)).join(', ')}`
}

function daysText(day: string, weekday: string): string | undefined {
  const onDay = day === '*' || day === '?' ? '' : dayText(day)
  const onWeekday = weekday === '*' || weekday === '?' ? '' : namesText(weekday, (name) => nameOf(name, days, 0))
  if (onDay === undefined || onWeekday === undefined) return undefined
  const texts = [onDay, onWeekday && `on ${onWeekday}`].filter(Boolean)
  return texts.join(' and ')
}

function dayText(day: string): string | undefined {
  if (day === 'L') return 'on the last day of the month'
  const given = numbers(day, 31)
  return given && `on day ${given.join(', ')} of the month`
}

/** A list of values or ranges, by their names. */
function namesText(field: string, name: (text: string) => string | undefined): string | undefined {
  const parts = field.split(',').map((part) => {
    const ends = part.split('-').map(name)
    return ends.length <= 2 && ends.every(Boolean) ? ends.join(' to ') : undefined
  })
  return parts.every(Boolean) ? parts.join(', ') : undefined
}

/** `first`: the number of the first name. */
function nameOf(text: string, names: readonly string[], first: number): string | undefined {
  if (/^\d+$/.test(text)) return names[Number(text) - first]
  return text.length === 3 ? names.find((name) => name.slice(0, 3).toLowerCase() === text.toLowerCase()) : undefined
}

function numbers(field: string, most: number): number[] | undefined {
  const values = field.split(',')
  return values.every((value) => /^\d+$/.test(value) && Number(value) <= most) ? values.map(Number) : undefined
}

/** An instant in a time zone, with the name of the zone. */
export function timeIn(at: string, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    ...(timeZone !== undefined && { timeZone }),
  }).format(new Date(at))
}
