import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InputOf } from '../../generated/operations.ts'
import { alice, bob, type HandlerRig, openHandlerRig } from './rig.ts'
import { cellsOf, distinct, recordsOf, sum, superstore } from './superstore.ts'

let rig: HandlerRig
beforeAll(async () => {
  rig = await openHandlerRig()
})
afterAll(() => rig.close())

type Input = InputOf['generateReport']
const allDays = { fromDate: '2014-01-01', toDate: '2017-12-31' }
const orders = (change: Partial<Input> = {}): Input => ({
  reportType: 'ORDERS_SUMMARY',
  dateRange: allDays,
  format: 'CSV',
  ...change,
})

async function csv(change: Partial<Input> = {}, ownerId = alice) {
  const { result, error } = await rig.run('generateReport', orders(change), ownerId)
  expect(error).toBeNull()
  const text = await rig.text(result?.downloadUrl)
  const rows = recordsOf(text)
  expect(result?.rowCount).toBe(rows.length)
  expect(result?.size).toBe(Buffer.byteLength(text))
  return rows
}

describe('the figures of a report, compared with the sample file', () => {
  test('all days: every order once with all its lines', async () => {
    const rows = await csv()
    expect(rows).toHaveLength(5009)
    expect(new Set(rows.map((row) => row.orderId)).size).toBe(5009)
    expect(sum(superstore, 'Sales')).toBe('2297200.86')
    expect(rows.reduce((lines, row) => lines + Number(row.lineCount), 0)).toBe(9994)
    expect(rows.reduce((pieces, row) => pieces + Number(row.quantity), 0)).toBe(
      superstore.reduce((pieces, row) => pieces + Number(row.Quantity), 0),
    )
    for (const row of rows) {
      const lines = superstore.filter((line) => line['Order ID'] === row.orderId)
      expect([row.orderId, row.sales, row.profit]).toEqual([row.orderId, sum(lines, 'Sales'), sum(lines, 'Profit')])
    }
  })

  test('one year', async () => {
    const rows = await csv({ dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' } })
    expect(rows).toHaveLength(1687)
    expect(rows).toHaveLength(
      distinct(
        superstore.filter((row) => row['Order Date']?.startsWith('2017')),
        'Order ID',
      ),
    )
  })

  test('both ends of the range are inclusive', async () => {
    for (const [fromDate, toDate] of [
      ['2017-11-23', '2017-11-23'],
      ['2017-11-22', '2017-11-24'],
    ] as const) {
      const within = superstore.filter(
        (row) => fromDate <= (row['Order Date'] ?? '') && (row['Order Date'] ?? '') <= toDate,
      )
      const rows = await csv({ dateRange: { fromDate, toDate } })
      expect(rows.length).toBeGreaterThan(0)
      expect(rows).toHaveLength(distinct(within, 'Order ID'))
      const days = rows.map((row) => row.orderDate)
      expect([days[0], days.at(-1)]).toEqual([fromDate, toDate])
    }
  })

  test.each([
    ['country', 'Country', 'United States'],
    ['region', 'Region', 'West'],
    ['state', 'State', 'California'],
    ['segment', 'Segment', 'Home Office'],
    ['category', 'Category', 'Technology'],
  ] as const)('the filter %s', async (filter, column, value) => {
    const within = superstore.filter((row) => row[column] === value)
    const rows = await csv({ filters: { [filter]: value } })
    expect(rows).toHaveLength(distinct(within, 'Order ID'))
    expect(rows.reduce((lines, row) => lines + Number(row.lineCount), 0)).toBe(within.length)
  })

  test('filters are combined and case-sensitive', async () => {
    const filters = { region: 'West', category: 'Furniture', segment: 'Consumer' }
    const within = superstore.filter(
      (row) => row.Region === 'West' && row.Category === 'Furniture' && row.Segment === 'Consumer',
    )
    const [row] = await csv({ reportType: 'SALES_BY_COUNTRY', filters })
    expect(row).toMatchObject({ sales: sum(within, 'Sales'), profit: sum(within, 'Profit') })
    const none = await rig.run('generateReport', orders({ filters: { region: 'west' } }))
    expect(none.error).toMatchObject({ code: 'NO_DATA_IN_RANGE' })
  })

  test('by country', async () => {
    expect(await csv({ reportType: 'SALES_BY_COUNTRY' })).toEqual([
      {
        country: 'United States',
        orderCount: '5009',
        customerCount: '793',
        quantity: '37873',
        sales: sum(superstore, 'Sales'),
        profit: sum(superstore, 'Profit'),
      },
    ])
  })

  test('by product: one row for each product id, best sold first', async () => {
    const rows = await csv({ reportType: 'SALES_BY_PRODUCT' })
    expect(rows).toHaveLength(distinct(superstore, 'Product ID'))
    expect(rows.map((row) => Number(row.sales))).toEqual(rows.map((row) => Number(row.sales)).sort((a, b) => b - a))
    for (const row of rows.slice(0, 50)) {
      const lines = superstore.filter((line) => line['Product ID'] === row.productId)
      expect(row).toMatchObject({ sales: sum(lines, 'Sales'), orderCount: String(distinct(lines, 'Order ID')) })
    }
  })

  test('by customer: their orders, first and last day', async () => {
    const rows = await csv({ reportType: 'CUSTOMER_ACTIVITY' })
    expect(rows).toHaveLength(793)
    for (const row of rows.slice(0, 50)) {
      const lines = superstore.filter((line) => line['Customer ID'] === row.customerId)
      const days = lines.map((line) => line['Order Date'] ?? '').sort()
      expect(row).toMatchObject({
        sales: sum(lines, 'Sales'),
        orderCount: String(distinct(lines, 'Order ID')),
        firstOrderDate: days[0],
        lastOrderDate: days.at(-1),
      })
    }
  })
})

test('a range without orders fails with NO_DATA_IN_RANGE, names the range, and leaves no file', async () => {
  const before = await rig.stored()
  for (const change of [
    { dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } },
    { filters: { category: 'Nothing' } },
    { filters: { source: 'IMPORTED' } },
  ] as const) {
    const { error, result } = await rig.run('generateReport', orders(change), bob)
    expect(result).toBeNull()
    expect(error).toMatchObject({ code: 'NO_DATA_IN_RANGE' })
    expect(error?.detail).toContain((change as Partial<Input>).dateRange?.fromDate ?? '2014-01-01')
  }
  expect(await rig.stored()).toEqual(before)
})

test('CSV: one header row, LF line ends, and no totals row', async () => {
  const { result } = await rig.run('generateReport', orders())
  const text = await rig.text(result?.downloadUrl)
  expect(text).not.toContain('\r')
  expect(text.endsWith('\n')).toBe(true)
  const rows = cellsOf(text)
  expect(rows).toHaveLength(5010)
  expect(rows[0]).toEqual(
    'orderId orderDate shipDate shipMode customerId customerName segment country region state city lineCount quantity sales profit'.split(
      ' ',
    ),
  )
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([15]))
  expect(rows.slice(1).every((row) => row.slice(-2).every((cell) => /^-?\d+\.\d\d$/.test(cell)))).toBe(true)
})
