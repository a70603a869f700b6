import type { PgPoolClient } from '../client.ts'
import { matchingLines, type OrderSelection } from '../orders/matching.ts'
import { type AnalysisRows, date, money, storeRows } from './rows.ts'

export const forecastRows: AnalysisRows = {
  columns: [
    date('month'),
    date('kind'),
    money('sales'),
    money('seasonalNaive'),
    money('holtWinters'),
    money('forecast'),
  ],
  orderBy: 'month',
}

/** Sales by month, without months that have no order. `month` counts the months since the year 0. */
export async function readMonthlySales(client: PgPoolClient, selection: OrderSelection) {
  const { rows } = await client.query<{ month: number; sales: number }>(
    `select extract(year from o.order_date)::int * 12 + extract(month from o.order_date)::int - 1 as month,
       sum(l.sales)::float8 as sales
     ${matchingLines(selection)} group by 1 order by 1`,
  )
  return rows
}

export type ForecastRow = {
  month: string
  kind: 'HISTORY' | 'HOLDOUT' | 'FORECAST'
  sales?: number
  seasonalNaive?: number
  holtWinters?: number
  forecast?: number
}

export async function storeForecast(client: PgPoolClient, rows: readonly ForecastRow[]): Promise<void> {
  const columns =
    'month text, kind text, sales numeric, "seasonalNaive" numeric, "holtWinters" numeric, forecast numeric'
  await storeRows(client, `select * from jsonb_to_recordset($1::jsonb) r (${columns})`, [JSON.stringify(rows)])
}

/** The months of the forecast, rounded as in the file. */
export async function readForecast(client: PgPoolClient): Promise<{ month: string; sales: number }[]> {
  const { rows } = await client.query<{ month: string; sales: number }>(
    `select month, round(forecast, 2)::float8 as sales from analysis_rows where kind = 'FORECAST' order by month`,
  )
  return rows
}
