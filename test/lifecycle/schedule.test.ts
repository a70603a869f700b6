import { expect, test } from 'vitest'
import { estimateCompletion } from '../../server/lifecycle/estimate.ts'
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

const startedAt = new Date('2026-01-01T00:00:00Z')
const after = (seconds: number) => new Date(startedAt.getTime() + seconds * 1000)

test('half the work in ten seconds means done after twenty', () => {
  expect(estimateCompletion({ status: 'RUNNING', startedAt, percentage: 50 }, after(10))).toEqual(after(20))
})

test('there is no estimate without progress, before the start or after the end', () => {
  for (const percentage of [undefined, 0]) {
    expect(estimateCompletion({ status: 'RUNNING', startedAt, percentage }, after(10))).toBeUndefined()
  }
  expect(estimateCompletion({ status: 'PENDING', startedAt: null, percentage: 50 }, after(10))).toBeUndefined()
  expect(estimateCompletion({ status: 'COMPLETED', startedAt, percentage: 100 }, after(10))).toBeUndefined()
})

test('an estimate is never in the past', () => {
  expect(estimateCompletion({ status: 'RUNNING', startedAt, percentage: 100 }, after(10))).toEqual(after(10))
})
