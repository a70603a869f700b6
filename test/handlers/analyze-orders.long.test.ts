import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InputOf, ResultOf } from '../../generated/operations.ts'
import { holtWinters } from '../../server/handlers/analytics/holt-winters.ts'
import { execute } from '../support/database.ts'
import {
  between,
  cents,
  cohortsOf,
  monthlySales,
  ordersIn,
  pairsOf,
  type Row,
  rfmOf,
  total,
} from './analytics/reference.ts'
import { csvOf, type Line } from './order-lines.ts'
import { alice, bob, type HandlerRig, openHandlerRig } from './rig.ts'
import { cellsOf, recordsOf, superstore } from './superstore.ts'

let rig: HandlerRig
beforeAll(async () => {
  rig = await openHandlerRig()
})
afterAll(() => rig.close())

type Input = InputOf['analyzeOrders']
type Result = ResultOf['analyzeOrders']

async function analyzed(input: Omit<Input, 'format'> & { format?: Input['format'] }, ownerId = alice) {
  const { result, error } = await rig.run('analyzeOrders', { format: 'CSV', ...input }, ownerId)
  expect(error).toBeNull()
  const bytes = await rig.bytes(result?.downloadUrl)
  expect(result).toMatchObject({ analysis: input.analysis, size: bytes.length })
  const rows = input.format === undefined ? recordsOf(bytes.toString()) : []
  if (input.format === undefined) expect(result?.rowCount).toBe(rows.length)
  return { result: result as Result, rows, bytes }
}

async function failed(input: Omit<Input, 'format'>, ownerId = alice) {
  const { error } = await rig.run('analyzeOrders', { format: 'CSV', ...input }, ownerId)
  return error as { code: string; detail: string }
}

/** Imports lines for an owner that no other test uses. */
async function imported(ownerId: string, lines: Partial<Line>[]) {
  const numbered = lines.map((line, index) => ({ rowId: String(index + 1), ...line }))
  const { error } = await rig.run('importOrders', { uploadId: await rig.upload(csvOf(numbered), { ownerId }) }, ownerId)
  expect(error).toBeNull()
}
const own = { filters: { source: 'IMPORTED' } } as const
const twoYears = { fromDate: '2015-03-15', toDate: '2016-12-31' }

describe('RFM_SEGMENTS, compared with the sample file', () => {
  test.each([
    ['all orders', {}, superstore],
    ['a date range', { dateRange: twoYears }, between(twoYears.fromDate, twoYears.toDate)],
    ['a segment', { filters: { segment: 'Home Office' } }, superstore.filter((row) => row.Segment === 'Home Office')],
    ['a category', { filters: { category: 'Technology' } }, superstore.filter((row) => row.Category === 'Technology')],
    [
      'a region and a state',
      { filters: { region: 'West', state: 'Oregon' } },
      superstore.filter((row) => row.State === 'Oregon'),
    ],
  ] satisfies [string, Partial<Input>, Row[]][])('%s: every score and segment', async (_, selection, lines) => {
    const { result, rows } = await analyzed({ analysis: 'RFM_SEGMENTS', ...selection })
    const expected = rfmOf(lines)
    expect(rows).toEqual(expected)
    expect(result.orderCount).toBe(ordersIn(lines))
    const { rfm } = result
    expect(rfm?.customerCount).toBe(expected.length)
    expect(rfm?.asOfDate).toBe(
      lines
        .map((row) => row['Order Date'] ?? '')
        .sort()
        .at(-1),
    )
    expect(rfm?.segments).toHaveLength(10)
    for (const { segment, customerCount, share, orderCount, sales, averageRecencyDays } of rfm?.segments ?? []) {
      const customers = expected.filter((row) => row.rfmSegment === segment)
      const sumOf = (name: string) => customers.reduce((sum, row) => sum + Number(row[name]), 0)
      expect([segment, customerCount, orderCount]).toEqual([segment, customers.length, sumOf('orderCount')])
      expect(share).toBeCloseTo(customers.length / expected.length, 5)
      expect(sales).toBeCloseTo(sumOf('sales'), 0)
      if (customers.length === 0) expect(averageRecencyDays).toBeUndefined()
      else expect(averageRecencyDays).toBeCloseTo(sumOf('recencyDays') / customers.length, 0)
    }
  })

  test('a single customer has the score 1', async () => {
    await imported('rfm-single', [{}])
    const { rows } = await analyzed({ analysis: 'RFM_SEGMENTS', ...own }, 'rfm-single')
    expect(rows).toMatchObject([
      { recencyScore: '1', frequencyScore: '1', monetaryScore: '1', rfmSegment: 'HIBERNATING' },
    ])
  })
})

