import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { dataOf } from '../../../client/api.ts'
import type { ItemOf } from '../../../client/index.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { Scroll } from '../../components/scroll.tsx'
import { Failure, Loading } from '../../components/states.tsx'
import { statusText } from '../../components/status.tsx'
import { Ago, duration } from '../../components/time.tsx'
import { useRefreshOnEvents } from '../../live/context.tsx'

type Delivery = ItemOf<'/operations/{operationId}/deliveries'>

const pageSize = 20
const pendingRefreshMs = 2000

/** The messages to webhooks about the operation, and their attempts. */
export function Deliveries({ operationId }: { operationId: string }) {
  const longrun = useLongrun()
  const key = ['operation', operationId, 'deliveries']
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: key,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam: pageToken }) => {
      const params = { path: { operationId }, query: { pageSize, ...(pageToken && { pageToken }) } }
      return dataOf(longrun.api.GET('/operations/{operationId}/deliveries', { params, signal }))
    },
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    maxPages: 10,
    // Attempts are no events.
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ deliveries }) => deliveries.some((one) => one.state === 'PENDING'))
        ? pendingRefreshMs
        : false,
  })
  useRefreshOnEvents(key)
  const deliveries = data?.pages.flatMap((page) => page.deliveries) ?? []
  return (
    <section className="panel stack" aria-labelledby="deliveries">
      <h2 id="deliveries">Webhook deliveries</h2>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && deliveries.length === 0 && (
        <p className="quiet">
          No message was sent about this operation. Submit an operation with <code>webhook</code>, or create a receiver.
        </p>
      )}
      {deliveries.length > 0 && (
        <Scroll label="Deliveries and their attempts">
          <table>
            <caption className="hidden">Deliveries and their attempts</caption>
            <thead>
              <tr>
                <th scope="col">Event</th>
                <th scope="col">State</th>
                <th scope="col">Created</th>
                <th scope="col">Attempts</th>
                <th scope="col">Action</th>
              </tr>
            </thead>
            <tbody>
              {deliveries.map((one) => (
                <Row key={one.deliveryId} operationId={operationId} delivery={one} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {hasNextPage && (
        <button type="button" onClick={() => void fetchNextPage()}>
          Show more
        </button>
      )}
    </section>
  )
}

function Row({ operationId, delivery }: { operationId: string; delivery: Delivery }) {
  const longrun = useLongrun()
  const queries = useQueryClient()
  const { deliveryId, event, state, outcome, createdAt, nextAttempt, attempts, receiverId } = delivery
  const redeliver = useMutation({
    mutationFn: () => {
      const params = { path: { operationId, deliveryId } }
      return dataOf(longrun.api.POST('/operations/{operationId}/deliveries/{deliveryId}:redeliver', { params }))
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['operation', operationId, 'deliveries'] }),
  })
  return (
    <tr>
      <td>
        {statusText(event)}
        <div className="quiet">{receiverId ?? 'webhook of the operation'}</div>
      </td>
      <td>
        {statusText(state)}
        {outcome && <div className="quiet">{statusText(outcome)}</div>}
        {nextAttempt && (
          <div className="quiet">
            next <Ago at={nextAttempt} />
          </div>
        )}
      </td>
      <td>
        <Ago at={createdAt} />
      </td>
      <td>
        <details>
          <summary>{attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`}</summary>
          <ol className="plain">
            {attempts.map((one) => (
              <li key={one.attempt}>
                {one.attempt}. {statusText(one.outcome)}
                {one.statusClass && ` (${one.statusClass})`} <Ago at={one.startedAt} />, {duration(one.duration * 1000)}
              </li>
            ))}
          </ol>
        </details>
      </td>
      <td>
        <button
          type="button"
          aria-label={`Redeliver ${statusText(event)}`}
          disabled={redeliver.isPending}
          onClick={() => redeliver.mutate()}
        >
          Redeliver
        </button>
        {redeliver.error && <Failure error={redeliver.error} />}
      </td>
    </tr>
  )
}
