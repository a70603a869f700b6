import type { components } from '../../../generated/schema.ts'
import { progressIn } from '../../domain/progress.ts'
import type { Status } from '../../domain/state-machine.ts'
import { formatId } from '../ids.ts'
import type { Links } from '../links.ts'
import { operationError, presentable, presentProgress } from './operation.ts'

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
  progress: Progress | null
  data: Record<string, unknown> | null
  /** The result or error of its operation and its final progress, with the last event. */
  outcome: {
    type: string
    result: Record<string, unknown> | null
    error: Record<string, unknown> | null
    progress: Progress | null
  } | null
}

type Progress = components['schemas']['Progress']

/** An event in the API's format. Workers are not named; credentials of the owner are. */
export function wireEvent(row: EventRecord, { links, ownerId }: { links: Links; ownerId: string }): WireEvent {
  const { sequence, event, timestamp, status, attempt, actor, address, reason } = row
  const data = dataOf(row, { links, ownerId })
  const progress = progressOf(row)
  return {
    operationId: formatId('operation', row.operationId),
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

/** An event as a WebSocket message: event names in upper case. */
export function wireSocketEvent(row: EventRecord, about: { links: Links; ownerId: string }): WireSocketEvent {
  const { event, ...rest } = wireEvent(row, about)
  return { event: socketNames[event], ...rest }
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

function progressOf({ status, progress, outcome, timestamp }: EventRecord): Progress | undefined {
  if (outcome) return presentProgress(outcome.type, status, outcome.progress, timestamp)
  return progress ? progressIn(status, progress, { at: timestamp }) : undefined
}

function dataOf(
  { operationId, data, outcome }: EventRecord,
  { links, ownerId }: { links: Links; ownerId: string },
): WireEvent['data'] {
  const error = outcome?.error ?? failureIn(data)
  if (error) return { error: operationError(operationId, error, links) }
  if (!outcome?.result) return data ?? undefined
  return { result: presentable(outcome.result, (text) => links.stored(text, ownerId)) as Record<string, unknown> }
}

/** Why an attempt failed, or why steps are compensated. */
export function failureIn(data: Record<string, unknown> | null): Record<string, unknown> | undefined {
  const error = data?.error
  return typeof error === 'object' && error !== null ? { ...error } : undefined
}

function actorOf(actor: string, ownerId: string): string {
  // Written before histories named credentials.
  if (actor === ownerId) return 'owner'
  return actor === 'callback' || /^(key|jwt|operation):/.test(actor) ? actor : 'worker'
}