describe('COHORT_RETENTION, compared with the sample file', () => {
  test.each([
    ['months', { cohorts: { period: 'MONTH', periods: 120 } }, cohortsOf(superstore, 'MONTH', 120)],
    ['the defaults: months, 12 periods', {}, cohortsOf(superstore, 'MONTH', 12)],
    ['quarters', { cohorts: { period: 'QUARTER' } }, cohortsOf(superstore, 'QUARTER', 12)],
    ['years', { cohorts: { period: 'YEAR' } }, cohortsOf(superstore, 'YEAR', 12)],
    ['one period', { cohorts: { period: 'YEAR', periods: 1 } }, cohortsOf(superstore, 'YEAR', 1)],
    [
      'a date range: customers with an earlier order are in no cohort',
      { dateRange: twoYears, cohorts: { period: 'QUARTER' } },
      cohortsOf(between('', twoYears.toDate), 'QUARTER', 12, twoYears.fromDate),
    ],
    [
      'a category: the first order with a line of it',
      { filters: { category: 'Furniture' }, cohorts: { period: 'QUARTER' } },
      cohortsOf(
        superstore.filter((row) => row.Category === 'Furniture'),
        'QUARTER',
        12,
      ),
    ],
  ] satisfies [string, Partial<Input>, Row[]][])('%s', async (_, options, expected) => {
    const { result, rows } = await analyzed({ analysis: 'COHORT_RETENTION', ...options })
    expect(rows).toEqual(expected)
    const starts = expected.filter((row) => row.periodNumber === '0')
    const sumOf = (some: Row[], name: string) => some.reduce((sum, row) => sum + Number(row[name]), 0)
    expect(result.cohorts).toMatchObject({ cohortCount: starts.length, customerCount: sumOf(starts, 'customers') })
    for (const { periodNumber, cohortCustomers, customers, retention } of result.cohorts?.averageRetention ?? []) {
      const some = expected.filter((row) => row.periodNumber === String(periodNumber))
      expect([cohortCustomers, customers]).toEqual([sumOf(some, 'cohortCustomers'), sumOf(some, 'customers')])
      expect(retention).toBeCloseTo(customers / cohortCustomers, 5)
    }
  })

  test('a range in which no customer is new fails, and says why', async () => {
    await imported('cohort-old', [{ orderDate: '2020-01-05' }, { orderId: 'O-2', orderDate: '2021-01-05' }])
    const dateRange = { fromDate: '2021-01-01', toDate: '2021-12-31' }
    const error = await failed({ analysis: 'COHORT_RETENTION', dateRange, ...own }, 'cohort-old')
    expect(error).toMatchObject({
      code: 'NO_DATA_IN_RANGE',
      detail: expect.stringContaining('No customer has the first order'),
    })
  })

  test('the years 1900 and 2199 in one file do not create a row for each month between them', async () => {
    await imported('cohort-far', [
      { orderDate: '1900-01-01', shipDate: '1900-01-02' },
      { orderId: 'O-2', customerId: 'C-2', customerName: 'C', orderDate: '2199-12-31', shipDate: '2199-12-31' },
    ])
    const { rows } = await analyzed({ analysis: 'COHORT_RETENTION', ...own, cohorts: { periods: 3 } }, 'cohort-far')
    expect(rows.map(({ cohort, period, customers }) => [cohort, period, customers])).toEqual([
      ['1900-01', '1900-01', '1'],
      ['1900-01', '1900-02', '0'],
      ['1900-01', '1900-03', '0'],
      ['1900-01', '1900-04', '0'],
      ['2199-12', '2199-12', '1'],
    ])
  })
})

