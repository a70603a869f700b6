import type { OperationType } from '../generated/operations.ts'
import type { components } from '../generated/schema.ts'
import type { Operation } from './operation.ts'

type Schemas = components['schemas']

/** What a webhook tells: of an operation, or, asked for by `:ping`, that the receiver is reached. Narrow it by its `event`. */
export type WebhookEvent = OperationWebhookEvent | PingWebhookEvent

/**
 * An operation came to a status, or on within RUNNING. `data.operation` is the operation as it was when this was sent, which may be
 * later: messages may come out of order, and more than once.
 */
export type OperationWebhookEvent<T extends OperationType = OperationType> = Omit<
  Schemas['OperationMessage'],
  'result' | 'data'
> & { result?: Operation<T>['result']; data: { operation: Operation<T> } }

export type PingWebhookEvent = Schemas['PingMessage']
