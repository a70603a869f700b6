import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { Failure } from '../../components/states.tsx'
import { Table } from '../../components/table.tsx'
import { duration } from '../../components/time.tsx'
import { useRefreshOnEvents } from '../../live/context.tsx'
import { Plot } from './plot.tsx'
import { parametersOf, type Range, type Statistics } from './range.ts'

/** A read of the durations of each interval costs the service several times as much as one without them. */
const refreshMs = 10_000

const shares = [
  { name: 'p99', text: 'p99', colour: '--bad' },
  { name: 'p95', text: 'p95', colour: '--warn' },
  { name: 'p50', text: 'p50 (median)', colour: '--busy' },
] as const

/** How long the operations took that ended in each interval. */
export function Durations({ range }: { range: Range }) {
  const { api } = useLongrun()
  const { window, interval, type } = range
  const { data, error, refetch } = useQuery({
    queryKey: ['durations', window, interval, type],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const query = { ...parametersOf(range), includeDurations: true }
      return dataOf(api.GET('/statistics', { params: { query }, signal }))
    },
  })
  useRefreshOnEvents(['durations'], refreshMs)
  const series = data?.series ?? []
  return (
    <section className="panel">
      <h2>Durations</h2>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      <Plot
        label="Run time of the operations that ended, by interval: percentiles. The numbers are in the table below."
        times={series.map(({ from }) => Date.parse(from) / 1000)}
        series={shares.map(({ name, text, colour }) => ({
          label: text,
          colour,
          values: series.map(({ runTime }) => runTime?.[name] ?? null),
          points: { show: true, size: 5 },
        }))}
        scale={{ y: { range: (_, _min, max) => [0, Math.max(max, 0.001)] } }}
        axisText={(value) => duration(value * 1000)}
      />
      <details>
        <summary>Durations as a table</summary>
        <Rows series={series.filter(({ runTime }) => runTime)} />
      </details>
    </section>
  )
}

const columns = ['From', ...['Operations', 'p50', 'p95', 'p99', 'In the queue, p95'].map((number) => ({ number }))]

function Rows({ series }: { series: Statistics['series'] }) {
  const text = (seconds: number | undefined) => (seconds === undefined ? '' : duration(seconds * 1000))
  return (
    <Table caption="Run time of the operations that ended, by interval" columns={columns} isLow>
      {series.toReversed().map(({ from, runTime, queueTime }) => (
        <tr key={from}>
          <td>
            <time dateTime={from}>{new Date(from).toLocaleString('en')}</time>
          </td>
          <td className="number">{runTime?.count.toLocaleString('en')}</td>
          <td className="number">{text(runTime?.p50)}</td>
          <td className="number">{text(runTime?.p95)}</td>
          <td className="number">{text(runTime?.p99)}</td>
          <td className="number">{text(queueTime?.p95)}</td>
        </tr>
      ))}
    </Table>
  )
}
