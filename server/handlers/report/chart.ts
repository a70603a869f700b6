import { drawAxis } from './axis.ts'

type Chart = { title: string; bars: { label: string; value: number }[]; width: number; height: number }

/** Draws a bar chart below the current position. */
export function drawChart(document: PDFKit.PDFDocument, { title, bars, width, height }: Chart) {
  const values = bars.map(({ value }) => value)
  const plot = drawAxis(document, { title, width, height, least: 0, most: Math.max(...values, 0) })
  const slot = plot.width / Math.max(bars.length, 1)
  for (const [index, { value }] of bars.entries()) {
    const barHeight = Math.max(0, plot.yOf(0) - plot.yOf(value))
    document
      .rect(plot.left + index * slot + slot * 0.15, plot.yOf(0) - barHeight, slot * 0.7, barHeight)
      .fill('#2e6fd8')
  }
  plot.drawLabels(bars.map(({ label }) => label))
}
