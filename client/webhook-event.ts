import type { OperationType } from '../generated/operations.ts'
import type { components } from '../generated/schema.ts'
import type { Operation } from './operation.ts'

/** What a webhook tells: of an operation, or, asked for by `:ping`, that the receiver is reached. */
export type WebhookEvent = OperationWebhookEvent | PingWebhookEvent

/**
 * An operation came to a status, or on within RUNNING. `data.operation` is the operation as it was when this was sent, which may be
 * later: messages may come out of order, and more than once.
 */
export type OperationWebhookEvent<T extends OperationType = OperationType> = {
  /** `operation.` and the event in lower case. */
  type: `operation.${string}`
  event: components['schemas']['Status'] | 'PROGRESS'
  timestamp: string
  operationId: string
  status: components['schemas']['Status']
  result?: Operation<T>['result']
  error?: Operation<T>['error']
  data: { operation: Operation<T> }
}

export type PingWebhookEvent = { type: 'webhook.ping'; event: 'PING'; timestamp: string; data: { receiverId: string } }
