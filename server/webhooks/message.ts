import { formatId } from '../contract/ids.ts'
import type { Links } from '../contract/links.ts'
import { type OperationRecord, wireOperation } from '../contract/present/operation.ts'
import { isTerminal, type Status } from '../domain/state-machine.ts'
import type { DeliveryEvent } from '../domain/webhook-schedule.ts'

/** The event of a delivery. */
export type DeliveredEvent = {
  deliveryId: string
  receiverId: string | null
  event: DeliveryEvent
  status: Status | null
  occurredAt: Date
}

/**
 * The body of a message. `status` and `timestamp` are those of the event; `data.operation` is the current operation, as a GET returns it.
 * Without an operation: a ping.
 */
export function message(
  { event, status, occurredAt, receiverId }: DeliveredEvent,
  operation: OperationRecord | undefined,
  links: Links,
): Record<string, unknown> {
  const timestamp = occurredAt.toISOString()
  if (!operation || !status) {
    const data = receiverId ? { receiverId: formatId('receiver', receiverId) } : {}
    return { type: 'webhook.ping', event, timestamp, data }
  }
  const wire = wireOperation(operation, { links })
  const { result, error } = wire as { result?: unknown; error?: unknown }
  const outcome = isTerminal(status) ? { result, error } : {}
  const { operationId } = wire
  return { type: typeOf(event), event, timestamp, operationId, status, ...outcome, data: { operation: wire } }
}

/** Standard Webhooks: dot-delimited, from general to specific. */
function typeOf(event: DeliveryEvent): string {
  return `operation.${event.toLowerCase()}`
}
