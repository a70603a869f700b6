import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { Failure } from '../../components/states.tsx'
import { statusText } from '../../components/status.tsx'
import { Table } from '../../components/table.tsx'
import { duration } from '../../components/time.tsx'
import { useRefreshOnEvents } from '../../live/context.tsx'
import { href } from '../../router.ts'
import { finalStatuses } from '../operations/filter.ts'
import { Plot } from './plot.tsx'
import type { Range } from './range.ts'

const shown = 200

/** How long the last operations took: the statistics have durations of the whole window only. */
export function Durations({ range: { window, type }, from }: { range: Range; from: string }) {
  const { api } = useLongrun()
  const { data, error, refetch } = useQuery({
    queryKey: ['operations', 'durations', window, type],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = { status: [...finalStatuses], createdAfter: from, pageSize: shown, ...(type && { type }) }
      const { operations } = await dataOf(api.GET('/operations', { params: { query }, signal }))
      return operations
        .flatMap(({ operationId, status, duration, completedAt, failedAt, cancelledAt }) => {
          const at = completedAt ?? failedAt ?? cancelledAt
          return at && duration !== undefined ? [{ operationId, status, duration, at }] : []
        })
        .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    },
  })
  useRefreshOnEvents(['operations', 'durations'], 5000)
  const ends = data ?? []
  return (
    <section className="panel">
      <h2>Durations</h2>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      <Plot
        label={`Durations of the last ${ends.length} ended operations. The numbers are in the table below.`}
        times={ends.map(({ at }) => Date.parse(at) / 1000)}
        series={[
          { ...points, label: 'Completed or cancelled', colour: '--busy', values: valuesOf(ends, false) },
          { ...points, label: 'Failed', colour: '--bad', values: valuesOf(ends, true) },
        ]}
        scale={{ y: { range: (_, _min, max) => [0, Math.max(max, 0.001)] } }}
        axisText={(value) => duration(value * 1000)}
      />
      <details>
        <summary>Durations as a table</summary>
        <Table
          caption="Durations of the last ended operations"
          columns={['Ended', 'Operation', 'Status', { number: 'Duration' }]}
          isLow
        >
          {ends.toReversed().map(({ operationId, status, duration: seconds, at }) => (
            <tr key={operationId}>
              <td>
                <time dateTime={at}>{new Date(at).toLocaleString('en')}</time>
              </td>
              <td>
                <a className="mono" href={href(`operations/${operationId}`)}>
                  {operationId.slice(-8)}
                </a>
              </td>
              <td>{statusText(status)}</td>
              <td className="number">{duration(seconds * 1000)}</td>
            </tr>
          ))}
        </Table>
      </details>
    </section>
  )
}

const points = { paths: () => null, points: { show: true, size: 6 } } as const

const valuesOf = (ends: readonly { status: string; duration: number }[], isFailed: boolean) =>
  ends.map(({ status, duration }) => ((status === 'FAILED') === isFailed ? duration : null))
