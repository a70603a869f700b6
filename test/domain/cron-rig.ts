import fc from 'fast-check'
import { expect } from 'vitest'
import { parseCron } from '../../server/domain/cron.ts'
import { type ReferenceZone, referenceCron, referenceTimes, referenceZone } from './cron-reference.ts'

/** Zones whose rules differ: by half an hour, by Ramadan, changed by law, or crossing the date line. */
export const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Pacific/Apia',
  'Asia/Tehran',
]

/** With Samoa's change of day in 2011, Iran's end of daylight saving time in 2022, and rules of the future. */
export const years = { fromMs: Date.UTC(2009, 0), untilMs: Date.UTC(2029, 0) }

export const expressions = [
  '30 2 * * *',
  '0 0 * * *',
  '15 0,1,2,3 * * *',
  '0,30 1-3 * * *',
  '*/20 * * * *',
  '*/15 2 * * *',
  '30 */2 * * *',
  '0 12 * * 1-5',
  '0 0 1 * 0',
  '59 23 31 12 *',
  '0 0 29 2 *',
  '20,40 30 2 * * *',
]

export type Span = { fromMs: number; untilMs: number }

const known = new Map<string, ReferenceZone>()

export function zoneOf(zone: string, { fromMs, untilMs }: Span): ReferenceZone {
  const found = known.get(zone) ?? referenceZone(zone, fromMs, untilMs)
  known.set(zone, found)
  return found
}

/** Four days around each change of the zone's offset. */
export function daily(zone: string, span: Span): Span[] {
  const { changes } = zoneOf(zone, span)
  const day = 86_400_000
  return changes.map(({ atMs }) => ({ fromMs: atMs - 2 * day, untilMs: atMs + 2 * day }))
}

/** Expects the due times of both implementations to be equal in each span. */
export function compare(expression: string, zone: string, spans: readonly Span[]): void {
  const next = parseCron(expression, zone)
  const reference = referenceCron(expression)
  for (const { fromMs, untilMs } of spans) {
    const times: number[] = []
    for (let time = next(fromMs - 1); time !== undefined && time < untilMs; time = next(time)) times.push(time)
    const expected = referenceTimes(reference, zoneOf(zone, years), fromMs, untilMs)
    // The runner needs seconds to compare half a million texts.
    if (times.length === expected.length && times.every((time, index) => time === expected[index])) continue
    const text = (all: number[]) => all.map((time) => new Date(time).toISOString())
    expect(text(times), `${expression} in ${zone}`).toEqual(text(expected))
    expect.fail(`${expression} in ${zone} is due at other times`)
  }
}

const field = (least: number, most: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min: least, max: most }).map(String),
    fc.uniqueArray(fc.integer({ min: least, max: most }), { minLength: 2, maxLength: 3 }).map((list) => list.join()),
    fc
      .tuple(fc.integer({ min: least, max: most }), fc.nat(5))
      .map(([from, size]) => `${from}-${Math.min(most, from + size)}`),
  )
const time = (most: number) =>
  fc.oneof(
    field(0, most),
    fc.integer({ min: 2, max: most }).map((step) => `*/${step}`),
  )

/** Random expressions that are due often enough to be compared. */
export const patterns = fc
  .tuple(time(59), fc.oneof(time(23), fc.constantFrom('0', '1', '2', '3')), field(1, 31), fc.constant('*'), field(0, 6))
  .map((fields) => fields.join(' '))
