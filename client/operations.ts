import type { CallbackOf, InputWaitOf, OperationOf, OperationType } from '../generated/operations.ts'
import type { components } from '../generated/schema.ts'
import type { OperationEvent, StreamGate } from './following.ts'

/** An operation as the service returns it; `type` determines the type of `result`. */
export type Operation<T extends OperationType = OperationType> = OperationOf[T]

/** What an operation was asked to do, as the service shows it: without secrets. */
export type Input<T extends OperationType = OperationType> = NonNullable<Operation<T>['input']>

/** What an operation waits for, or has waited for. */
export type Wait = components['schemas']['Wait']

/** The bodies that complete the waits of an operation, by name. */
export type WaitBodies<T extends OperationType> = CallbackOf[T] & InputWaitOf[T]

/** One read of an operation. Without `operation` the operation has not changed. */
export type Reading = {
  operation?: Operation
  etag?: string
  askAgainMs?: number
  /** The response was a long poll that took time. */
  wasHeld?: boolean
}

/** The calls of the service that a handle uses. */
export type Operations = {
  /** With `holdSeconds` a long poll for a change since `etag`, if the service supports it. */
  read(
    operationId: string,
    options: { etag?: string | undefined; holdSeconds?: number; signal?: AbortSignal | undefined },
  ): Promise<Reading>
  /** The input as it was accepted. */
  input(operationId: string, signal: AbortSignal | undefined): Promise<Operation['input']>
  /** A page of the events after `after`; empty when there are no more. */
  history(operationId: string, after: number | undefined, signal: AbortSignal | undefined): Promise<OperationEvent[]>
  /** Requests the event stream once; resolves with any response. */
  stream(operationId: string, lastEventId: string | undefined, signal: AbortSignal): Promise<Response>
  gate: StreamGate
  cancel(operationId: string, reason: string | undefined, signal: AbortSignal | undefined): Promise<Operation>
  retry(
    operationId: string,
    options: { idempotencyKey: string; signal: AbortSignal | undefined },
  ): Promise<Reading & { operation: Operation }>
  /** All waits of the operation. */
  waits(operationId: string, signal: AbortSignal | undefined): Promise<Wait[]>
  complete(operationId: string, name: string, body: object, signal: AbortSignal | undefined): Promise<Wait>
  /** Resolves also when the operation was already deleted. */
  purge(operationId: string, signal: AbortSignal | undefined): Promise<void>
  /** What links begin with: the address of the service. */
  origin: string
  /** Opens a signed link; resolves with any response. */
  open(link: string, signal: AbortSignal | undefined, headers?: Record<string, string>): Promise<Response>
}
