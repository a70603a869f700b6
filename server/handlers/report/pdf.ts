import { type CopyPool, withClient } from '../../database/copy.ts'
import { reportShapes } from '../../database/reports/columns.ts'
import { type ReportQuery, reportPage, reportTotals, salesByMonth } from '../../database/reports/queries.ts'
import { grouped } from '../../domain/progress.ts'
import { drawChart } from './chart.ts'
import { drawFigures, drawRows, drawTitle, margin, money, mostRows, pdfDocument, titleOf } from './document.ts'
import { openFonts } from './fonts.ts'
import type { RenderReport } from './render.ts'
import { openTextWriter } from './text.ts'

type Totals = { rows: number; orders: number; quantity: string; sales: string; profit: string }
type Data = { totals: Totals; months: { label: string; value: number }[]; rows: Record<string, string>[] }

/** Totals, a chart of the sales by month, and a table of the first 5,000 rows. */
export const pdfReport: RenderReport = (context, query) => {
  let rowCount = 0
  async function* content() {
    const data = await read(context.copyPool, query, context.signal)
    rowCount = data.totals.rows
    const { length: total } = data.rows
    const report = (current: number) => {
      const message = `Drew ${grouped(current)} of ${grouped(total)} rows`
      context.progress({ phase: 'REPORT_GENERATION', current, total, message })
    }
    report(0)
    yield* render(query, data, (done) => {
      context.signal.throwIfAborted()
      report(done)
    })
  }
  return { content: content(), rowCount: () => rowCount }
}

/** Reads everything in one snapshot, so that the totals match the table. */
function read(pool: CopyPool, query: ReportQuery, signal: AbortSignal): Promise<Data> {
  return withClient(pool, signal, async (client) => {
    await client.query('begin isolation level repeatable read read only')
    const totals = await client.query<Totals>(reportTotals(query))
    const months = await client.query<{ label: string; value: number }>(salesByMonth(query))
    const rows = await client.query<Record<string, string>>(reportPage(query, mostRows))
    await client.query('commit')
    return { totals: totals.rows[0] as Totals, months: months.rows, rows: rows.rows }
  })
}

export function render(
  query: ReportQuery,
  { totals, months, rows }: Data,
  onRows: (done: number) => void,
): AsyncGenerator<Uint8Array> {
  const title = titleOf(query.reportType)
  const subject = `${query.fromDate} to ${query.toDate}`
  return pdfDocument({ title, subject, footer: `${title} · ${subject}` }, async (document) => {
    const filters = Object.entries(query.filters ?? {}).map(([name, value]) => `${name}: ${value}`)
    const writer = openTextWriter(document, openFonts(JSON.stringify([rows, filters])))
    await drawTitle(document, writer, title, [`${subject}, both inclusive`, ...filters])
    drawFigures(document, [
      ['Rows', grouped(totals.rows)],
      ['Orders', grouped(totals.orders)],
      ['Quantity', grouped(Number(totals.quantity))],
      ['Sales', money(Number(totals.sales))],
      ['Profit', money(Number(totals.profit))],
    ])
    const width = document.page.width - 2 * margin
    drawChart(document, { title: 'Sales by month', bars: byYearIfMany(months), width, height: 300 })
    const { columns } = reportShapes[query.reportType]
    await drawRows(document, writer, { columns, rows, total: totals.rows }, onRows)
  })
}

/** More bars would be too thin. */
const mostBars = 60

function byYearIfMany(months: { label: string; value: number }[]) {
  if (months.length <= mostBars) return months
  const years = new Map<string, number>()
  for (const { label, value } of months) years.set(label.slice(0, 4), (years.get(label.slice(0, 4)) ?? 0) + value)
  return [...years].map(([label, value]) => ({ label, value }))
}
