import type { components } from '../../generated/schema.ts'
import type { Status } from '../lifecycle/states.ts'
import { formatId } from './ids.ts'
import type { Links } from './links.ts'
import { operationError, presentable } from './operation.ts'

export type WireEvent = components['schemas']['Event']
export type WireSocketEvent = components['schemas']['SocketEvent']
export type WireLogLine = components['schemas']['LogLine']

/** An event as the database holds it. */
export type EventRecord = {
  operationId: string
  sequence: number
  event: WireEvent['event']
  timestamp: Date
  status: Status
  attempt: number
  actor: string
  address: string | null
  reason: string | null
  progress: components['schemas']['Progress'] | null
  data: Record<string, unknown> | null
  /** What its operation ended with, if it is the end. */
  outcome: { result: Record<string, unknown> | null; error: Record<string, unknown> | null } | null
}

/** An event as the owner of its operation reads it. Which worker did it is not the owner's to know; which of its credentials is. */
export function wireEvent(row: EventRecord, { links, ownerId }: { links: Links; ownerId: string }): WireEvent {
  const { sequence, event, timestamp, status, attempt, actor, address, reason, progress } = row
  const data = dataOf(row, { links, ownerId })
  return {
    sequence,
    event,
    timestamp: timestamp.toISOString(),
    status,
    ...(progress ? { progress } : {}),
    attempt,
    actor: actorOf(actor, ownerId),
    ...(address === null ? {} : { address }),
    ...(reason === null ? {} : { reason }),
    ...(data ? { data } : {}),
  }
}

/** The same event as a message of a WebSocket, where names are in upper case and each message says which operation it is about. */
export function wireSocketEvent(row: EventRecord, about: { links: Links; ownerId: string }): WireSocketEvent {
  const { event, ...rest } = wireEvent(row, about)
  return { event: socketNames[event], operationId: formatId('operation', row.operationId), ...rest }
}

const socketNames = {
  'status-update': 'STATUS_UPDATE',
  log: 'LOG',
  completed: 'COMPLETED',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
} as const satisfies Record<WireEvent['event'], WireSocketEvent['event']>

/** An event of the kind `log`, in short. */
export function wireLogLine({ sequence, timestamp, attempt, data }: EventRecord): WireLogLine {
  const line = (data ?? {}) as WireEvent['data']
  return {
    sequence,
    timestamp: timestamp.toISOString(),
    attempt,
    message: line?.message ?? '',
    ...(line?.data ? { data: line.data } : {}),
  }
}

function dataOf(
  { operationId, data, outcome }: EventRecord,
  { links, ownerId }: { links: Links; ownerId: string },
): WireEvent['data'] {
  if (outcome?.error) return { error: operationError(operationId, outcome.error, links) }
  if (!outcome?.result) return data ?? undefined
  return { result: presentable(outcome.result, (text) => links.stored(text, ownerId)) as Record<string, unknown> }
}

function actorOf(actor: string, ownerId: string): string {
  // As it was written before histories named credentials.
  if (actor === ownerId) return 'owner'
  return /^(key|jwt|operation):/.test(actor) ? actor : 'worker'
}
