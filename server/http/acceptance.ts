import { acceptedOperation, type WireOperation } from '../contract/operation.ts'
import { Problem } from '../contract/problem.ts'
import { findByKey, type Idempotency } from '../database/idempotency.ts'
import type { OperationRow } from '../database/operations.ts'
import type { AcceptedRow, Submitted } from '../database/submissions.ts'
import { operationSubmitted } from '../telemetry/events.ts'
import type { Backend } from './backend.ts'
import { hasExpired, operationGone } from './expiry.ts'

type Accepted = {
  status: 202
  headers: { Location: string; 'Retry-After': number; 'Idempotency-Replayed'?: 'true' }
  body: WireOperation
}

type Answer = Accepted | Problem<'OPERATION_EXPIRED' | 'IDEMPOTENCY_MISMATCH'>

/** The secret of the webhook that an operation was submitted with, for an answer that shows it. */
export type SecretOf = (row: Pick<AcceptedRow, 'webhook' | 'ownerId'>) => string | undefined

const hidden: SecretOf = () => undefined

/** What whoever submitted is told; of a new operation the workers hear, too. */
export function answerTo(
  { links, hints, log }: Pick<Backend, 'links' | 'hints' | 'log'>,
  outcome: Submitted,
  secretOf: SecretOf = hidden,
): Answer {
  if (outcome.kind === 'mismatch') {
    return new Problem('IDEMPOTENCY_MISMATCH', 'This Idempotency-Key came with another request. Make a new key.', {
      errors: [{ parameter: 'Idempotency-Key', message: 'was used for another request; make a new one' }],
    })
  }
  if (outcome.kind !== 'created') return replayed(outcome, links, secretOf)
  const { operationId, type, ownerId, startAfter } = outcome.operation
  if (mayStart(startAfter)) hints.tell('submitted', operationId)
  operationSubmitted(log, { operationId, type, ownerId })
  return accepted(outcome.operation, links, secretOf)
}

/** How far this process's clock may be off from the database's. A hint too many costs a look at the queue, one too few a second's delay. */
const clockErrorMs = 1000

/** Whether a worker that is told could take it; one that is to start later is found by the workers' own timers. */
function mayStart(startAfter: Date | null): boolean {
  return startAfter === null || startAfter.getTime() <= Date.now() + clockErrorMs
}

/** What the first request with this key was answered, when this one is the same; whatever it would be answered by now. */
export async function firstAnswer(
  { db, links }: Pick<Backend, 'db' | 'links'>,
  ownerId: string,
  asked: Idempotency | undefined,
  secretOf: SecretOf = hidden,
): Promise<Answer | undefined> {
  if (!asked) return undefined
  const held = await findByKey(db, { ownerId, key: asked.key })
  if (!held?.fingerprint.equals(asked.fingerprint)) return undefined
  return replayed(held.operation ? { operation: held.operation } : { expiredAt: held.expiredAt }, links, secretOf)
}

type First = { operation: OperationRow } | { expiredAt: Date | null }

/** The answer of the first submit, unless its operation has gone since: nothing starts twice. */
function replayed(first: First, links: Backend['links'], secretOf: SecretOf): Answer {
  if (!('operation' in first)) return operationGone(first.expiredAt)
  const { operation } = first
  if (hasExpired(operation)) return operationGone(operation.expiresAt)
  const { headers, ...rest } = accepted(operation, links, secretOf)
  return { ...rest, headers: { ...headers, 'Idempotency-Replayed': 'true' } }
}

function accepted(row: AcceptedRow, links: Backend['links'], secretOf: SecretOf): Accepted {
  const body = acceptedOperation(row, links, secretOf(row))
  return {
    status: 202,
    headers: { Location: links.operation(row.operationId), 'Retry-After': body.pollInterval?.recommended ?? 1 },
    body,
  }
}
