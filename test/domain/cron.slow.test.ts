import fc from 'fast-check'
import { describe, it } from 'vitest'
import { isFull } from '../support/size.ts'
import { compare, daily, expressions, patterns, years, zones } from './cron-rig.ts'

/** Half a million times in 20 years. */
const frequent = '*/20 * * * *'

// It computes for seconds, and for minutes on a busy machine.
describe.each(zones)('equals an independent implementation in %s', { timeout: 300_000 }, (zone) => {
  it.each(expressions.filter((expression) => expression !== frequent))('%s, over 20 years', (expression) => {
    compare(expression, zone, [years])
  })

  it(`${frequent}, ${isFull ? 'over 20 years' : 'around all changes of the clock in 20 years'}`, () => {
    compare(frequent, zone, isFull ? [years] : daily(zone, years))
  })

  it('for random expressions, around all changes of the clock', () => {
    fc.assert(
      fc.property(patterns, (expression) => compare(expression, zone, daily(zone, years))),
      { numRuns: isFull ? 1000 : 20 },
    )
  })
})
