import { describe, expect, test } from 'vitest'
import { estimateCompletion } from '../../server/lifecycle/estimate.ts'
import { statuses } from '../../server/lifecycle/states.ts'

const startedAt = new Date('2026-01-01T00:00:00Z')
const later = (seconds: number) => new Date(startedAt.getTime() + seconds * 1000)

type At = Parameters<typeof estimateCompletion>[0]

/** Running, with a percentage written ten seconds after the start, and the type's typical duration where there is one. */
function at(percentage: number | undefined, typicalSeconds?: number, change: Partial<At> = {}): At {
  return { status: 'RUNNING', startedAt, percentage, progressAt: later(10), typicalSeconds, ...change }
}

describe('an estimate goes by progress', () => {
  test('half the work in ten seconds means done after twenty, whenever that is asked and whatever is typical', () => {
    for (const askedAt of [10, 12, 19]) {
      expect(estimateCompletion(at(50), later(askedAt))).toEqual(later(20))
      expect(estimateCompletion(at(50, 500), later(askedAt))).toEqual(later(20))
    }
  })

  test('and is never in the past', () => {
    expect(estimateCompletion(at(100), later(10))).toEqual(later(10))
    expect(estimateCompletion(at(50), later(30))).toEqual(later(30))
  })
})

describe('before there is progress', () => {
  test('it goes by what is typical, and is never in the past', () => {
    for (const percentage of [undefined, 0]) {
      expect(estimateCompletion(at(percentage, 60), later(5))).toEqual(later(60))
      expect(estimateCompletion(at(percentage, 60), later(90))).toEqual(later(90))
    }
  })

  test('that has been written by this attempt, too', () => {
    expect(estimateCompletion(at(50, 60, { progressAt: startedAt }), later(5))).toEqual(later(60))
  })

  test('there is none when nothing is known of the type', () => {
    for (const percentage of [undefined, 0]) expect(estimateCompletion(at(percentage), later(5))).toBeUndefined()
  })
})

test.each(statuses.filter((status) => status !== 'RUNNING'))('one that is %s has none', (status) => {
  expect(estimateCompletion(at(50, 60, { status }), later(10))).toBeUndefined()
  expect(estimateCompletion(at(50, 60, { status, startedAt: null }), later(10))).toBeUndefined()
})
