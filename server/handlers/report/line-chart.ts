import { drawAxis } from './axis.ts'

export type Line = { name: string; color: string; isDashed?: boolean; values: readonly (number | undefined)[] }
type LineChart = { title: string; labels: readonly string[]; lines: readonly Line[]; width: number; height: number }

/** Draws lines over the same labels below the current position, with a legend. A line has a gap where a value is undefined. */
export function drawLines(document: PDFKit.PDFDocument, { title, labels, lines, width, height }: LineChart) {
  const known = lines.flatMap(({ values }) => values.filter((value) => value !== undefined))
  const [least, most] = [known.reduce((a, b) => Math.min(a, b), 0), known.reduce((a, b) => Math.max(a, b), 0)]
  const plot = drawAxis(document, { title, width, height: height - 16, least, most })
  plot.drawLabels(labels)
  const slot = plot.width / Math.max(labels.length, 1)
  for (const { color, isDashed, values } of lines) {
    let isDrawing = false
    for (const [index, value] of values.entries()) {
      const [x, y] = [plot.left + (index + 0.5) * slot, value === undefined ? 0 : plot.yOf(value)]
      if (value !== undefined && isDrawing) document.lineTo(x, y)
      else if (value !== undefined) document.moveTo(x, y)
      isDrawing = value !== undefined
    }
    document.lineWidth(1.2)
    if (isDashed) document.dash(3, { space: 2 })
    document.stroke(color)
    document.undash()
  }
  drawLegend(document, lines, plot.left)
}

function drawLegend(document: PDFKit.PDFDocument, lines: readonly Line[], left: number) {
  const top = document.y
  document.font('Helvetica').fontSize(8)
  let x = left
  for (const { name, color } of lines) {
    document.rect(x, top, 10, 4).fill(color)
    document.fillColor('#475467').text(name, x + 14, top - 2, { lineBreak: false })
    x += 34 + document.widthOfString(name)
  }
  document.x = document.page.margins.left
  document.y = top + 16
}
