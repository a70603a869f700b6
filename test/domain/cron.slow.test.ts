import fc from 'fast-check'
import { describe, it } from 'vitest'
import { isFull } from '../support/size.ts'
import { compare, daily, expressions, patterns, years, zones } from './cron-rig.ts'

// It computes for seconds, and for minutes on a busy machine.
describe.each(zones)('equals an independent implementation in %s', { timeout: 300_000 }, (zone) => {
  it.each(expressions)('%s, over 20 years', (expression) => {
    compare(expression, zone, [years])
  })

  it('for random expressions, around all changes of the clock', () => {
    fc.assert(
      fc.property(patterns, (expression) => compare(expression, zone, daily(zone, years))),
      { numRuns: isFull ? 1000 : 20 },
    )
  })
})