describe('BASKET_PAIRS, compared with the sample file', () => {
  test.each([
    ['sub-categories', { by: 'SUB_CATEGORY' }, pairsOf(superstore, 'SUB_CATEGORY', 2)],
    ['categories', { by: 'CATEGORY' }, pairsOf(superstore, 'CATEGORY', 2)],
    ['the defaults: products in two orders', {}, pairsOf(superstore, 'PRODUCT', 2)],
    ['at least 100 orders', { by: 'SUB_CATEGORY', minOrders: 100 }, pairsOf(superstore, 'SUB_CATEGORY', 100)],
    [
      '2 % of 5,009 orders, rounded up',
      { by: 'SUB_CATEGORY', minSupport: 0.02 },
      pairsOf(superstore, 'SUB_CATEGORY', 101),
    ],
    ['the first five', { by: 'SUB_CATEGORY', maxPairs: 5 }, pairsOf(superstore, 'SUB_CATEGORY', 2).slice(0, 5)],
  ] as [
    string,
    NonNullable<Input['baskets']>,
    Row[],
  ][])('%s: support, confidence and lift', async (_, options, expected) => {
    const { result, rows } = await analyzed({ analysis: 'BASKET_PAIRS', baskets: options })
    expect(rows).toEqual(expected)
    const all = pairsOf(superstore, options.by ?? 'PRODUCT', result.baskets?.minOrders ?? 0)
    expect(result.baskets?.pairCount).toBe(all.length)
  })

  test('a date range and a category', async () => {
    const lines = between('2016-01-01', '2016-12-31').filter((row) => row.Category === 'Office Supplies')
    const { rows, result } = await analyzed({
      analysis: 'BASKET_PAIRS',
      dateRange: { fromDate: '2016-01-01', toDate: '2016-12-31' },
      filters: { category: 'Office Supplies' },
      baskets: { by: 'SUB_CATEGORY', minOrders: 1 },
    })
    expect(rows).toEqual(pairsOf(lines, 'SUB_CATEGORY', 1))
    expect(result.orderCount).toBe(ordersIn(lines))
  })

  test('no pair: a file without rows', async () => {
    const { result, rows, bytes } = await analyzed({ analysis: 'BASKET_PAIRS', baskets: { minOrders: 1_000_000 } })
    expect([rows, result.rowCount, result.baskets?.pairCount]).toEqual([[], 0, 0])
    expect(bytes.toString()).toMatch(/^itemA,nameA,/)
  })

  test('two orders with the same 5,000 items: the 4,000 first items are paired, and a warning counts the others', async () => {
    await execute(
      rig.url,
      `insert into customers values ('wholesale', 'C', 'C', 'x');
       insert into orders (owner_id, order_id, customer_id, order_date, ship_date, ship_mode, country, region, state, city, postal_code)
         select 'wholesale', 'O' || n, 'C', '2020-01-01', '2020-01-01', '', '', '', '', '', '' from generate_series(1, 3) n;
       insert into order_lines select 'wholesale', o * 10000 + n, 'O' || o, 'P' || lpad(n::text, 4, '0'), 'n', 'c', 's', 1, 1, 0, 0
         from generate_series(1, 2) o, generate_series(1, 5000) n;
       insert into order_lines select 'wholesale', n, 'O3', 'P0001', 'n', 'c', 's', 1, 1, 0, 0 from generate_series(1, 9) n`,
    )
    const baskets = { maxPairs: 2, minOrders: 2 }
    const row = await rig.run(
      'analyzeOrders',
      { analysis: 'BASKET_PAIRS', format: 'CSV', ...own, baskets },
      'wholesale',
    )
    expect([row.status, row.error]).toEqual(['COMPLETED_WITH_ERRORS', null])
    expect(row.result).toMatchObject({
      baskets: { itemCount: 4000, pairCount: (4000 * 3999) / 2 },
      warnings: [{ code: 'ITEMS_LEFT_OUT', affectedRecords: 1000 }],
    })
    // P0001 has three orders, one of nine lines, so its pairs have the smaller lift.
    expect(recordsOf(await rig.text(row.result?.downloadUrl))).toMatchObject([
      { itemA: 'P0002', itemB: 'P0003', orderCount: '2', support: '0.666667', confidenceAToB: '1', lift: '1.5' },
      { itemA: 'P0002', itemB: 'P0004' },
    ])
  })
})

