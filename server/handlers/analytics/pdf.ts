import type { Column } from '../../database/formatted-rows.ts'
import { grouped } from '../../domain/progress.ts'
import { drawChart } from '../report/chart.ts'
import { drawFigures, drawRows, drawTitle, margin, money, pdfDocument, titleOf } from '../report/document.ts'
import { openFonts } from '../report/fonts.ts'
import { drawHeatMap } from '../report/heat-map.ts'
import { drawLines } from '../report/line-chart.ts'
import { openTextWriter } from '../report/text.ts'
import type { AnalysisName, Figures, Input } from './analysis.ts'

type Row = Record<string, string | null>
type Data = {
  input: Input
  orders: number
  columns: readonly Column[]
  figures: Figures
  /** The first rows of the table. */
  rows: Row[]
  rowCount: number
}

const titles: Record<AnalysisName, string> = {
  RFM_SEGMENTS: 'RFM segments',
  COHORT_RETENTION: 'Cohort retention',
  BASKET_PAIRS: 'Basket pairs',
  SALES_FORECAST: 'Sales forecast',
}

/** The figures, a chart, and a table of the first rows. */
export function pdfAnalysis(data: Data, onRows: (done: number) => void): AsyncGenerator<Uint8Array> {
  const { input, columns, rows, rowCount } = data
  const title = titles[input.analysis]
  const { dateRange, filters = {} } = input
  const range = dateRange ? `${dateRange.fromDate} to ${dateRange.toDate}` : 'All order dates'
  return pdfDocument({ title, subject: range, footer: `${title} · ${range}` }, async (document) => {
    const chosen = Object.entries(filters).map(([name, value]) => `${name}: ${value}`)
    const writer = openTextWriter(document, openFonts(JSON.stringify([rows, chosen])))
    await drawTitle(document, writer, title, [dateRange ? `${range}, both inclusive` : range, ...chosen])
    draw(document, data)
    await drawRows(document, writer, { columns, rows, total: rowCount }, onRows)
  })
}

function draw(document: PDFKit.PDFDocument, { figures: { rfm, cohorts, baskets, forecast }, rows, orders }: Data) {
  if (rfm) drawRfm(document, rfm, orders)
  if (cohorts) drawCohorts(document, cohorts, rows, orders)
  if (baskets) drawBaskets(document, baskets, rows, orders)
  if (forecast) drawForecast(document, forecast, rows)
}

const sizeOf = (document: PDFKit.PDFDocument) => ({ width: document.page.width - 2 * margin, height: 300 })
const numberOf = (cell: string | null | undefined) => (cell === null || cell === undefined ? undefined : Number(cell))

function drawRfm(document: PDFKit.PDFDocument, rfm: NonNullable<Figures['rfm']>, orders: number) {
  const sales = rfm.segments.reduce((sum, segment) => sum + segment.sales, 0)
  drawFigures(document, [
    ['Customers', grouped(rfm.customerCount)],
    ['Orders', grouped(orders)],
    ['Sales', money(sales)],
    ['As of', rfm.asOfDate],
  ])
  const bars = rfm.segments.map(({ segment, customerCount }) => ({ label: titleOf(segment), value: customerCount }))
  drawChart(document, { title: 'Customers by segment', bars, ...sizeOf(document) })
}

/** More rows or columns could not be read. */
const mostCohorts = 24
const mostPeriods = 18

function drawCohorts(
  document: PDFKit.PDFDocument,
  cohorts: NonNullable<Figures['cohorts']>,
  rows: Row[],
  orders: number,
) {
  const next = cohorts.averageRetention[1]?.retention
  drawFigures(document, [
    ['Cohorts', grouped(cohorts.cohortCount)],
    ['Customers', grouped(cohorts.customerCount)],
    ['Orders', grouped(orders)],
    ['Ordered again in the next period', next === undefined ? 'none' : `${(100 * next).toFixed(1)} %`],
  ])
  const byCohort = new Map<string, (number | undefined)[]>()
  for (const row of rows) {
    const cells = byCohort.get(String(row.cohort)) ?? []
    if (cells.length < mostPeriods) byCohort.set(String(row.cohort), [...cells, numberOf(row.retention)])
  }
  const shown = [...byCohort].slice(0, mostCohorts).map(([label, cells]) => ({ label, cells }))
  const columns = Array.from({ length: Math.max(...shown.map(({ cells }) => cells.length)) }, (_, index) =>
    String(index),
  )
  const which = byCohort.size > mostCohorts ? `the first ${mostCohorts} cohorts` : 'all cohorts'
  drawHeatMap(document, { title: `Retention by period, ${which}`, columns, rows: shown, ...sizeOf(document) })
}

const mostPairs = 30

function drawBaskets(
  document: PDFKit.PDFDocument,
  baskets: NonNullable<Figures['baskets']>,
  rows: Row[],
  orders: number,
) {
  drawFigures(document, [
    ['Pairs', grouped(baskets.pairCount)],
    ['Frequent items', grouped(baskets.itemCount)],
    ['Orders', grouped(orders)],
    ['Least orders of a pair', grouped(baskets.minOrders)],
  ])
  const bars = rows.slice(0, mostPairs).map(({ lift }, index) => ({ label: String(index + 1), value: Number(lift) }))
  drawChart(document, { title: 'Lift of the first pairs, by their place in the table', bars, ...sizeOf(document) })
}

function drawForecast(document: PDFKit.PDFDocument, forecast: NonNullable<Figures['forecast']>, rows: Row[]) {
  const error = forecast.backtest.find(({ method }) => method === forecast.method)
  drawFigures(document, [
    ['Method', forecast.method === 'HOLT_WINTERS' ? 'Holt–Winters' : 'Seasonal naive'],
    ['Months of history', grouped(forecast.historyMonths)],
    ['Error of the backtest (RMSE)', money(error?.rmse ?? 0)],
    ['Error in percent (MAPE)', error?.mape === undefined ? 'none' : `${error.mape.toFixed(1)} %`],
    ['Sales of the forecast', money(forecast.months.reduce((sum, { sales }) => sum + sales, 0))],
  ])
  const values = (name: string) => rows.map((row) => numberOf(row[name]))
  const isHoldout = rows.map(({ kind }) => kind === 'HOLDOUT')
  const chosen = forecast.method === 'HOLT_WINTERS' ? 'holtWinters' : 'seasonalNaive'
  drawLines(document, {
    title: 'Sales by month',
    labels: rows.map(({ month }) => String(month)),
    lines: [
      { name: 'Sales', color: '#2e6fd8', values: values('sales') },
      {
        name: 'Backtest',
        color: '#f79009',
        isDashed: true,
        values: values(chosen).map((v, at) => (isHoldout[at] ? v : undefined)),
      },
      { name: 'Forecast', color: '#d92d20', values: values('forecast') },
    ],
    ...sizeOf(document),
  })
}
