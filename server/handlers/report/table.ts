import { setImmediate as nextTurn } from 'node:timers/promises'
import { helvetica, helveticaBold } from './fonts.ts'
import type { TextWriter } from './text.ts'

export type TableColumn = { name: string; heading: string; weight: number; align: 'left' | 'right' }

const rowHeight = 13
const padding = 2.5
const fontSize = 6.5
const turnMs = 50

/**
 * Draws rows of one line each, with the headings on every page. Cells that are too long are cut with an ellipsis. Yields to the event loop every
 * 50 ms: a row of Chinese takes ten times as long as one of Latin letters.
 */
export async function drawTable(
  document: PDFKit.PDFDocument,
  writer: TextWriter,
  columns: TableColumn[],
  rows: Record<string, string | null>[],
  onRows: (done: number) => void,
) {
  const { left, right, bottom } = document.page.margins
  const unit = (document.page.width - left - right) / columns.reduce((sum, { weight }) => sum + weight, 0)
  const place = placesOf(columns, left, unit)
  const line = async (cells: (string | null)[], font = helvetica) => {
    const y = document.y
    for (const [index, { x, width, align }] of place.entries()) {
      const cell = await writer.fit(cells[index] ?? '', width - 2 * padding, fontSize, font)
      const start = align === 'left' ? x + padding : x + width - padding - cell.width
      writer.draw(cell, start, y + padding, fontSize)
    }
    document.x = left
    document.y = y + rowHeight
  }
  const headings = async () => {
    document.rect(left, document.y, document.page.width - left - right, rowHeight).fill('#e4e7ec')
    document.fillColor('#101828')
    const names = columns.map(({ heading }) => heading)
    await line(names, helveticaBold)
  }

  await headings()
  let turned = performance.now()
  for (const [index, row] of rows.entries()) {
    if (document.y + rowHeight > document.page.height - bottom) {
      document.addPage()
      await headings()
    }
    if (index % 2 === 1) {
      document.rect(left, document.y, document.page.width - left - right, rowHeight).fill('#f9fafb')
      document.fillColor('#101828')
    }
    const cells = columns.map(({ name }) => row[name] ?? '')
    await line(cells)
    if (performance.now() - turned > turnMs) {
      onRows(index + 1)
      await nextTurn()
      turned = performance.now()
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
