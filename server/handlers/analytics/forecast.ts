import {
  type ForecastRow,
  forecastRows,
  readForecast,
  readMonthlySales,
  storeForecast,
} from '../../database/analytics/monthly-sales.ts'
import { lastOrderDay } from '../../database/orders/matching.ts'
import { OperationError } from '../define.ts'
import type { Analysis, Work } from './analysis.ts'
import { backtest, forecastBoth } from './backtest.ts'
import { leastSeasons } from './holt-winters.ts'
import { monthName, type Series, seriesOf } from './series.ts'

type Options = { horizonMonths: number; holdoutMonths: number; seasonMonths: number }

/** Forecasts the sales of the next months by the method that forecast the last months better. */
export const forecast: Analysis = {
  rows: forecastRows,
  async compute(work) {
    const { horizonMonths = 12, holdoutMonths = 12, seasonMonths = 12 } = work.input.forecast ?? {}
    const options = { horizonMonths, holdoutMonths, seasonMonths }
    const series = await readSeries(work)
    if (series.values.length < leastSeasons * seasonMonths + holdoutMonths) throw tooShort(series, options)

    const test = backtest(series.values, seasonMonths, holdoutMonths)
    const { fitted, forecasts } = forecastBoth(series.values, seasonMonths, horizonMonths)
    await storeForecast(work.client, rowsOf(series, options, test, forecasts))
    const { alpha, beta, gamma } = fitted
    return {
      forecast: {
        method: test.method,
        ...options,
        historyMonths: series.values.length,
        firstMonth: monthName(series.first),
        lastMonth: monthName(series.first + series.values.length - 1),
        smoothing: { alpha: rounded(alpha, 6), beta: rounded(beta, 6), gamma: rounded(gamma, 6) },
        backtest: test.errors.map(({ method, mae, rmse, mape }) => ({
          method,
          mae: rounded(mae, 2),
          rmse: rounded(rmse, 2),
          ...(mape !== undefined && { mape: rounded(mape, 2) }),
        })),
        months: await readForecast(work.client),
      },
    }
  },
}

async function readSeries({ client, selection }: Work): Promise<Series> {
  const months = await readMonthlySales(client, selection)
  const { rows } = await client.query<{ last: string }>(lastOrderDay(selection))
  const { fromDate, toDate } = selection
  const today = new Date().toISOString().slice(0, 10)
  return seriesOf(months, { fromDate, toDate, lastDay: rows[0]?.last ?? today, today })
}

function rowsOf(
  { first, values }: Series,
  { horizonMonths, holdoutMonths }: Options,
  test: ReturnType<typeof backtest>,
  forecasts: ReturnType<typeof forecastBoth>['forecasts'],
): ForecastRow[] {
  const trained = values.length - holdoutMonths
  const known = values.map((sales, index): ForecastRow => {
    const month = monthName(first + index)
    if (index < trained) return { month, kind: 'HISTORY', sales }
    return { month, kind: 'HOLDOUT', sales, ...methodsAt(test.forecasts, index - trained) }
  })
  const coming = Array.from({ length: horizonMonths }, (_, index): ForecastRow => {
    const month = monthName(first + values.length + index)
    const both = methodsAt(forecasts, index)
    return { month, kind: 'FORECAST', ...both, forecast: forecasts[test.method][index] ?? 0 }
  })
  return [...known, ...coming]
}

function methodsAt(forecasts: ReturnType<typeof forecastBoth>['forecasts'], index: number) {
  return { seasonalNaive: forecasts.SEASONAL_NAIVE[index] ?? 0, holtWinters: forecasts.HOLT_WINTERS[index] ?? 0 }
}

function tooShort({ values }: Series, { seasonMonths, holdoutMonths }: Options): OperationError {
  const needed = leastSeasons * seasonMonths + holdoutMonths
  return new OperationError(
    'INSUFFICIENT_HISTORY',
    `The forecast needs ${needed} whole months of sales: ${leastSeasons} × \`seasonMonths\` (${seasonMonths}) + \`holdoutMonths\` (${holdoutMonths}). There are ${values.length}.`,
  )
}

const rounded = (value: number, places: number) => Number(value.toFixed(places))