describe('SALES_FORECAST, compared with the sample file', () => {
  const known = monthlySales(superstore, '2014-01', '2017-12')
  const values = known.map(({ sales }) => sales)

  test('the defaults: every month, the backtest and its errors, and the method with the smaller error', async () => {
    const { result, rows } = await analyzed({ analysis: 'SALES_FORECAST' })
    expect(rows).toHaveLength(48 + 12)
    expect(rows.slice(0, 48).map(({ month, sales }) => [month, sales])).toEqual(
      known.map(({ month, exact }) => [month, cents(exact)]),
    )
    const naive = values.slice(24, 36)
    const smooth = holtWinters(values.slice(0, 36), 12).forecast(12)
    const holdout = rows.slice(36, 48)
    expect(holdout.map(({ seasonalNaive }) => seasonalNaive)).toEqual(
      known.slice(24, 36).map(({ exact }) => cents(exact)),
    )
    expect(holdout.map((row) => Number(row.holtWinters))).toEqual(smooth.map((value) => Number(value.toFixed(2))))
    const { forecast } = result
    for (const [index, forecasts] of [naive, smooth].entries()) {
      const errors = values.slice(36).map((value, at) => Math.abs(value - (forecasts[at] ?? 0)))
      const mean = (some: number[]) => some.reduce((sum, value) => sum + value, 0) / some.length
      expect(forecast?.backtest[index]?.mae).toBeCloseTo(mean(errors), 1)
      expect(forecast?.backtest[index]?.rmse).toBeCloseTo(Math.sqrt(mean(errors.map((error) => error ** 2))), 1)
      expect(forecast?.backtest[index]?.mape).toBeCloseTo(
        100 * mean(errors.map((error, at) => error / (values[36 + at] ?? 0))),
        1,
      )
    }
    const [first, second] = forecast?.backtest ?? []
    expect([first?.method, second?.method]).toEqual(['SEASONAL_NAIVE', 'HOLT_WINTERS'])
    const better = (second?.rmse ?? 0) < (first?.rmse ?? 0) ? 'HOLT_WINTERS' : 'SEASONAL_NAIVE'
    expect(forecast).toMatchObject({
      method: better,
      historyMonths: 48,
      firstMonth: '2014-01',
      lastMonth: '2017-12',
      seasonMonths: 12,
    })
    const coming = rows.slice(48)
    const repeated = known.slice(36).map(({ exact }) => cents(exact))
    expect(coming.map(({ seasonalNaive }) => seasonalNaive)).toEqual(repeated)
    const smoothed = holtWinters(values, 12).forecast(12)
    for (const [at, row] of coming.entries()) expect(Number(row.holtWinters)).toBeCloseTo(smoothed[at] ?? 0, 1)
    const chosen = coming.map((row) => (better === 'HOLT_WINTERS' ? row.holtWinters : row.seasonalNaive))
    expect(coming.map(({ sales, forecast: value }) => [sales, value])).toEqual(chosen.map((value) => ['', value]))
    expect(forecast?.months).toEqual(coming.map((row) => ({ month: row.month, sales: Number(row.forecast) })))
    expect(coming.map(({ month }) => month)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((n) => `2018-${String(n).padStart(2, '0')}`),
    )
    expect(rows.map(({ kind }) => kind)).toEqual([
      ...Array(36).fill('HISTORY'),
      ...Array(12).fill('HOLDOUT'),
      ...Array(12).fill('FORECAST'),
    ])
  })

  test('quarterly seasons, a short backtest, a long horizon, filters', async () => {
    const lines = superstore.filter((row) => row.Category === 'Furniture' && row.Region === 'South')
    const { result, rows } = await analyzed({
      analysis: 'SALES_FORECAST',
      filters: { category: 'Furniture', region: 'South' },
      forecast: { seasonMonths: 3, holdoutMonths: 6, horizonMonths: 36 },
    })
    const months = monthlySales(lines, '2014-01', '2017-12')
    expect(rows.slice(0, 48).map(({ sales }) => sales)).toEqual(months.map(({ exact }) => cents(exact)))
    expect(rows).toHaveLength(48 + 36)
    expect(rows.slice(42, 48).map(({ seasonalNaive }) => seasonalNaive)).toEqual(
      [39, 40, 41, 39, 40, 41].map((at) => cents(months[at]?.exact ?? 0n)),
    )
    expect(result.forecast?.months).toHaveLength(36)
  })

  test('a month that the date range cuts is left out', async () => {
    const dateRange = { fromDate: '2014-01-02', toDate: '2017-12-30' }
    const { result } = await analyzed({ analysis: 'SALES_FORECAST', dateRange })
    expect(result.forecast).toMatchObject({ firstMonth: '2014-02', lastMonth: '2017-11', historyMonths: 46 })
    const whole = { fromDate: '2014-02-01', toDate: '2017-02-28' }
    const cut = await analyzed({ analysis: 'SALES_FORECAST', dateRange: whole })
    expect(cut.result.forecast).toMatchObject({ firstMonth: '2014-02', lastMonth: '2017-02', historyMonths: 37 })
  })

  const monthsOf = (from: number, count: number) =>
    Array.from({ length: count }, (_, index): Partial<Line> => {
      const day = `${2020 + Math.floor((from + index) / 12)}-${String(((from + index) % 12) + 1).padStart(2, '0')}-07`
      return { orderId: `O-${from + index}`, orderDate: day, shipDate: day, sales: String(100 + index) }
    })

  test('months without an order are 0, also at the end while other orders go on', async () => {
    const gaps = monthsOf(0, 40).filter((_, index) => index % 10 !== 4)
    const last = { ...monthsOf(42, 1)[0], category: 'Other', subCategory: 'Other', productId: 'P-9' }
    await imported('forecast-gaps', [...gaps, last])
    const filters = { source: 'IMPORTED', category: 'Furniture' } as const
    const { rows, result } = await analyzed({ analysis: 'SALES_FORECAST', filters }, 'forecast-gaps')
    expect(result.forecast).toMatchObject({ firstMonth: '2020-01', lastMonth: '2023-07', historyMonths: 43 })
    const sales = rows.slice(0, 43).map((row) => Number(row.sales))
    expect(sales).toEqual(Array.from({ length: 43 }, (_, index) => (index > 39 || index % 10 === 4 ? 0 : 100 + index)))
    // Months without sales have no error in percent.
    expect(result.forecast?.backtest[0]?.mape).toBeGreaterThan(0)
  })

  test.each([
    [35, 'INSUFFICIENT_HISTORY', {}],
    [36, undefined, {}],
    [24, 'INSUFFICIENT_HISTORY', { holdoutMonths: 1 }],
    [25, undefined, { holdoutMonths: 1 }],
    [6, 'INSUFFICIENT_HISTORY', { seasonMonths: 2, holdoutMonths: 3 }],
    [7, undefined, { seasonMonths: 2, holdoutMonths: 3 }],
  ])('%i months: %s with %o', async (count, code, options) => {
    const owner = `forecast-${count}`
    await imported(owner, monthsOf(0, count))
    const input = { analysis: 'SALES_FORECAST', ...own, forecast: options } as const
    if (code === undefined) return expect((await analyzed(input, owner)).result.forecast?.historyMonths).toBe(count)
    const error = await failed(input, owner)
    expect(error).toMatchObject({ code, detail: expect.stringContaining(`There are ${count}.`) })
  })

  test('a date that is far away by mistake: the last 240 months count', async () => {
    await imported('forecast-far', [
      { orderId: 'O-old', orderDate: '1902-01-01', shipDate: '1902-01-01' },
      ...monthsOf(0, 40),
    ])
    const { result } = await analyzed({ analysis: 'SALES_FORECAST', ...own }, 'forecast-far')
    expect(result.forecast).toMatchObject({ firstMonth: '2003-05', lastMonth: '2023-04', historyMonths: 240 })
  })

  test('the current month is not over, so it is left out', async () => {
    const today = new Date()
    const months = Array.from({ length: 37 }, (_, index): Partial<Line> => {
      const day = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - index, 1)).toISOString().slice(0, 10)
      return { orderId: `O-${index}`, orderDate: day, shipDate: day }
    })
    await imported('forecast-now', months)
    const { result } = await analyzed({ analysis: 'SALES_FORECAST', ...own }, 'forecast-now')
    expect(result.forecast?.historyMonths).toBe(36)
  })
})

