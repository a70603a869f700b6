import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backtest, errorOf, seasonalNaive } from '../../server/handlers/analytics/backtest.ts'
import { holtWinters } from '../../server/handlers/analytics/holt-winters.ts'
import { minimize } from '../../server/handlers/analytics/minimize.ts'
import { pairCounter } from '../../server/handlers/analytics/pair-counts.ts'
import { monthName, monthOf, seriesOf } from '../../server/handlers/analytics/series.ts'
import { co2 } from './analytics/co2.ts'

describe('Holt–Winters, compared with R: HoltWinters(co2), the example of its manual', () => {
  // As R 4 prints it.
  const printed = {
    alpha: 0.5126484,
    beta: 0.009497669,
    gamma: 0.4728868,
    a: 364.7616237,
    b: 0.1247438,
    s: [
      0.2215275, 0.9552801, 1.5984744, 2.8758029, 3.2820088, 2.440699, 0.8969433, -1.3796428, -3.4112376, -3.2570163,
      -1.913485, -0.584425,
    ],
  }

  test('level, trend and seasons with the same parameters', () => {
    const { level, trend, seasonal } = holtWinters(co2, 12, printed)
    expect(level).toBeCloseTo(printed.a, 6)
    expect(trend).toBeCloseTo(printed.b, 6)
    for (const [index, season] of printed.s.entries()) expect(seasonal[index]).toBeCloseTo(season, 5)
  })

  test('the fitted parameters', () => {
    const { alpha, beta, gamma, level } = holtWinters(co2, 12)
    expect([alpha, beta, gamma, level].map((value) => value.toFixed(2))).toEqual(['0.51', '0.01', '0.47', '364.76'])
    expect(alpha).toBeCloseTo(printed.alpha, 3)
    expect(beta).toBeCloseTo(printed.beta, 3)
    expect(gamma).toBeCloseTo(printed.gamma, 3)
  })

  test('the forecast adds the trend and repeats the seasons', () => {
    const { forecast } = holtWinters(co2, 12, printed)
    const months = forecast(25)
    for (const [index, value] of months.entries()) {
      expect(value).toBeCloseTo(printed.a + (index + 1) * printed.b + (printed.s[index % 12] ?? 0), 4)
    }
  })
})

test.each(
  Array.from({ length: 23 }, (_, index) => index + 2),
)('a series that repeats %i values is continued by each method', (length) => {
  for (const count of [2 * length, 2 * length + 1, 4 * length - 1]) {
    const at = (index: number) => 100 + (index % length) ** 2
    const values = Array.from({ length: count }, (_, index) => at(index))
    const expected = Array.from({ length: 30 }, (_, index) => at(count + index))
    expect(seasonalNaive(values, length, 30)).toEqual(expected)
    for (const [index, value] of holtWinters(values, length).forecast(30).entries()) {
      expect(value).toBeCloseTo(expected[index] ?? 0, 6)
    }
  }
})

test('a series of zeros: forecasts of 0, no error in percent, and the simpler method', () => {
  const { errors, method } = backtest(
    Array.from({ length: 36 }, () => 0),
    12,
    12,
  )
  expect(errors).toEqual([
    { method: 'SEASONAL_NAIVE', mae: 0, rmse: 0 },
    { method: 'HOLT_WINTERS', mae: 0, rmse: 0 },
  ])
  expect(method).toBe('SEASONAL_NAIVE')
})

test('a straight line with seasons: Holt–Winters is better', () => {
  const values = Array.from({ length: 60 }, (_, index) => 100 + 10 * index + 20 * Math.sin((index * Math.PI) / 6))
  expect(backtest(values, 12, 12).method).toBe('HOLT_WINTERS')
})

test('the errors of a forecast (Hyndman and Koehler 2006: MAE, RMSE, MAPE)', () => {
  expect(errorOf([100, 200, 0, -50], [110, 180, 30, -50])).toEqual({ mae: 15, rmse: Math.sqrt(350), mape: 20 / 3 })
})

