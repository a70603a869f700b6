import type { components } from '../../../generated/schema.ts'
import type { Status } from '../../domain/state-machine.ts'
import { formatId } from '../ids.ts'
import type { Links } from '../links.ts'
import { operationError, presentable } from './operation.ts'

export type WireEvent = components['schemas']['Event']
export type WireSocketEvent = components['schemas']['SocketEvent']
export type WireLogLine = components['schemas']['LogLine']

/** An event as stored in the database. */
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
  /** The result or error of its operation, with the last event. */
  outcome: { result: Record<string, unknown> | null; error: Record<string, unknown> | null } | null
}

/** An event in the API's format. Workers are not named; credentials of the owner are. */
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

/** An event as a WebSocket message: event names in upper case, and with the operation's id. */
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

/** An event of the kind `log` as a log line. */
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
  // Written before histories named credentials.
  if (actor === ownerId) return 'owner'
  return /^(key|jwt|operation):/.test(actor) ? actor : 'worker'
}
