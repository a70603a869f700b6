import type { Column, ColumnKind } from '../../database/formatted-rows.ts'
import { grouped } from '../../domain/progress.ts'
import { drawTable } from './table.ts'
import type { TextWriter } from './text.ts'

/** The table of a document is limited to this many rows; the document refers to the other formats for the rest. */
export const mostRows = 5000

export const margin = 40

/** A PDF with a footer on each page. `footer` and the title must be Latin-1. */
export async function* pdfDocument(
  { title, subject, footer }: { title: string; subject: string; footer: string },
  draw: (document: PDFKit.PDFDocument) => Promise<void>,
): AsyncGenerator<Uint8Array> {
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
    info: { Title: title, Subject: subject, Creator: 'Longrun' },
  })
  let page = 0
  const drawFooter = () => {
    page++
    const bottom = document.page.height - margin + 12
    const { bottom: kept } = document.page.margins
    // Text below the bottom margin would open another page.
    document.page.margins.bottom = 0
    document.font('Helvetica').fontSize(8).fillColor('#667085')
    document.text(footer, margin, bottom, { lineBreak: false })
    const width = document.page.width - 2 * margin
    document.text(`Page ${page}`, margin, bottom, { width, align: 'right', lineBreak: false })
    document.page.margins.bottom = kept
    document.x = margin
    document.y = margin
  }
  document.on('pageAdded', drawFooter)
  drawFooter()

  const drawn = draw(document).then(
    () => document.end(),
    (error: unknown) => document.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  for await (const chunk of document) yield chunk as Uint8Array
  await drawn
}

/** The title, and a line with the range, the filters and whatever else limits the rows. */
export async function drawTitle(document: PDFKit.PDFDocument, writer: TextWriter, title: string, limits: string[]) {
  document.font('Helvetica-Bold').fontSize(20).fillColor('#101828').text(title)
  document.fillColor('#475467')
  await writer.paragraph(limits.join(' · '), 10)
  document.y += 12
}

/** Boxes side by side, each with a name and a figure. */
export function drawFigures(document: PDFKit.PDFDocument, figures: readonly (readonly [string, string])[]) {
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

type Rows = { columns: readonly Column[]; rows: Record<string, string | null>[]; total: number }

/** The table from a new page on, and what the fonts could not draw. */
export async function drawRows(
  document: PDFKit.PDFDocument,
  writer: TextWriter,
  { columns, rows, total }: Rows,
  onRows: (done: number) => void,
) {
  document.addPage()
  const cut = total > rows.length
  document.font('Helvetica-Bold').fontSize(12).fillColor('#101828')
  document.text(cut ? `The first ${grouped(rows.length)} of ${grouped(total)} rows` : `All ${grouped(total)} rows`)
  if (cut) {
    document.font('Helvetica').fontSize(9).fillColor('#475467').text('The CSV and JSON formats contain all rows.')
  }
  document.moveDown(0.5)
  await drawTable(document, writer, columns.map(tableColumn), rows, onRows)
  const note = writer.note()
  if (note === undefined) return
  document.y += 8
  document.fillColor('#475467')
  await writer.paragraph(note, 9)
}

const weights: Record<ColumnKind, number> = { text: 2, date: 1.7, count: 1.4, money: 1.5, ratio: 2 }
/** Names of products are longer than other text. */
const names = new Set(['productName', 'nameA', 'nameB'])

function tableColumn({ name, kind }: Column) {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
  const heading = words.replace(/^./, (first) => first.toUpperCase())
  const weight = names.has(name) ? 4 : weights[kind]
  return { name, heading, weight, align: kind === 'text' || kind === 'date' ? ('left' as const) : ('right' as const) }
}

/** `SALES_BY_PRODUCT` as a title: "Sales by product". */
export function titleOf(name: string): string {
  const words = name.toLowerCase().replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export const money = (amount: number) =>
  amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