/** Figures, labels of the chart and headings of the table. */
const shown = {
  RFM_SEGMENTS: ['Customers by segment', '793', '5,009', 'Champions', 'Hibernating', 'Recency Days'],
  COHORT_RETENTION: ['Retention by period', 'Ordered again in the next period', '100 %', '2014-01', 'Cohort Customers'],
  BASKET_PAIRS: ['Lift of the first pairs', 'Frequent items', 'Confidence A To B'],
  SALES_FORECAST: ['Sales by month', 'Months of history', 'Backtest', 'Forecast', '2018-12'],
}
const analyses = ['RFM_SEGMENTS', 'COHORT_RETENTION', 'BASKET_PAIRS', 'SALES_FORECAST'] as const

describe.each(analyses)('%s', (analysis) => {
  test('JSON: one document with the parameters, the figures and the rows of the CSV', async () => {
    const dateRange = { fromDate: '2014-01-01', toDate: '2017-12-31' }
    const filters = { country: 'United States' }
    const { result, bytes } = await analyzed({ analysis, format: 'JSON', dateRange, filters })
    const { rows, ...head } = JSON.parse(bytes.toString())
    const { fileId, downloadUrl, format, size, rowCount, expiresAt, ...figures } = result
    expect(head).toEqual({ ...figures, dateRange, filters, generatedAt: expect.stringMatching(/Z$/) })
    const csv = (await analyzed({ analysis, dateRange, filters })).rows
    expect(rows).toHaveLength(rowCount)
    const asText = rows.map((row: Row) =>
      Object.entries(row).map(([name, cell]) => [name, cell === null ? '' : Number(cell) || String(cell)]),
    )
    expect(asText).toEqual(
      csv.map((row) =>
        Object.entries(row).map(([name, cell]) => [name, Number(cell) || (/^0(\.0+)?$/.test(cell) ? '0' : cell)]),
      ),
    )
  })

  test('PDF: the figures, a chart and the table', async () => {
    const { bytes, result } = await analyzed({ analysis, format: 'PDF' })
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: true })
    const title = {
      RFM_SEGMENTS: 'RFM segments',
      COHORT_RETENTION: 'Cohort retention',
      BASKET_PAIRS: 'Basket pairs',
      SALES_FORECAST: 'Sales forecast',
    }
    for (const part of [
      title[analysis],
      'All order dates',
      ...shown[analysis],
      `All ${result.rowCount.toLocaleString('en')} rows`,
    ]) {
      expect(text).toContain(part)
    }
  })

  test('NO_DATA_IN_RANGE names the range and the filters, and a filter is a value', async () => {
    const dateRange = { fromDate: '1990-01-01', toDate: '1990-12-31' }
    expect(await failed({ analysis, dateRange })).toMatchObject({
      code: 'NO_DATA_IN_RANGE',
      detail: 'There are no orders from 1990-01-01 to 1990-12-31.',
    })
    for (const country of ["x' or true --", '\\', "\\' or 1=1", '$1', '$$']) {
      const error = await failed({ analysis, filters: { country } })
      expect(error).toMatchObject({ code: 'NO_DATA_IN_RANGE', detail: 'There are no orders that match the filters.' })
    }
  })

  test('reads the sample and the rows of the owner, never those of another owner', async () => {
    const only = (await rig.run('analyzeOrders', { analysis, format: 'CSV', ...own }, bob)).error
    expect(only).toMatchObject({ code: 'NO_DATA_IN_RANGE' })
    const sample = await analyzed({ analysis, filters: { source: 'SAMPLE' } }, bob)
    expect((await analyzed({ analysis }, bob)).bytes).toEqual(sample.bytes)
  })
})

