import type { OperationType } from '../generated/operations.ts'
import type { components } from '../generated/schema.ts'
import type { Operation } from './operations.ts'

type Schemas = components['schemas']

/** A webhook event: a transition or progress of an operation, the end of a batch, or the response to `:ping`. Narrow it by `event`. */
export type WebhookEvent = OperationWebhookEvent | BatchWebhookEvent | PingWebhookEvent

/**
 * An operation has a new status, or progress in RUNNING. `data.operation` is the operation at the time of sending, which may be
 * later than the event. Messages may arrive out of order and more than once.
 */
export type OperationWebhookEvent<T extends OperationType = OperationType> = Omit<
  Schemas['OperationMessage'],
  'result' | 'data'
> & { result?: Operation<T>['result']; data: { operation: Operation<T> } }

/** All operations of a batch have ended. */
export type BatchWebhookEvent = Schemas['BatchMessage']

export type PingWebhookEvent = Schemas['PingMessage']
