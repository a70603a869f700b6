import { expect, test } from 'vitest'
import { backoffMs, pollInterval } from '../../server/domain/schedule.ts'
import { isTerminal, statuses } from '../../server/domain/state-machine.ts'

test('the backoff doubles from 1 s to 5 min, ±20 %', () => {
  const middle = [1, 2, 3, 9, 10, 100].map((failures) => backoffMs(failures, () => 0.5))
  expect(middle).toEqual([1000, 2000, 4000, 256_000, 300_000, 300_000])
  expect(backoffMs(1, () => 0)).toBe(800)
  expect(backoffMs(1, () => 1)).toBe(1200)
})

test('only an active operation has a poll interval, between 1 and 30 s', () => {
  for (const status of statuses) {
    const active = !isTerminal(status)
    for (const ageMs of [-5, 0, 60_000, 1e12]) {
      const interval = pollInterval(status, { ageMs })
      expect(interval !== undefined).toBe(active)
      if (interval) expect(Math.min(30, Math.max(1, interval.recommended))).toBe(interval.recommended)
    }
  }
})

const middle = () => 0.5
const recommended = (at: { ageMs: number; leftMs?: number }, random = middle) =>
  pollInterval('RUNNING', at, random)?.recommended

test('a poll is recommended after a tenth of the age or of the remaining time, whichever is longer, and not beyond the expected end', () => {
  expect(recommended({ ageMs: 100_000 })).toBe(10)
  expect(recommended({ ageMs: 5000, leftMs: 200_000 })).toBe(20)
  expect(recommended({ ageMs: 300_000, leftMs: 4000 })).toBe(4)
  expect(recommended({ ageMs: 300_000, leftMs: 0 })).toBe(1)
  expect(recommended({ ageMs: 1e9, leftMs: 1e9 })).toBe(30)
})

test('while an operation waits for a timer, no poll is recommended after its end', () => {
  for (const random of [() => 0, middle, () => 0.999]) {
    for (const leftMs of [0, 400, 1000, 4000, 20_000]) {
      const { recommended: seconds = 0 } = pollInterval('WAITING', { ageMs: 1e9, leftMs }, random) ?? {}
      expect(seconds).toBeLessThanOrEqual(Math.max(1, Math.ceil(leftMs / 1000)))
      expect(seconds).toBeGreaterThanOrEqual(1)
    }
    expect(pollInterval('WAITING', { ageMs: 0, leftMs: 1e9 }, random)?.recommended).toBeGreaterThanOrEqual(24)
    expect(pollInterval('WAITING', { ageMs: 1e9 }, random)?.recommended).toBeLessThanOrEqual(30)
  }
})

test('five thousand clients that poll together do not poll together again', () => {
  const counts = new Map<number, number>()
  for (let poller = 0; poller < 5000; poller++) {
    const seconds = recommended({ ageMs: 100_000 }, Math.random) ?? 0
    counts.set(seconds, (counts.get(seconds) ?? 0) + 1)
  }
  expect(Math.min(...counts.keys())).toBe(8)
  expect(Math.max(...counts.keys())).toBe(12)
  expect(Math.max(...counts.values())).toBeLessThan(1500)
})
