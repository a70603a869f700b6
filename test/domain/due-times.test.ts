import { describe, expect, it } from 'vitest'
import { nextDues, shortestSeconds, type Timing } from '../../server/domain/due-times.ts'

const timingOf = (cron: string, timeZone = 'UTC'): Timing => ({
  cron,
  intervalSeconds: null,
  timeZone,
  anchorMs: 0,
  startMs: null,
  endMs: null,
})
const day = 24 * 60 * 60

describe('the shortest time between two due times', () => {
  it.each([
    ['every second', '* * * * * *', '2026-11-29T12:00:00Z', 1],
    ['every minute', '* * * * *', '2026-11-29T12:00:00Z', 60],
    ['every day', '30 2 * * *', '2026-11-29T12:00:00Z', day],
    ['on Mondays', '0 6 * * MON', '2026-11-29T12:00:00Z', 7 * day],
    ['across two minutes of a day', '0,59 0,1 * * * *', '2026-11-29T12:00:00Z', 1],
    ['across two minutes of a Monday that has begun', '0,59 0,1 0 * * MON', '2026-11-30T00:00:30Z', 1],
    ['across two minutes of a Monday whose first one is over', '0,59 0,1 0 * * MON', '2026-11-30T00:01:30Z', 1],
    ['twice in a second of a year that has begun', '0,9 0 0 1 1 *', '2027-01-01T00:00:05Z', 9],
    ['on two days in a row, at both ends', '0 0 0,23 1,2 1 *', '2026-11-29T12:00:00Z', 60 * 60],
    ['on 29 February', '0 0 29 2 *', '2026-11-29T12:00:00Z', 4 * 366 * day - 3 * day],
  ])('%s (%s, from %s)', (_, cron, from, seconds) => {
    const fields = cron.split(' ').length
    expect([5, 6]).toContain(fields)
    expect(shortestSeconds(timingOf(cron), Date.parse(from))).toBe(seconds)
  })
})

it('a Monday that is 29 February comes every 28 years, except over 2100', () => {
  const years = nextDues(timingOf('0 0 29 2 +MON'), Date.parse('2026-11-29'), 4).map((time) =>
    new Date(time).getUTCFullYear(),
  )
  expect(years).toEqual([2044, 2072, 2112, 2140])
})
