import { expect, test } from 'vitest'
import { backoffMs, pollInterval } from '../../server/lifecycle/schedule.ts'
import { statuses } from '../../server/lifecycle/states.ts'

test('the backoff doubles from 1 s to 5 min, 20 % either way', () => {
  const middle = [1, 2, 3, 9, 10, 100].map((failures) => backoffMs(failures, () => 0.5))
  expect(middle).toEqual([1000, 2000, 4000, 256_000, 300_000, 300_000])
  expect(backoffMs(1, () => 0)).toBe(800)
  expect(backoffMs(1, () => 1)).toBe(1200)
})

test('only an active operation has a poll interval, between 1 and 30 s', () => {
  for (const status of statuses) {
    const active = status === 'PENDING' || status === 'RUNNING' || status === 'CANCELLING'
    for (const ageMs of [-5, 0, 60_000, 1e12]) {
      const interval = pollInterval(status, ageMs)
      expect(interval !== undefined).toBe(active)
      if (interval) expect(Math.min(30, Math.max(1, interval.recommended))).toBe(interval.recommended)
    }
  }
})
