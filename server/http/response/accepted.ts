import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { acceptedOperation, type WireOperation } from '../../contract/present/operation.ts'
import { Problem } from '../../contract/problem.ts'
import type { AcceptedOperation, CreateOutcome } from '../../database/operations/create.ts'
import { findByKey, type Idempotency } from '../../database/operations/idempotency.ts'
import type { OperationRow } from '../../database/operations/read.ts'
import { operationSubmitted } from '../../telemetry/events.ts'
import type { Backend } from '../backend.ts'
import { hasExpired, operationGone } from './expiry.ts'

/**
 * The key of an `Idempotency-Key` header, bare or quoted (1–255 printable ASCII characters), with the fingerprint of the request. Undefined
 * without the header. Throws `INVALID_REQUEST` if it is malformed. `hashOf`: another hash than SHA-256.
 */
export function idempotencyOf(
  header: string | undefined,
  { method, path, body }: { method: string; path: string; body: unknown },
  keepSeconds: number,
  hashOf = (text: string): Buffer => hash('sha256', text, 'buffer'),
): Idempotency | undefined {
  if (header === undefined) return undefined
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(header)?.[1]
  const key = quoted === undefined ? header : quoted.replaceAll(/\\(["\\])/g, '$1')
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    const message = 'must have 1 to 255 printable ASCII characters, bare or in double quotes'
    throw new Problem('INVALID_REQUEST', `The header Idempotency-Key ${message}.`, {
      errors: [{ parameter: 'Idempotency-Key', message }],
    })
  }
  const fingerprint = hashOf(`${method} ${path}\n${canonicalize(body)}`)
  return { key, fingerprint, keepSeconds }
}

type Accepted = {
  status: 202
  headers: {
    Location: string
    'Operation-Location': string
    'Retry-After': number
    'Idempotency-Replayed'?: 'true'
  }
  body: WireOperation
}

type Response = Accepted | Problem<'OPERATION_EXPIRED' | 'IDEMPOTENCY_MISMATCH'>

/** The secret of the operation's webhook, for a response that shows it. */
export type SecretOf = (row: Pick<AcceptedOperation, 'webhook' | 'ownerId'>) => string | undefined

const noSecret: SecretOf = () => undefined

/** The response to a submit or a retry. Notifies the workers of a new operation. */
export function acceptedResponse(
  { links, notifications, log }: Pick<Backend, 'links' | 'notifications' | 'log'>,
  outcome: CreateOutcome,
  secretOf: SecretOf = noSecret,
): Response {
  if (outcome.kind === 'mismatch') {
    return new Problem('IDEMPOTENCY_MISMATCH', 'This Idempotency-Key was used for another request. Use a new key.', {
      errors: [{ parameter: 'Idempotency-Key', message: 'was used for another request; use a new one' }],
    })
  }
  if (outcome.kind !== 'created') return replayed(outcome, links, secretOf)
  const { operationId, type, ownerId, startAfter, dependsOn } = outcome.operation
  if (mayStart(startAfter)) notifications.wake(type, operationId)
  // A dependency may have failed already.
  if (dependsOn || startsSoon(startAfter)) notifications.notify('due', operationId)
  operationSubmitted(log, { operationId, type, ownerId })
  return accepted(outcome.operation, links, secretOf)
}

/** How far this process's clock may differ from the database's. */
const clockErrorMs = 1000

/** Workers look for due operations at least this often. */
const pollMs = 1000

/** Whether the operation may be due before the workers look for due operations again. */
export function startsSoon(startAfter: Date | null): boolean {
  if (startAfter === null) return false
  const leftMs = startAfter.getTime() - Date.now()
  return leftMs > -clockErrorMs && leftMs < pollMs + clockErrorMs
}

/** Whether a worker could claim the operation now. One that starts later is found by the workers' timers. */
function mayStart(startAfter: Date | null): boolean {
  return startAfter === null || startAfter.getTime() <= Date.now() + clockErrorMs
}

/** The response to the first request with this key, if it was the same request. A repeated request gets it even if it would now be refused. */
export async function firstResponse(
  { db, links }: Pick<Backend, 'db' | 'links'>,
  ownerId: string,
  idempotency: Idempotency | undefined,
  secretOf: SecretOf = noSecret,
): Promise<Response | undefined> {
  if (!idempotency) return undefined
  const held = await findByKey(db, { ownerId, key: idempotency.key })
  if (!held?.fingerprint.equals(idempotency.fingerprint)) return undefined
  return replayed(held.operation ? { operation: held.operation } : { expiredAt: held.expiredAt }, links, secretOf)
}

type First = { operation: OperationRow } | { expiredAt: Date | null }

/** 410 if the operation was removed since: nothing starts twice. */
function replayed(first: First, links: Backend['links'], secretOf: SecretOf): Response {
  if (!('operation' in first)) return operationGone(first.expiredAt)
  const { operation } = first
  if (hasExpired(operation)) return operationGone(operation.expiresAt)
  const { headers, ...rest } = accepted(operation, links, secretOf)
  return { ...rest, headers: { ...headers, 'Idempotency-Replayed': 'true' } }
}

function accepted(row: AcceptedOperation, links: Backend['links'], secretOf: SecretOf): Accepted {
  const body = acceptedOperation(row, links, secretOf(row))
  return {
    status: 202,
    headers: {
      Location: links.operation(row.operationId),
      'Operation-Location': links.azureOperation(row.operationId),
      'Retry-After': body.pollInterval?.recommended ?? 1,
    },
    body,
  }
}
