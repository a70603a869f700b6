import type { AcceptedOperation } from '../operations/create.ts'
import type { Idempotency } from '../operations/idempotency.ts'
import type { OperationRow } from '../operations/read.ts'
import type { BatchWebhook } from '../schema/batches.ts'

export type NewBatch = {
  /** A UUIDv7 made by the API process. */
  batchId: string
  ownerId: string
  createdBy: string
  createdFrom?: string | undefined
  webhook?: BatchWebhook | undefined
  idempotency?: Idempotency | undefined
  /** How long a batch without operations is kept. */
  keptSeconds: number
  /** The trace context of the request. */
  traceContext?: string | undefined
}

/**
 * The outcome of one item. `full`: the owner has as many operations that have not ended as its quota allows. `dependent`: an item that it depends
 * on was not accepted.
 */
export type ItemOutcome =
  | { kind: 'created'; operation: AcceptedOperation }
  | { kind: 'replayed'; operation: AcceptedOperation | OperationRow }
  | { kind: 'gone'; expiredAt: Date | null }
  | { kind: 'mismatch' | 'full' | 'dependent' }
