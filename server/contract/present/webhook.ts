import type { components } from '../../../generated/schema.ts'
import type {
  DeliveryEvent,
  DeliveryOutcome,
  DeliveryState,
  ReceiverEvent,
  StatusClass,
  WebhookFormat,
} from '../../domain/webhook-schedule.ts'
import { formatId } from '../ids.ts'

type Schemas = components['schemas']

/** A receiver as stored in the database, without its secrets. */
export type ReceiverRecord = {
  receiverId: string
  url: string
  events: ReceiverEvent[]
  format: WebhookFormat
  description: string | null
  disabledReason: 'GONE' | null
  createdAt: Date
  updatedAt: Date
}

/** The receiver in the API's format. `secret`: only in the response to its creation. */
export function wireReceiver(row: ReceiverRecord, secret?: string): Schemas['WebhookReceiver'] {
  return {
    receiverId: formatId('receiver', row.receiverId),
    url: row.url,
    events: row.events,
    format: row.format,
    ...(row.description === null ? {} : { description: row.description }),
    ...(row.disabledReason === null ? { state: 'ENABLED' } : { state: 'DISABLED', disabledReason: row.disabledReason }),
    ...(secret === undefined ? {} : { secret }),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** A delivery as stored in the database. */
export type DeliveryRecord = {
  deliveryId: string
  operationId: string | null
  receiverId: string | null
  event: DeliveryEvent
  sequence: number
  state: DeliveryState
  outcome: DeliveryOutcome | null
  createdAt: Date
  dueAt: Date
}

export type AttemptRecord = {
  attempt: number
  startedAt: Date
  durationMs: number
  outcome: DeliveryOutcome
  statusClass: StatusClass | null
}

/** The delivery in the API's format. Of a receiver's response it shows only the status class. */
export function wireDelivery(row: DeliveryRecord, attempts: readonly AttemptRecord[]): Schemas['Delivery'] {
  return {
    deliveryId: formatId('delivery', row.deliveryId),
    ...(row.operationId === null ? {} : { operationId: formatId('operation', row.operationId) }),
    ...(row.receiverId === null ? {} : { receiverId: formatId('receiver', row.receiverId) }),
    // The ends of batches are in no list of deliveries.
    event: row.event as Schemas['Delivery']['event'],
    sequence: row.sequence,
    state: row.state,
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    createdAt: row.createdAt.toISOString(),
    ...(row.state === 'PENDING' ? { nextAttempt: row.dueAt.toISOString() } : {}),
    attempts: attempts.map(({ attempt, startedAt, durationMs, outcome, statusClass }) => ({
      attempt,
      startedAt: startedAt.toISOString(),
      duration: durationMs / 1000,
      outcome,
      ...(statusClass === null ? {} : { statusClass }),
    })),
  }
}
