import UPlot from 'uplot'
import { statusText } from '../../components/status.tsx'
import { Table } from '../../components/table.tsx'
import { finalStatuses } from '../operations/filter.ts'
import { Plot, type PlottedSeries } from './plot.tsx'
import type { Statistics } from './range.ts'

const colours = { COMPLETED: '--good', COMPLETED_WITH_ERRORS: '--warn', FAILED: '--bad', CANCELLED: '--quiet' } as const

/** The operations that ended in each interval, stacked by status. */
export function Ends({ statistics: { series } }: { statistics: Statistics }) {
  const bars = UPlot.paths.bars?.({ size: [0.8, 40] })
  // Each bar stands on those of the statuses before it: the tallest is drawn first.
  const stacked = finalStatuses.map((status, index): PlottedSeries => {
    const below = finalStatuses.slice(0, index + 1)
    return {
      label: statusText(status),
      colour: colours[status],
      fill: colours[status],
      values: series.map((point) => below.reduce((sum, one) => sum + point[one], 0)),
      points: { show: false },
      width: 0,
      ...(bars && { paths: bars }),
    }
  })
  return (
    <section className="panel">
      <h2>Ended operations</h2>
      <Plot
        label="Operations that ended, by interval and status. The numbers are in the table below."
        times={series.map(({ from }) => Date.parse(from) / 1000)}
        series={stacked.reverse()}
        scale={{ y: { range: (_, _min, max) => [0, Math.max(max, 1)] } }}
        axisText={(value) => (Number.isInteger(value) ? value.toLocaleString('en') : '')}
      />
      <details>
        <summary>Ended operations as a table</summary>
        <Table
          caption="Ended operations by interval and status"
          columns={['From', ...finalStatuses.map((status) => ({ number: statusText(status) }))]}
          isLow
        >
          {series.toReversed().map((point) => (
            <tr key={point.from}>
              <td>
                <time dateTime={point.from}>{new Date(point.from).toLocaleString('en')}</time>
              </td>
              {finalStatuses.map((status) => (
                <td key={status} className="number">
                  {point[status].toLocaleString('en')}
                </td>
              ))}
            </tr>
          ))}
        </Table>
      </details>
    </section>
  )
}
