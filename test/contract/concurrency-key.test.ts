import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concurrencyKeyOf, declaredKey, submittedKey } from '../../server/contract/concurrency-key.ts'

const hashOf = (text: string) => createHmac('sha256', 'secret').update(text).digest()

describe('the key of a type', () => {
  test('is the type, or the type and the values', () => {
    expect(concurrencyKeyOf('importOrders', { uploadId: 'u' })).toEqual({
      concurrencyKey: 'importOrders',
      concurrencyLimit: 1,
    })
    const key = (expression: string, input: Record<string, unknown>) => declaredKey('t', expression, input)
    expect(key('owner', { a: 1 })).toBe('t')
    expect(key('owner/a', { a: 'CA-1' })).toBe('t/=CA-1')
    expect(key('owner/a.b/c', { a: { b: 2 }, c: false })).toBe('t/=2/=false')
    expect(key('owner/a', { a: 'x/y #=%' })).toBe('t/=x%2Fy%20%23%3D%25')
    expect(key('owner/a/b', {})).toBe('t//')
    expect(key('owner/a', { a: '\ud800' })).toBe('t/=%EF%BF%BD')
    // Not what every object has.
    expect(key('owner/toString', {})).toBe('t/')
  })

  test('differs for different values, has at most 255 characters, and no value of a confidential input', () => {
    const value = fc.option(fc.string({ unit: 'grapheme', maxLength: 300 }), { nil: undefined })
    fc.assert(
      fc.property(value, value, value, value, (a, b, c, d) => {
        const [one, other] = [declaredKey('t', 'owner/a/b', { a, b }), declaredKey('t', 'owner/a/b', { a: c, b: d })]
        const well = (text: string | undefined) => text?.toWellFormed()
        expect(one === other).toBe(well(a) === well(c) && well(b) === well(d))
        for (const key of [one, declaredKey('t', 'owner/a/b', { a, b }, hashOf)])
          expect(key.length).toBeLessThanOrEqual(255)
      }),
    )
    expect(declaredKey('t', 'owner/a', { a: 'Anna' }, hashOf)).toMatch(/^t\/#[\w-]{43}$/)
    expect(declaredKey('t', 'owner/a', { a: 'x'.repeat(300) })).toMatch(/^t\/#[\w-]{43}$/)
  })
})

test('a submitted key is shown as it was submitted, never equals a declared one, and a declared one is not shown', () => {
  const stored = concurrencyKeyOf('generateReport', {}, { submitted: 'importOrders' })
  expect(stored).toEqual({ concurrencyKey: 'key:importOrders', concurrencyLimit: 1 })
  expect(submittedKey(stored?.concurrencyKey ?? null)).toBe('importOrders')
  expect(concurrencyKeyOf('generateReport', {})).toBeUndefined()
  expect([submittedKey('importOrders'), submittedKey(null)]).toEqual([undefined, undefined])
})
