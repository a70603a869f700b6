import { type FormEvent, useState } from 'react'
import { Deliveries } from '../../components/deliveries.tsx'
import { TextField } from '../../components/field.tsx'
import { Nothing } from '../../components/states.tsx'
import { href, navigate } from '../../router.ts'

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

export function DeliveriesPage({ operationId }: { operationId: string }) {
  return (
    <>
      <h1>Deliveries</h1>
      <p>
        Of <a href={href(`operations/${encodeURIComponent(operationId)}`)}>{operationId}</a>, newest first.{' '}
        <a href={href('webhooks')}>All receivers</a>
      </p>
      <Deliveries
        operationId={operationId}
        empty={
          <Nothing title="Nothing was sent for this operation: it has no webhook, and no receiver subscribes to its events.">
            <p>
              <a href={href('webhooks')}>Create a receiver</a>
            </p>
          </Nothing>
        }
      />
    </>
  )
}
