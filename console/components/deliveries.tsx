import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import { dataOf } from '../../client/api.ts'
import { useLongrun } from '../../client/react/index.ts'
import { useRefreshOnEvents } from '../live/context.tsx'
import { Attempts, type Delivery, deliveryTones } from './attempts.tsx'
import { ListTable, useList } from './list.tsx'
import { State } from './state.tsx'
import { Failure } from './states.tsx'
import { Status, statusText } from './status.tsx'
import { Ago } from './time.tsx'

/** No event reports that a message was sent. */
const pollMs = 2000
const keyOf = (operationId: string) => ['deliveries', operationId]

/** The messages to webhooks about an operation, newest first, with their attempts. `empty`: shown if there is none. */
export function Deliveries({ operationId, empty }: { operationId: string; empty: ReactNode }) {
  const { api } = useLongrun()
  const key = keyOf(operationId)
  const list = useList<Delivery>(key, async ({ query, signal }) => {
    const params = { path: { operationId }, query }
    const page = await dataOf(api.GET('/operations/{operationId}/deliveries', { params, signal }))
    return { items: page.deliveries, nextPageToken: page.nextPageToken }
  })
  useRefreshOnEvents(key)
  const isPending = list.data?.pages.some(({ items }) => items.some(({ state }) => state === 'PENDING'))
  const { refetch } = list
  useEffect(() => {
    if (!isPending) return
    const timer = setInterval(() => void refetch(), pollMs)
    return () => clearInterval(timer)
  }, [isPending, refetch])
  return (
    <ListTable
      list={list}
      caption="Deliveries and their attempts"
      columns={['Event', 'State', 'Created', 'Attempts', 'Action']}
      empty={empty}
      row={(delivery) => <Row key={delivery.deliveryId} operationId={operationId} delivery={delivery} />}
    />
  )
}

function Row({ operationId, delivery }: { operationId: string; delivery: Delivery }) {
  const { api } = useLongrun()
  const queries = useQueryClient()
  const { deliveryId, event, receiverId, state, outcome, createdAt, nextAttempt, attempts } = delivery
  const redeliver = useMutation({
    mutationFn: () => {
      const params = { path: { operationId, deliveryId } }
      return dataOf(api.POST('/operations/{operationId}/deliveries/{deliveryId}:redeliver', { params }))
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf(operationId) }),
  })
  return (
    <tr>
      <td>
        <Status status={event} />
        <div className="quiet">{receiverId ? <code>{receiverId}</code> : 'webhook of the operation'}</div>
      </td>
      <td>
        <State state={state} tone={deliveryTones[state]} /> {outcome && <code>{outcome}</code>}
        {nextAttempt && (
          <div className="quiet">
            next attempt <Ago at={nextAttempt} />
          </div>
        )}
      </td>
      <td>
        <Ago at={createdAt} />
      </td>
      <td>
        {attempts.length === 0 ? (
          'none'
        ) : (
          <details>
            <summary>{attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`}</summary>
            <Attempts attempts={attempts} />
          </details>
        )}
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
