type Chart = { title: string; bars: { label: string; value: number }[]; width: number; height: number }

const axisWidth = 60
const labelHeight = 30
const mostBars = 60

/** Draws a bar chart with four grid lines below the current position. */
export function drawChart(document: PDFKit.PDFDocument, { title, bars, width, height }: Chart) {
  const left = document.page.margins.left
  document.font('Helvetica-Bold').fontSize(12).fillColor('#101828').text(title, left, document.y)
  const top = document.y + 8
  const shown = bars.length > mostBars ? byYear(bars) : bars
  const step = niceStep(Math.max(...shown.map(({ value }) => value), 0) / 4)
  const plot = { left: left + axisWidth, width: width - axisWidth, height: height - labelHeight }
  const yOf = (value: number) => top + plot.height - (value / (4 * step)) * plot.height

  document.font('Helvetica').fontSize(8).lineWidth(0.5)
  for (let line = 0; line <= 4; line++) {
    const y = yOf(line * step)
    document
      .moveTo(plot.left, y)
      .lineTo(plot.left + plot.width, y)
      .stroke('#e4e7ec')
    document.fillColor('#667085')
    document.text((line * step).toLocaleString('en-US'), left, y - 4, {
      width: axisWidth - 8,
      align: 'right',
      lineBreak: false,
    })
  }
  const slot = plot.width / Math.max(shown.length, 1)
  const everyNth = Math.ceil(shown.length / 16)
  for (const [index, { label, value }] of shown.entries()) {
    const x = plot.left + index * slot
    const height = Math.max(0, yOf(0) - yOf(value))
    document.rect(x + slot * 0.15, yOf(0) - height, slot * 0.7, height).fill('#2e6fd8')
    if (index % everyNth === 0) {
      document.fillColor('#667085').text(label, x, yOf(0) + 6, { width: slot * everyNth, lineBreak: false })
    }
  }
  document.x = left
  document.y = top + height
}

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is at least `least`. */
function niceStep(least: number): number {
  if (!(least > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= least) ?? 10) * power
}

function byYear(months: { label: string; value: number }[]) {
  const years = new Map<string, number>()
  for (const { label, value } of months) years.set(label.slice(0, 4), (years.get(label.slice(0, 4)) ?? 0) + value)
  return [...years].map(([label, value]) => ({ label, value }))
}
