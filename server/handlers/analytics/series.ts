/** Values by month without gaps. Months are counted since the year 0. */
export type Series = { first: number; values: number[] }

export type SeriesRange = {
  /** The days that the caller asked for; undefined: all. */
  fromDate?: string | undefined
  toDate?: string | undefined
  /** The last day of the data, and the current day. */
  lastDay: string
  today: string
}

/** Dates that are far away by mistake must not create thousands of empty months. */
export const mostMonths = 240

/**
 * The series from the first month with sales to the last month of the data. Months without an order are 0. Months that are not whole are left
 * out: those that the range cuts, and the current month.
 */
export function seriesOf(months: readonly { month: number; sales: number }[], range: SeriesRange): Series {
  const { fromDate = '0001-01-01', toDate = '9999-12-31', lastDay, today } = range
  const from = isFirstDay(fromDate) ? monthOf(fromDate) : monthOf(fromDate) + 1
  const to = isLastDay(toDate) ? monthOf(toDate) : monthOf(toDate) - 1
  const isUnfinished = monthOf(lastDay) === monthOf(today)
  const last = Math.min(to, monthOf(lastDay) - (isUnfinished ? 1 : 0))
  const whole = months.filter(({ month }) => month >= from && month <= last)
  const start = whole[0]?.month ?? last + 1
  const first = Math.max(start, last + 1 - mostMonths)
  const values = Array.from({ length: last + 1 - first }, () => 0)
  for (const { month, sales } of whole) if (month >= first) values[month - first] = sales
  return { first, values }
}

export function monthOf(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1
}

/** `YYYY-MM` */
export function monthName(month: number): string {
  return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`
}

const isFirstDay = (day: string) => day.endsWith('-01')

function isLastDay(day: string): boolean {
  const next = new Date(`${day}T00:00:00Z`)
  next.setUTCDate(next.getUTCDate() + 1)
  return next.getUTCDate() === 1
}
