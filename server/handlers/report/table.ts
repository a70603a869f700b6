import { setImmediate as nextTurn } from 'node:timers/promises'

export type TableColumn = { name: string; heading: string; weight: number; align: 'left' | 'right' }

const rowHeight = 13
const padding = 2.5
const turnRows = 200

/**
 * Draws rows of one line each, with the headings on every page. Cells that are too long are cut with an ellipsis. Yields to the event loop every
 * 200 rows.
 */
export async function drawTable(
  document: PDFKit.PDFDocument,
  columns: TableColumn[],
  rows: Record<string, string | null>[],
  onRows: (done: number) => void,
) {
  const { left, right, bottom } = document.page.margins
  const unit = (document.page.width - left - right) / columns.reduce((sum, { weight }) => sum + weight, 0)
  const place = placesOf(columns, left, unit)
  const line = (cells: (string | null)[]) => {
    const y = document.y
    for (const [index, { x, width, align }] of place.entries()) {
      const text = fitting(document, cells[index] ?? '', width - 2 * padding)
      document.text(text, x + padding, y + padding, { width: width - 2 * padding, align, lineBreak: false })
    }
    document.x = left
    document.y = y + rowHeight
  }
  const headings = () => {
    document.rect(left, document.y, document.page.width - left - right, rowHeight).fill('#e4e7ec')
    document.font('Helvetica-Bold').fontSize(6.5).fillColor('#101828')
    line(columns.map(({ heading }) => heading))
    document.font('Helvetica').fontSize(6.5).fillColor('#101828')
  }

  headings()
  for (const [index, row] of rows.entries()) {
    if (document.y + rowHeight > document.page.height - bottom) {
      document.addPage()
      headings()
    }
    if (index % 2 === 1) {
      document.rect(left, document.y, document.page.width - left - right, rowHeight).fill('#f9fafb')
      document.fillColor('#101828')
    }
    line(columns.map(({ name }) => row[name] ?? ''))
    if (index % turnRows === turnRows - 1) {
      onRows(index + 1)
      await nextTurn()
    }
  }
}

function placesOf(columns: TableColumn[], left: number, unit: number) {
  let x = left
  return columns.map(({ weight, align }) => {
    const place = { x, width: weight * unit, align }
    x += place.width
    return place
  })
}

/** Cuts `text` to the width, with an ellipsis. Characters that the standard fonts lack become `?`. */
function fitting(document: PDFKit.PDFDocument, text: string, width: number): string {
  const printable = text.replace(/[^\x20-\x7e\xa0-\xff]/g, '?')
  if (document.widthOfString(printable) <= width) return printable
  let length = printable.length
  while (length > 0 && document.widthOfString(`${printable.slice(0, length)}...`) > width) {
    length -= Math.max(1, Math.floor(length / 16))
  }
  return `${printable.slice(0, length)}...`
}
