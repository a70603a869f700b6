const axisWidth = 60
const labelHeight = 30
/** More would overlap. */
const mostLabels = 16

type Axis = { title: string; width: number; height: number; least: number; most: number }

/**
 * Draws the title, grid lines and the numbers of the vertical axis below the current position, which moves below the chart. Returns the place of
 * the plot. Titles and labels must be Latin-1.
 */
export function drawAxis(document: PDFKit.PDFDocument, { title, width, height, least, most }: Axis) {
  const { left } = document.page.margins
  document.font('Helvetica-Bold').fontSize(12).fillColor('#101828').text(title, left, document.y)
  const top = document.y + 8
  const step = niceStep((most - Math.min(least, 0)) / 4)
  const lowest = Math.floor(Math.min(least, 0) / step)
  const highest = Math.max(lowest + 4, Math.ceil(most / step))
  const plot = { left: left + axisWidth, width: width - axisWidth, height: height - labelHeight }
  const yOf = (value: number) => top + plot.height - ((value / step - lowest) / (highest - lowest)) * plot.height

  document.font('Helvetica').fontSize(8).lineWidth(0.5)
  for (let line = lowest; line <= highest; line++) {
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
  document.x = left
  document.y = top + height

  return {
    left: plot.left,
    width: plot.width,
    yOf,
    /** Labels of slots of the same width, below the plot. */
    drawLabels(labels: readonly string[]) {
      const { x, y } = document
      const slot = plot.width / Math.max(labels.length, 1)
      const everyNth = Math.ceil(labels.length / mostLabels)
      document.font('Helvetica').fontSize(8).fillColor('#667085')
      for (const [index, label] of labels.entries()) {
        if (index % everyNth > 0) continue
        document.text(label, plot.left + index * slot, top + plot.height + 6, {
          width: slot * everyNth,
          lineBreak: false,
        })
      }
      document.x = x
      document.y = y
    },
  }
}

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is at least `least`. */
function niceStep(least: number): number {
  if (!(least > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= least) ?? 10) * power
}
