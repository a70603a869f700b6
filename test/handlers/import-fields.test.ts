import { expect, test } from 'vitest'
import { checkRow } from '../../server/handlers/import/fields.ts'
import { type Line, line, names } from './order-lines.ts'

const check = (change: Partial<Line>) => checkRow(names.map((name) => ({ ...line, ...change })[name]))

const texts = names.filter(
  (name) => /Id$|Mode|Name|segment|country|city|state|region|ategory/.test(name) && name !== 'rowId',
)

test('a valid row is accepted unchanged', () => {
  expect(check({})).toEqual({ values: names.map((name) => line[name]) })
})

const bad: [keyof Line, string[]][] = [
  ['rowId', ['', '0', '-1', '1.5', '1e3', ' 1', '1234567890123456', '１', '0x1']],
  ['quantity', ['', '0', '-1', '1000001', '1.0', '１']],
  ['orderDate', ['', '2023-02-29', '1900-02-29', '2024-13-01', '2024-00-10', '2024-01-32', '2/30/2016', '13/1/2016']],
  [
    'orderDate',
    ['2024-1-1', '20240101', '1/1/16', '1899-12-31', '2200-01-01', '2024-01-01T00:00:00Z', 'today', '45000'],
  ],
  ['shipDate', ['2024-02-28', 'x']],
  ['sales', ['', '1,5', '1.23456', '$1', '1e2', '12345678901', '.5', '1.', 'NaN', '--1', '+1']],
  ['profit', ['', 'Infinity', '-']],
  ['discount', ['', '-0.1', '1.1', '1.00001', '20%', '0,2']],
  ...texts.map((name): [keyof Line, string[]] => [name, ['', 'x'.repeat(201), 'a\nb', 'a\tb', 'a\u0007', '\ud800']]),
  ['postalCode', ['x'.repeat(201), 'a\nb']],
]
test.each(
  bad.flatMap(([name, cells]) => cells.map((cell) => [name, cell] as const)),
)('%s must not be %j', (name, cell) => {
  const checked = check({ [name]: cell })
  expect(checked).toHaveProperty('violation')
  if ('violation' in checked) {
    expect(checked.violation).toMatchObject({ column: name, value: cell.slice(0, 200) })
    expect(checked.violation.reason).toMatch(/^(must|is)/)
  }
})

const good: [keyof Line, string, string][] = [
  ['rowId', '999999999999999', '999999999999999'],
  ['orderDate', '2/29/2024', '2024-02-29'],
  ['orderDate', '02/09/2024', '2024-02-09'],
  ['orderDate', '2000-02-29', '2000-02-29'],
  ['shipDate', '2024-02-29', '2024-02-29'],
  ['shipDate', '12/31/2199', '2199-12-31'],
  ['sales', '-9999999999.9999', '-9999999999.9999'],
  ['discount', '1.0000', '1.0000'],
  ['postalCode', '', ''],
  ['postalCode', '2138', '2138'],
  ['productName', '=1+1', '=1+1'],
  ['productName', '株式会社 🙂', '株式会社 🙂'],
]
test.each(good)('%s may be %j', (name, cell, value) => {
  const checked = check({ [name]: cell })
  expect(checked).toEqual({ values: names.map((other) => (other === name ? value : line[other])) })
})

test('a United States postal code of four digits gets a leading zero', () => {
  const country = 'United States'
  const postal = (postalCode: string) => {
    const checked = check({ country, postalCode })
    return 'values' in checked ? checked.values[names.indexOf('postalCode')] : undefined
  }
  expect([postal('2138'), postal('02138'), postal('98103'), postal('')]).toEqual(['02138', '02138', '98103', ''])
})

test('a row with several violations reports the column of the first and lists the others in the reason', () => {
  const checked = check({ orderDate: 'x', quantity: '0' })
  expect(checked).toMatchObject({ violation: { column: 'orderDate', value: 'x' } })
  expect(checked).toHaveProperty('violation.reason', expect.stringContaining('; quantity must be'))
})

test('a missing cell is a violation', () => {
  expect(checkRow(names.map((name) => (name === 'city' ? undefined : line[name])))).toMatchObject({
    violation: { column: 'city', reason: 'is missing' },
  })
})
