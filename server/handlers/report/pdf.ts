import { type CopyPool, withClient } from '../../database/copy.ts'
import { type ColumnKind, type ReportColumn, reportShapes } from '../../database/reports/columns.ts'
import { type ReportQuery, reportPage, reportTotals, salesByMonth } from '../../database/reports/queries.ts'
import { grouped } from '../../domain/progress.ts'
import { drawChart } from './chart.ts'
import { openFonts } from './fonts.ts'
import type { RenderReport } from './render.ts'
import { drawTable } from './table.ts'
import { openTextWriter } from './text.ts'

/** The table is limited to this many rows; the document refers to the other formats for the rest. */
const mostRows = 5000

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

const margin = 40

export async function* render(
  query: ReportQuery,
  data: Data,
  onRows: (done: number) => void,
): AsyncGenerator<Uint8Array> {
  const title = titleOf(query)
  // Loaded with the first PDF: it takes a tenth of a second and 40 MB.
  const { default: PDFDocument } = await import('pdfkit')
  const document = new PDFDocument({
    size: 'A4',
    layout: 'landscape',
    margins: { top: margin, left: margin, right: margin, bottom: margin },
    bufferPages: false,
    tagged: true,
    lang: 'en',
    displayTitle: true,
    pdfVersion: '1.7',
    info: { Title: title, Subject: `${query.fromDate} to ${query.toDate}`, Creator: 'Longrun' },
  })
  let page = 0
  const footer = () => {
    page++
    const bottom = document.page.height - margin + 12
    const { bottom: kept } = document.page.margins
    // Text below the bottom margin would open another page.
    document.page.margins.bottom = 0
    document.font('Helvetica').fontSize(8).fillColor('#667085')
    document.text(`${title} · ${query.fromDate} to ${query.toDate}`, margin, bottom, { lineBreak: false })
    const width = document.page.width - 2 * margin
    document.text(`Page ${page}`, margin, bottom, { width, align: 'right', lineBreak: false })
    document.page.margins.bottom = kept
    document.x = margin
    document.y = margin
  }
  document.on('pageAdded', footer)
  footer()

  const drawn = draw(document, title, query, data, onRows).then(
    () => document.end(),
    (error: unknown) => document.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  for await (const chunk of document) yield chunk as Uint8Array
  await drawn
}

async function draw(
  document: PDFKit.PDFDocument,
  title: string,
  query: ReportQuery,
  { totals, months, rows }: Data,
  onRows: (done: number) => void,
) {
  const filters = Object.entries(query.filters ?? {}).map(([name, value]) => `${name}: ${value}`)
  document.font('Helvetica-Bold').fontSize(20).fillColor('#101828').text(title)
  const writer = openTextWriter(document, openFonts(JSON.stringify([rows, filters])))
  document.fillColor('#475467')
  await writer.paragraph([`${query.fromDate} to ${query.toDate}, both inclusive`, ...filters].join(' · '), 10)
  document.y += 12

  drawTotals(document, totals)
  drawChart(document, { title: 'Sales by month', bars: months, width: document.page.width - 2 * margin, height: 300 })

  document.addPage()
  const cut = totals.rows > rows.length
  document.font('Helvetica-Bold').fontSize(12).fillColor('#101828')
  document.text(
    cut ? `The first ${grouped(rows.length)} of ${grouped(totals.rows)} rows` : `All ${grouped(totals.rows)} rows`,
  )
  if (cut) {
    document.font('Helvetica').fontSize(9).fillColor('#475467').text('The CSV and JSON formats contain all rows.')
  }
  document.moveDown(0.5)
  const columns = reportShapes[query.reportType].columns.map(columnOf)
  await drawTable(document, writer, columns, rows, onRows)
  const note = writer.note()
  if (note === undefined) return
  document.y += 8
  document.fillColor('#475467')
  await writer.paragraph(note, 9)
}

function drawTotals(document: PDFKit.PDFDocument, { rows, orders, quantity, sales, profit }: Totals) {
  const figures = [
    ['Rows', grouped(rows)],
    ['Orders', grouped(orders)],
    ['Quantity', grouped(Number(quantity))],
    ['Sales', money(sales)],
    ['Profit', money(profit)],
  ] as const
  const width = (document.page.width - 2 * margin) / figures.length
  const top = document.y
  for (const [index, [name, figure]] of figures.entries()) {
    const left = margin + index * width
    document.roundedRect(left, top, width - 10, 48, 4).fill('#f2f4f7')
    document
      .font('Helvetica')
      .fontSize(9)
      .fillColor('#475467')
      .text(name, left + 10, top + 9, { lineBreak: false })
    document.font('Helvetica-Bold').fontSize(14).fillColor('#101828')
    document.text(figure, left + 10, top + 23, { lineBreak: false })
  }
  document.x = margin
  document.y = top + 68
}

const wide: Record<ColumnKind, number> = { text: 2, date: 1.7, count: 1.3, money: 1.5 }

function columnOf({ name, kind }: ReportColumn) {
  const heading = name.replace(/([A-Z])/g, ' $1').replace(/^./, (first) => first.toUpperCase())
  const weight = name === 'productName' ? 4 : wide[kind]
  return { name, heading, weight, align: kind === 'text' || kind === 'date' ? ('left' as const) : ('right' as const) }
}

function titleOf({ reportType }: ReportQuery): string {
  const words = reportType.toLowerCase().replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const money = (decimal: string) => Number(decimal).toLocaleString('en-US', { minimumFractionDigits: 2 })