test('an order of the owner counts beside a sample order with the same id, and its customer is another one', async () => {
  const [line] = superstore
  await imported('same-ids', [
    { orderId: line?.['Order ID'] ?? '', customerId: line?.['Customer ID'] ?? '', sales: '7' },
  ])
  const { result, rows } = await analyzed({ analysis: 'RFM_SEGMENTS' }, 'same-ids')
  expect([result.orderCount, rows.length]).toEqual([5010, 794])
  const sales = rows.reduce((sum, row) => sum + Number(row.sales), 0)
  expect(sales).toBeCloseTo(Number(total(superstore)) / 10_000 + 7, 0)
})

test('CSV: every text column is defused, and no number or date', async () => {
  const strange = {
    customerId: '=id',
    customerName: ' =name',
    segment: '+segment',
    productId: '|=product',
    productName: '@name',
    sales: '-2',
  }
  const lines = [1, 2].flatMap((order) => [
    { ...strange, orderId: `O-${order}` },
    { ...strange, orderId: `O-${order}`, productId: '-other', productName: '＝x' },
  ])
  await imported('formulas', lines)
  const rfm = cellsOf((await analyzed({ analysis: 'RFM_SEGMENTS', ...own }, 'formulas')).bytes.toString())[1]
  expect(rfm?.slice(0, 7)).toEqual(["'=id", "' =name", "'+segment", '2024-02-29', '0', '2', '-8.00'])
  const pair = cellsOf((await analyzed({ analysis: 'BASKET_PAIRS', ...own }, 'formulas')).bytes.toString())[1]
  expect(pair).toEqual(["'-other", "'＝x", "|'=product", "'@name", '2', '2', '2', '1', '1', '1', '1'])
})
