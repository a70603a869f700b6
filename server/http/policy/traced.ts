import { formatId } from '../../contract/ids.ts'
import type { CreateWithinQuotaOutcome } from '../../database/operations/create.ts'
import type { Send, SendFacts, Sent } from '../../domain/trace-context.ts'

type Outcome = CreateWithinQuotaOutcome | { kind: 'refused' } | undefined

/** The problem of each outcome that creates nothing. */
const codes = {
  full: 'TOO_MANY_OPERATIONS',
  mismatch: 'IDEMPOTENCY_MISMATCH',
  gone: 'OPERATION_EXPIRED',
  refused: 'CANNOT_RETRY',
} as const

/** Creates an operation in the span of its submit. `create` gets the trace context to store. */
export function tracedSend<O extends Outcome>(
  startSend: (facts: SendFacts) => Send,
  facts: SendFacts,
  create: (traceContext: string | undefined) => Promise<O>,
): Promise<O> {
  return traced(startSend(facts), create, sentOf)
}

/** Calls `work` in the span of a submit. */
export async function traced<T>(
  { context, end }: Send,
  work: (traceContext: string | undefined) => Promise<T>,
  sentOf: (result: T) => Sent,
): Promise<T> {
  if (!end) return work(context)
  try {
    const result = await work(context)
    end(sentOf(result))
    return result
  } catch (error) {
    end({ code: 'INTERNAL_ERROR' })
    throw error
  }
}

function sentOf(outcome: Outcome): Sent {
  if (!outcome) return { code: 'NOT_FOUND' }
  if (outcome.kind === 'created') return { operationId: formatId('operation', outcome.operation.operationId) }
  if (outcome.kind !== 'replayed') return { code: codes[outcome.kind] }
  const { operationId, traceContext } = outcome.operation
  return { operationId: formatId('operation', operationId), replayed: traceContext }
}
