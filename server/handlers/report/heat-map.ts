type HeatMap = {
  title: string
  columns: readonly string[]
  /** `share`: from 0 to 1. */
  rows: readonly { label: string; cells: readonly (number | undefined)[] }[]
  width: number
  height: number
}

const labelWidth = 60
const headHeight = 14
const mostRowHeight = 16

/** Draws a table of percentages below the current position, the darker the higher. Labels must be Latin-1. */
export function drawHeatMap(document: PDFKit.PDFDocument, { title, columns, rows, width, height }: HeatMap) {
  const { left } = document.page.margins
  document.font('Helvetica-Bold').fontSize(12).fillColor('#101828').text(title, left, document.y)
  const top = document.y + 6
  const cellWidth = (width - labelWidth) / Math.max(columns.length, 1)
  const rowHeight = Math.min(mostRowHeight, (height - headHeight) / Math.max(rows.length, 1))
  document.font('Helvetica').fontSize(Math.min(7.5, rowHeight - 2, cellWidth / 4))

  const write = (text: string, x: number, y: number, color: string) => {
    document.fillColor(color).text(text, x, y, { width: cellWidth, align: 'center', lineBreak: false })
  }
  for (const [index, name] of columns.entries()) write(name, left + labelWidth + index * cellWidth, top, '#667085')
  for (const [index, { label, cells }] of rows.entries()) {
    const y = top + headHeight + index * rowHeight
    document.fillColor('#475467').text(label, left, y + rowHeight * 0.2, { width: labelWidth, lineBreak: false })
    for (const [column, share] of cells.entries()) {
      if (share === undefined) continue
      const x = left + labelWidth + column * cellWidth
      document
        .rect(x, y, cellWidth - 1, rowHeight - 1)
        .fillOpacity(0.08 + 0.92 * share)
        .fill('#2e6fd8')
        .fillOpacity(1)
      write(`${Math.round(100 * share)} %`, x, y + rowHeight * 0.2, share > 0.5 ? '#ffffff' : '#101828')
    }
  }
  document.x = left
  document.y = top + headHeight + rows.length * rowHeight + 8
}
