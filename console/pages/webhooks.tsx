import type { PageProps } from '../page-props.ts'
import { DeliveriesPage, DeliverySearch } from './webhooks/deliveries.tsx'
import { Receivers } from './webhooks/receivers.tsx'

export default function Webhooks({ rest: [part, operationId] }: PageProps) {
  if (part === 'deliveries' && operationId !== undefined) return <DeliveriesPage operationId={operationId} />
  return (
    <>
      <h1>Webhooks</h1>
      <Receivers />
      <DeliverySearch />
    </>
  )
}
