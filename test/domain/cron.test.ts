import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTimeZone, parseCron } from '../../server/domain/cron.ts'
import { compare, daily, expressions, patterns, years, zones } from './cron-rig.ts'

const next = (cron: string, zone: string, after: string, count = 1): string[] => {
  const nextTime = parseCron(cron, zone)
  const times: string[] = []
  for (let last: number | undefined = Date.parse(after); times.length < count; ) {
    last = nextTime(last)
    if (last === undefined) break
    times.push(new Date(last).toISOString())
  }
  return times
}

const berlin = 'Europe/Berlin'

describe('a clock that is put forward', () => {
  it('makes a fixed time due at the first moment after the gap, once', () => {
    expect(next('30 2 * * *', berlin, '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ])
    expect(next('0,30 2-3 * * *', berlin, '2026-03-29T00:00:00Z', 3)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:00:00.000Z',
    ])
  })

  it('leaves a wildcard due in all real time', () => {
    expect(next('*/30 * * * *', berlin, '2026-03-29T00:00:00Z', 3)).toEqual([
      '2026-03-29T00:30:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-29T01:30:00.000Z',
    ])
  })

  it('by half an hour, in Lord Howe', () => {
    expect(next('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z')).toEqual(['2026-10-03T15:30:00.000Z'])
  })
})

describe('a clock that is put back', () => {
  it('makes a fixed time due the first time only', () => {
    expect(next('30 2 * * *', berlin, '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ])
    expect(next('30 2 * * *', berlin, '2026-10-25T00:45:00Z')).toEqual(['2026-10-26T01:30:00.000Z'])
  })

  it('leaves a wildcard due in both hours', () => {
    expect(next('30 * * * *', berlin, '2026-10-25T00:00:00Z', 3)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
      '2026-10-25T02:30:00.000Z',
    ])
  })
})

it('knows leap days, year ends, seconds, last days and weekdays', () => {
  expect(next('0 0 29 2 *', 'UTC', '2097-01-01T00:00:00Z', 1)).toEqual(['2104-02-29T00:00:00.000Z'])
  expect(next('59 59 23 31 12 *', 'UTC', '2026-12-31T23:59:58Z', 2)).toEqual([
    '2026-12-31T23:59:59.000Z',
    '2027-12-31T23:59:59.000Z',
  ])
  expect(next('0 0 L * *', 'UTC', '2026-02-01T00:00:00Z')).toEqual(['2026-02-28T00:00:00.000Z'])
  expect(next('0 0 15W * *', 'UTC', '2026-11-01T00:00:00Z')).toEqual(['2026-11-16T00:00:00.000Z'])
  expect(next('0 0 * * FRI#L', 'UTC', '2026-11-01T00:00:00Z')).toEqual(['2026-11-27T00:00:00.000Z'])
  expect(next('0 6 1 * MON', 'UTC', '2026-11-28T00:00:00Z', 2)).toEqual([
    '2026-11-30T06:00:00.000Z',
    '2026-12-01T06:00:00.000Z',
  ])
  expect(next('@daily', berlin, '2026-06-01T00:00:00Z')).toEqual(['2026-06-01T22:00:00.000Z'])
})

it('has no time on days that do not exist', () => {
  expect(next('0 0 30 2 *', 'UTC', '2026-01-01T00:00:00Z')).toEqual([])
  expect(next('0 0 31 4,6,9,11 *', berlin, '2026-01-01T00:00:00Z')).toEqual([])
  // Samoa crossed the date line: 30 December 2011 does not exist there.
  expect(next('0 12 30 12 *', 'Pacific/Apia', '2011-06-01T00:00:00Z')).toEqual(['2012-12-29T22:00:00.000Z'])
})

it.each([
  '',
  '* * * *',
  '* * * * * * *',
  '60 * * * *',
  '0 0 * * 5#6',
  'a b c d e',
  '10:00',
  '@reboot',
  '5/0 * * * *',
  '9-5 * * * *',
])('refuses %j', (expression) => {
  expect(() => parseCron(expression, 'UTC')).toThrow(/must have|is not a cron expression/)
})

it('knows time zones by their IANA names only', () => {
  expect(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'].every(isTimeZone)).toBe(true)
  expect(['', '+02:00', 'Europe/Atlantis', 'Berlin', '../etc'].some(isTimeZone)).toBe(false)
})

describe.each(zones)('equals an independent implementation in %s', (zone) => {
  it('around the changes of the clock within 20 years', () => {
    // Each expression at every fourth change; the slow suite compares all of the time.
    for (const [index, expression] of expressions.entries()) {
      const places = daily(zone, years).filter((_, nth) => nth % 4 === index % 4)
      compare(expression, zone, places)
    }
  })

  it('for random expressions, around random changes', () => {
    const places = daily(zone, years)
    fc.assert(
      fc.property(patterns, fc.nat(), (expression, nth) => {
        const [place] = [places[nth % Math.max(1, places.length)]]
        if (place) compare(expression, zone, [place])
      }),
      { numRuns: 30 },
    )
  })
})
