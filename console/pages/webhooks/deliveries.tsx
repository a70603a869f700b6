import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { TextField } from '../../components/field.tsx'
import { ListTable, useList } from '../../components/list.tsx'
import { State } from '../../components/state.tsx'
import { Failure, Nothing } from '../../components/states.tsx'
import { Status } from '../../components/status.tsx'
import { Ago } from '../../components/time.tsx'
import { useRefreshOnEvents } from '../../live/context.tsx'
import { href, navigate } from '../../router.ts'
import { Attempts, type Delivery, deliveryTones } from './attempts.tsx'

/** No event reports that a message was sent. */
const pollMs = 2000

export function DeliverySearch() {
  const [id, setId] = useState('')
  function open(event: FormEvent) {
    event.preventDefault()
    navigate(href(`webhooks/deliveries/${encodeURIComponent(id.trim())}`))
  }
  return (
    <section className="panel">
      <h2>Deliveries of an operation</h2>
      <form className="stack" onSubmit={open}>
        <TextField label="Id of an operation" value={id} onChange={setId} required />
        <div>
          <button type="submit">Show the deliveries</button>
        </div>
      </form>
    </section>
  )
}

export function Deliveries({ operationId }: { operationId: string }) {
  const { api } = useLongrun()
  const queries = useQueryClient()
  const [error, setError] = useState<unknown>()
  const key = ['deliveries', operationId]
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

  async function redeliver(deliveryId: string) {
    setError(undefined)
    const params = { path: { operationId, deliveryId } }
    await dataOf(api.POST('/operations/{operationId}/deliveries/{deliveryId}:redeliver', { params })).catch(setError)
    await queries.invalidateQueries({ queryKey: key })
  }

  return (
    <>
      <h1>Deliveries</h1>
      <p>
        Of <a href={href(`operations/${encodeURIComponent(operationId)}`)}>{operationId}</a>, newest first.{' '}
        <a href={href('webhooks')}>All receivers</a>
      </p>
      {error !== undefined && <Failure error={error} />}
      <ListTable
        list={list}
        caption="Deliveries"
        columns={['Event', 'Sent to', 'State', 'Created', 'Attempts', 'Action']}
        empty={
          <Nothing title="Nothing was sent for this operation: it has no webhook, and no receiver subscribes to its events.">
            <p>
              <a href={href('webhooks')}>Create a receiver</a>
            </p>
          </Nothing>
        }
        row={(delivery) => <Row key={delivery.deliveryId} delivery={delivery} onRedeliver={redeliver} />}
      />
    </>
  )
}

type RowProps = { delivery: Delivery; onRedeliver: (deliveryId: string) => Promise<void> }

function Row({ delivery, onRedeliver }: RowProps) {
  const { deliveryId, event, receiverId, state, outcome, createdAt, nextAttempt, attempts } = delivery
  return (
    <tr>
      <td>
        <Status status={event} />
      </td>
      <td>{receiverId ? <code>{receiverId}</code> : 'the webhook of the operation'}</td>
      <td>
        <State state={state} tone={deliveryTones[state]} /> {outcome && <code>{outcome}</code>}
        {nextAttempt && (
          <p className="quiet">
            next attempt <Ago at={nextAttempt} />
          </p>
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
            <summary>{attempts.length}</summary>
            <Attempts attempts={attempts} />
          </details>
        )}
      </td>
      <td>
        <button type="button" onClick={() => void onRedeliver(deliveryId)} aria-label={`Redeliver ${deliveryId}`}>
          Redeliver
        </button>
      </td>
    </tr>
  )
}
