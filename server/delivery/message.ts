import { formatId } from '../contract/ids.ts'
import type { Links } from '../contract/links.ts'
import { type OperationRecord, wireOperation } from '../contract/operation.ts'
import type { DeliveryEvent } from '../lifecycle/deliveries.ts'
import { isTerminal, type Status } from '../lifecycle/states.ts'

/** What a delivery tells of. */
export type Told = {
  deliveryId: string
  receiverId: string | null
  event: DeliveryEvent
  status: Status | null
  occurredAt: Date
}

/**
 * The body of a message. `status` and `timestamp` are those of the event; `data.operation` is the operation as it is now, as a read
 * would answer it. Without an operation: a ping.
 */
export function message(told: Told, operation: OperationRecord | undefined, links: Links): Record<string, unknown> {
  const { event, status, occurredAt, receiverId } = told
  const timestamp = occurredAt.toISOString()
  if (!operation || !status) {
    const about = receiverId ? { receiverId: formatId('receiver', receiverId) } : {}
    return { type: 'webhook.ping', event, timestamp, data: about }
  }
  const wire = wireOperation(operation, { links })
  const { result, error } = wire as { result?: unknown; error?: unknown }
  const end = isTerminal(status) ? { result, error } : {}
  const { operationId } = wire
  return { type: typeOf(event), event, timestamp, operationId, status, ...end, data: { operation: wire } }
}

/** Standard Webhooks: full-stop delimited, from the general to the special. */
function typeOf(event: DeliveryEvent): string {
  return `operation.${event.toLowerCase()}`
}
