import type { components } from '../../../generated/schema.ts'
import type { Links } from '../links.ts'
import { waitSchema } from '../waits.ts'

export type WirePendingWait = components['schemas']['PendingWait']
export type WireWait = components['schemas']['Wait']

type Kind = WirePendingWait['kind']

/** A wait as stored with an operation that is WAITING. `expiresAt`: an ISO 8601 time. */
export type PendingWaitRecord = { name: string; kind: Kind; who?: string; expiresAt: string }

/** A wait as stored in the database, without its body: bodies are not shown. */
export type WaitRecord = {
  name: string
  kind: Kind
  who: string | null
  state: WireWait['state']
  createdAt: Date
  expiresAt: Date
  completedAt: Date | null
  completedBy: string | null
}

type WaitingOperation = { operationId: string; type: string }

/** A wait that is not over, in the API's format. */
export function wirePendingWait(
  operation: WaitingOperation,
  { name, kind, who, expiresAt }: PendingWaitRecord,
  links: Links,
): WirePendingWait {
  return {
    name,
    kind,
    ...(who === undefined ? {} : { who }),
    ...(kind === 'TIMER' ? {} : { schema: waitSchema(operation.type, name) }),
    ...(kind === 'TIMER' ? {} : { url: links.completeWait(operation.operationId, name) }),
    expiresAt: new Date(expiresAt).toISOString(),
  }
}

/** A wait and its state in the API's format. Only a wait that can be completed has a `url`. */
export function wireWait(operation: WaitingOperation, row: WaitRecord, links: Links): WireWait {
  const { state, completedBy, createdAt, kind, name } = row
  const expiresAt = row.expiresAt.toISOString()
  const who = row.who ?? undefined
  const { url, ...fields } = wirePendingWait(operation, { name, kind, expiresAt, ...(who ? { who } : {}) }, links)
  // Nothing is written when a timer is over.
  const completedAt = state === 'COMPLETED' ? (row.completedAt?.toISOString() ?? expiresAt) : undefined
  return {
    ...fields,
    ...(url !== undefined && state === 'PENDING' ? { url } : {}),
    state,
    createdAt: createdAt.toISOString(),
    ...(completedAt === undefined ? {} : { completedAt }),
    ...(completedBy === null ? {} : { completedBy }),
  }
}
