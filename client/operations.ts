import type { CallbackOf, InputWaitOf, OperationOf, OperationType } from '../generated/operations.ts'
import type { components } from '../generated/schema.ts'

/** An operation as the service returns it; `type` determines the type of `result`. */
export type Operation<T extends OperationType = OperationType> = OperationOf[T]

/** What an operation was asked to do, as the service shows it: without secrets. */
export type Input<T extends OperationType = OperationType> = NonNullable<Operation<T>['input']>

/** What an operation waits for, or has waited for. */
export type Wait = components['schemas']['Wait']

/** The bodies that complete the waits of an operation, by name. */
export type WaitBodies<T extends OperationType> = CallbackOf[T] & InputWaitOf[T]
