import { describe, expect, test } from 'vitest'
import { estimateCompletion } from '../../server/domain/estimate.ts'
import { statuses } from '../../server/domain/state-machine.ts'

const startedAt = new Date('2026-01-01T00:00:00Z')
const later = (seconds: number) => new Date(startedAt.getTime() + seconds * 1000)

type At = Parameters<typeof estimateCompletion>[0]

/** A running operation with a percentage written ten seconds after its start, and the recent duration of its type. */
function at(percentage: number | undefined, typicalSeconds?: number, change: Partial<At> = {}): At {
  return { status: 'RUNNING', startedAt, percentage, progressAt: later(10), typicalSeconds, ...change }
}

describe('with progress', () => {
  test('half of the work in ten seconds gives twenty seconds, at any time and for any recent duration', () => {
    for (const askedAt of [10, 12, 19]) {
      expect(estimateCompletion(at(50), later(askedAt))).toEqual(later(20))
      expect(estimateCompletion(at(50, 500), later(askedAt))).toEqual(later(20))
    }
  })

  test('the estimate is never in the past', () => {
    expect(estimateCompletion(at(100), later(10))).toEqual(later(10))
    expect(estimateCompletion(at(50), later(30))).toEqual(later(30))
  })
})

describe('without progress', () => {
  test('the recent duration is used, and the estimate is never in the past', () => {
    for (const percentage of [undefined, 0]) {
      expect(estimateCompletion(at(percentage, 60), later(5))).toEqual(later(60))
      expect(estimateCompletion(at(percentage, 60), later(90))).toEqual(later(90))
    }
  })

  test('progress of an earlier attempt is not used', () => {
    expect(estimateCompletion(at(50, 60, { progressAt: startedAt }), later(5))).toEqual(later(60))
  })

  test('there is no estimate without a recent duration', () => {
    for (const percentage of [undefined, 0]) expect(estimateCompletion(at(percentage), later(5))).toBeUndefined()
  })
})

test.each(statuses.filter((status) => status !== 'RUNNING'))('an operation that is %s has no estimate', (status) => {
  expect(estimateCompletion(at(50, 60, { status }), later(10))).toBeUndefined()
  expect(estimateCompletion(at(50, 60, { status, startedAt: null }), later(10))).toBeUndefined()
})
