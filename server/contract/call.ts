import type { OperationId } from '../../generated/operations.ts'
import type { AnyResponse } from './implementation.ts'
import type { Problem } from './problem.ts'

/**
 * Calls an operation of the contract inside of another request, with all that a request of its own would have: scopes, rate limit, schemas and audit.
 * `input`: the parameters of the path and the query and the fields of the body together, not checked yet; a body that can have any field is its
 * field `body`. Never throws.
 */
export type Call = (
  operationId: OperationId,
  input: Readonly<Record<string, unknown>>,
  options?: {
    /** By lower-case name. */
    headers?: Readonly<Record<string, string>>
    /** Aborted when nobody waits for the response any more. */
    signal?: AbortSignal
  },
) => Promise<AnyResponse | Problem>
