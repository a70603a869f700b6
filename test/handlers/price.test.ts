import { expect, it } from 'vitest'
import { centsOf } from '../../server/handlers/deliver/price.ts'

it.each([
  [['261.9600', '731.9400'], 99_390],
  [['0.1', '0.2'], 30],
  [['0.0049'], 0],
  [['0.0050'], 1],
  [['0.0025', '0.0025'], 1],
  [['9999999999.9999', '0.0001'], 1_000_000_000_000],
  [['10', '-2.5'], 750],
  [['1', '-2'], 0],
  [[], 0],
])('%j is %d cents', (decimals, cents) => {
  expect(centsOf(decimals)).toBe(cents)
})
