import { formatId } from '../contract/ids.ts'
import type { Links } from '../contract/links.ts'
import { type BatchRecord, wireBatch } from '../contract/present/batch.ts'
import { failureIn } from '../contract/present/event.ts'
import { type OperationRecord, operationError, wireOperation } from '../contract/present/operation.ts'
import { isTerminal, type Status } from '../domain/state-machine.ts'
import type { DeliveryEvent } from '../domain/webhook-schedule.ts'

/** The event of a delivery. */
export type DeliveredEvent = {
  deliveryId: string
  receiverId: string | null
  event: DeliveryEvent
  status: Status | null
  occurredAt: Date
} & StoredEvent

/** What the stored event adds; null for a creation and a ping, which have none. */
export type StoredEvent = {
  attempt: number | null
  reason: string | null
  progress: OperationRecord['progress']
  data: Record<string, unknown> | null
}

/**
 * The body of a message. `status`, `timestamp`, `reason` and the `error` of a failed attempt are those of the event; `data.operation` is the
 * current operation, as a GET returns it, or for a change of a phase the operation after that event. Without an operation: a ping.
 */
export function message(
  delivered: DeliveredEvent,
  operation: OperationRecord | undefined,
  links: Links,
): Record<string, unknown> {
  const { event, status, occurredAt, receiverId, reason, data } = delivered
  const timestamp = occurredAt.toISOString()
  if (!operation || !status) {
    const about = receiverId ? { receiverId: formatId('receiver', receiverId) } : {}
    return { type: 'webhook.ping', event, timestamp, data: about }
  }
  const wire = wireOperation(isPhaseChange(delivered) ? afterEvent(operation, delivered, status) : operation, { links })
  const { result, error } = wire as { result?: unknown; error?: unknown }
  const failure = failureIn(data)
  const attemptError = failure && operationError(operation.operationId, failure, links)
  const outcome = isTerminal(status) ? { result, error } : { error: attemptError }
  const about = { operationId: wire.operationId, status, ...(reason === null ? {} : { reason }), ...outcome }
  return { type: typeOf(event), event, timestamp, ...about, data: { operation: wire } }
}

/** The message that all operations of a batch have ended. */
export function batchMessage(batch: BatchRecord, links: Links): Record<string, unknown> {
  const wire = wireBatch(batch, links)
  return {
    type: 'batch.completed',
    event: 'BATCH_COMPLETED',
    timestamp: wire.completedAt,
    batchId: wire.batchId,
    data: { batch: wire },
  }
}

/** Of the progress only the changes of phases have a reason. */
function isPhaseChange({ event, reason, progress }: DeliveredEvent): boolean {
  return event === 'PROGRESS' && reason !== null && progress !== null
}

/** The operation, which was active, as it was after the event. */
function afterEvent(
  operation: OperationRecord,
  { occurredAt, attempt, progress }: DeliveredEvent,
  status: Status,
): OperationRecord {
  const notYet = { result: null, error: null, reason: null, finishedAt: null, expiresAt: null, retriedBy: null }
  return { ...operation, ...notYet, status, progress, attempt: attempt ?? operation.attempt, updatedAt: occurredAt }
}

/** Standard Webhooks: dot-delimited, from general to specific. */
function typeOf(event: DeliveryEvent): string {
  return `operation.${event.toLowerCase()}`
}
