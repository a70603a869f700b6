import { useQuery } from '@tanstack/react-query'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import type { components } from '../../../generated/schema.ts'
import { Loaded } from '../../components/loaded.tsx'
import { Nothing } from '../../components/states.tsx'
import { Table } from '../../components/table.tsx'
import { Ago, duration } from '../../components/time.tsx'
import { useRefreshOnEvents } from '../../live/context.tsx'
import { href } from '../../router.ts'

type Statistics = components['schemas']['Statistics']

const statuses = ['PENDING', 'RUNNING', 'WAITING', 'CANCELLING'] as const
const window = 'PT1H'

/** The owner's operations that have not ended, by type. */
export function Queues() {
  const { api } = useLongrun()
  const key = ['statistics', 'queues']
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => dataOf(api.GET('/statistics', { params: { query: { window } }, signal })),
  })
  useRefreshOnEvents(key)
  return <Loaded query={query}>{(statistics) => <Shown statistics={statistics} />}</Loaded>
}

function Shown({ statistics: { types, active } }: { statistics: Statistics }) {
  if (types.length === 0) {
    return (
      <Nothing title="No operation waits or runs, and none has ended in the last hour.">
        <p>
          <a href={href('submit')}>Submit an operation</a>
        </p>
      </Nothing>
    )
  }
  return (
    <section className="panel">
      <h2>Queues</h2>
      {!active.exact && (
        <p className="quiet">There are more operations than the service counts: the numbers are lower bounds.</p>
      )}
      <Table
        caption="Operations that have not ended, by type"
        columns={['Type', ...statuses.map((status) => ({ number: status })), 'Oldest pending', 'Time in the queue']}
      >
        {types.map(({ type, active: counts, oldestPending, queueTime }) => (
          <tr key={type}>
            <td>{type}</td>
            {statuses.map((status) => (
              <td key={status} className="number">
                {counts[status] > 0 ? (
                  <a href={href('operations', { type, status })} aria-label={`${counts[status]} ${type} ${status}`}>
                    {counts[status]}
                  </a>
                ) : (
                  0
                )}
              </td>
            ))}
            <td>{oldestPending ? <Ago at={oldestPending.since} /> : <span className="quiet">none</span>}</td>
            <td>
              {queueTime ? (
                `p50 ${duration(1000 * queueTime.p50)}, p95 ${duration(1000 * queueTime.p95)}`
              ) : (
                <span className="quiet">unknown</span>
              )}
            </td>
          </tr>
        ))}
      </Table>
    </section>
  )
}