describe('the minimum in the unit cube', () => {
  test.each([
    ['inside', [0.31, 0.72, 0.11]],
    ['at a corner', [0, 1, 0]],
    ['on an edge', [1, 0.4, 0]],
  ] as const)('%s', (_, [a, b, c]) => {
    const found = minimize(([x, y, z]) => (x - a) ** 2 + 3 * (y - b) ** 2 + 2 * (z - c) ** 2 + (x - a) * (y - b))
    for (const [index, value] of [a, b, c].entries()) expect(found[index]).toBeCloseTo(value, 3)
  })

  test('beyond the surface: the nearest point', () => {
    const found = minimize(([x, y, z]) => (x + 1) ** 2 + (y - 2) ** 2 + (z - 0.5) ** 2)
    for (const [index, value] of [0, 1, 0.5].entries()) expect(found[index]).toBeCloseTo(value, 3)
  })
})

describe('the series of months', () => {
  const all = { lastDay: '2020-06-30', today: '2026-11-29' }
  const months = [
    { month: monthOf('2020-01-01'), sales: 1 },
    { month: monthOf('2020-04-01'), sales: 4 },
  ]

  test.each([
    ['all months, up to the last day of the data', all, '2020-01', [1, 0, 0, 4, 0, 0]],
    ['a range of whole months', { ...all, fromDate: '2020-02-01', toDate: '2020-05-31' }, '2020-04', [4, 0]],
    ['a range that ends in February of a leap year', { ...all, toDate: '2020-02-29' }, '2020-01', [1, 0]],
    ['a range that ends a day early', { ...all, toDate: '2020-02-28' }, '2020-01', [1]],
    ['a range that begins a day late', { ...all, fromDate: '2020-01-02' }, '2020-04', [4, 0, 0]],
    ['a range that ends after the data', { ...all, toDate: '9999-12-31' }, '2020-01', [1, 0, 0, 4, 0, 0]],
    ['data of the current month', { lastDay: '2020-04-15', today: '2020-04-20' }, '2020-01', [1, 0, 0]],
    ['data up to the last month', { lastDay: '2020-04-15', today: '2020-05-01' }, '2020-01', [1, 0, 0, 4]],
  ])('%s', (_, range, first, values) => {
    const series = seriesOf(months, range)
    expect([monthName(series.first), series.values]).toEqual([first, values])
  })

  test.each([
    ['a range without a whole month', { ...all, fromDate: '2020-01-02', toDate: '2020-01-30' }],
    ['a range after the data', { ...all, fromDate: '2020-07-01' }],
  ])('%s is empty', (_, range) => {
    expect(seriesOf(months, range).values).toEqual([])
  })
})

test('pairs are counted and sorted as by comparing each two items of each order', () => {
  const baskets = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 8 }), { minLength: 1 }), { maxLength: 30 })
  const limits = fc.record({ minOrders: fc.integer({ min: 1, max: 4 }), most: fc.integer({ min: 1, max: 12 }) })
  fc.assert(
    fc.property(baskets, limits, (orders, { minOrders, most }) => {
      const counter = pairCounter(9)
      for (const order of orders) counter.add(order.toSorted((a, b) => a - b))
      const items = Array.from({ length: 9 }, (_, item) => orders.filter((order) => order.includes(item)).length)
      const pairs = items.flatMap((_, a) =>
        items.flatMap((_, b) => {
          const both = orders.filter((order) => order.includes(a) && order.includes(b)).length
          return a < b && both >= minOrders ? [{ a, b, orders: both }] : []
        }),
      )
      const product = ({ a, b }: { a: number; b: number }) => (items[a] ?? 0) * (items[b] ?? 0)
      pairs.sort((x, y) => y.orders - x.orders || product(x) - product(y) || x.a - y.a || x.b - y.b)
      expect(counter.top(items, { minOrders, most })).toEqual({ found: pairs.length, pairs: pairs.slice(0, most) })
    }),
  )
})
