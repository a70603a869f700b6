import { useQuery } from '@tanstack/react-query'
import type { Batch } from '../../../client/index.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { Copy } from '../../components/copy.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Status } from '../../components/status.tsx'
import { Table } from '../../components/table.tsx'
import { Ago, duration } from '../../components/time.tsx'
import { useRefreshOnEvents } from '../../live/context.tsx'
import { href } from '../../router.ts'
import { formats } from '../webhooks/receiver.ts'

export function BatchDetail({ batchId }: { batchId: string }) {
  const longrun = useLongrun()
  const key = ['batches', 'one', batchId]
  const query = useQuery({ queryKey: key, queryFn: ({ signal }) => longrun.batch(batchId).get({ signal }) })
  useRefreshOnEvents(key, 500)
  return (
    <>
      <h1>Batch</h1>
      <Loaded query={query}>{(batch) => <Shown batch={batch} />}</Loaded>
    </>
  )
}

function Shown({ batch }: { batch: Batch }) {
  const { batchId, counts, progress, done, createdAt, completedAt, webhook } = batch
  return (
    <>
      <section className="panel" aria-label="Batch">
        <dl className="facts">
          <dt>Id</dt>
          <dd className="row">
            <code>{batchId}</code>
            <Copy text={batchId} label="the id" />
          </dd>
          <dt>Progress</dt>
          <dd className="row">
            <progress max={100} value={progress.percentage} aria-label="Progress of the batch" />
            <span className="mono">{Math.floor(progress.percentage)} %</span>
            <span role="status">{done ? 'Done' : 'In progress'}</span>
          </dd>
          <dt>Submits</dt>
          <dd>
            {batch.accepted} accepted, {batch.replayed} replayed, {batch.refused} refused
          </dd>
          <dt>Submitted</dt>
          <dd>
            <Ago at={createdAt} />
          </dd>
          {completedAt && (
            <>
              <dt>Took</dt>
              <dd>{duration(Date.parse(completedAt) - Date.parse(createdAt))}</dd>
            </>
          )}
          {webhook && (
            <>
              <dt>Webhook</dt>
              <dd>
                {webhook.registered ? 'registered' : 'answered 410: nothing more is sent'}; {formats[webhook.format]}
              </dd>
            </>
          )}
        </dl>
      </section>
      <section className="panel">
        <div className="heading">
          <h2>Operations by status</h2>
          <a href={href('operations', { batchId })}>All operations of this batch</a>
        </div>
        <Table caption="Operations by status" columns={['Status', { number: 'Operations' }, 'List']}>
          {Object.entries(counts).map(([status, count]) => (
            <tr key={status}>
              <td>
                <Status status={status} />
              </td>
              <td className="number">{count}</td>
              <td>
                {count > 0 && (
                  <a
                    href={href('operations', { batchId, status })}
                    aria-label={`List the operations that are ${status}`}
                  >
                    List
                  </a>
                )}
              </td>
            </tr>
          ))}
        </Table>
      </section>
    </>
  )
}
