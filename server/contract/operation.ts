import { hash } from 'node:crypto'
import type { components } from '../../generated/schema.ts'
import type { WebhookEvent } from '../lifecycle/deliveries.ts'
import { estimateCompletion } from '../lifecycle/estimate.ts'
import { mayBeRetried } from '../lifecycle/retry.ts'
import { type PollInterval, type Priority, pollInterval } from '../lifecycle/schedule.ts'
import { isTerminal, type Status } from '../lifecycle/states.ts'
import { formatId } from './ids.ts'
import type { Links } from './links.ts'
import { resourceOf } from './operation-resource.ts'
import { type ProblemPlace, problemDocument } from './problem.ts'

export type WireOperation = components['schemas']['Operation']

/** An operation as the database holds it. */
export type OperationRecord = {
  operationId: string
  ownerId: string
  type: string
  status: Status
  attempt: number
  failures: number
  maxAttempts: number
  priority: Priority
  labels: Record<string, string>
  input: unknown
  progress: components['schemas']['Progress'] | null
  result: Record<string, unknown> | null
  error: Record<string, unknown> | null
  reason: string | null
  startAfter: Date | null
  createdAt: Date
  updatedAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  expiresAt: Date | null
  retryOf: string | null
  retriedBy: string | null
  webhook: { events: WebhookEvent[]; disabledAt?: string } | null
}

/** What of it stays as it was when it was accepted. */
export type AcceptedRecord = Pick<
  OperationRecord,
  | 'operationId'
  | 'ownerId'
  | 'type'
  | 'priority'
  | 'maxAttempts'
  | 'labels'
  | 'input'
  | 'startAfter'
  | 'createdAt'
  | 'webhook'
> & { retryOf?: string | null }

/** The operation as callers read it, at the instant `now`. `typicalSeconds`: how long its type has taken lately, if that is known. */
export function wireOperation(
  row: OperationRecord,
  about: { links: Links; now?: Date; queuePosition?: number; typicalSeconds?: number; random?: () => number },
): WireOperation {
  const { links, now = new Date(), queuePosition, typicalSeconds } = about
  const { status, startedAt, finishedAt } = row
  const self = links.operation(row.operationId)
  const completed = status === 'COMPLETED' || status === 'COMPLETED_WITH_ERRORS'
  const estimated = estimateCompletion(
    { status, startedAt, percentage: row.progress?.percentage, progressAt: row.updatedAt, typicalSeconds },
    now,
  )
  const fields = {
    operationId: formatId('operation', row.operationId),
    type: row.type,
    status,
    done: isTerminal(status),
    attempt: row.attempt,
    failures: row.failures,
    maxAttempts: row.maxAttempts,
    priority: row.priority,
    labels: row.labels,
    resource: resourceOf(row),
    progress: row.progress ?? { percentage: 0 },
    result: completed && row.result ? presentable(row.result, (text) => links.stored(text, row.ownerId)) : undefined,
    error: row.error ? operationError(row.operationId, row.error, links) : undefined,
    reason: row.reason ?? undefined,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    startedAt: startedAt?.toISOString(),
    estimatedCompletion: estimated?.toISOString(),
    completedAt: completed ? finishedAt?.toISOString() : undefined,
    failedAt: status === 'FAILED' ? finishedAt?.toISOString() : undefined,
    cancelledAt: status === 'CANCELLED' ? finishedAt?.toISOString() : undefined,
    expiresAt: row.expiresAt?.toISOString(),
    startAfter: row.startAfter?.toISOString(),
    duration: startedAt ? secondsBetween(startedAt, finishedAt ?? now) : undefined,
    queuePosition,
    pollInterval: pollIntervalOf(row, { now, estimated, random: about.random }),
    webhook: row.webhook ? { registered: row.webhook.disabledAt === undefined, events: row.webhook.events } : undefined,
    retryOf: row.retryOf ? formatId('operation', row.retryOf) : undefined,
    retriedBy: row.retriedBy ? formatId('operation', row.retriedBy) : undefined,
    statusUrl: self,
    links: {
      self,
      events: `${self}/events`,
      logs: `${self}/logs`,
      stream: `${self}/stream`,
      socket: `${self}/status`.replace(/^http/, 'ws'),
      ...(isTerminal(status) ? {} : { cancel: `${self}:cancel` }),
      ...(mayBeRetried(row) ? { retry: `${self}:retry` } : {}),
      ...(isTerminal(status) ? { purge: `${self}:purge` } : {}),
      ...(completed ? { result: `${self}/result` } : {}),
    },
  }
  // What is undefined has no place in JSON.
  return fields as WireOperation
}

/**
 * As it was when it was accepted: what a submit answers, and every replay of it. `webhookSecret`: for whoever submitted it with a
 * webhook, and nobody else.
 */
export function acceptedOperation(row: AcceptedRecord, links: Links, webhookSecret?: string): WireOperation {
  const {
    operationId,
    ownerId,
    type,
    priority,
    maxAttempts,
    labels,
    input,
    startAfter,
    createdAt,
    retryOf = null,
  } = row
  const asked = { operationId, ownerId, type, priority, maxAttempts, labels, input, startAfter, createdAt, retryOf }
  const webhook = row.webhook && { events: row.webhook.events }
  const untouched = { attempt: 0, failures: 0, progress: null, result: null, error: null, reason: null }
  const notYet = { startedAt: null, finishedAt: null, expiresAt: null, retriedBy: null }
  const accepted = { ...asked, webhook, ...untouched, ...notYet, status: 'PENDING' as const, updatedAt: createdAt }
  // A replay says the same as the first answer, when to ask again included.
  const operation = wireOperation(accepted, { links, now: createdAt, random: () => 0.5 })
  if (operation.webhook && webhookSecret !== undefined) operation.webhook.secret = webhookSecret
  return operation
}

/** Even an operation that starts tomorrow can be cancelled from elsewhere: whoever waits learns of it within a minute. */
const longestWaitSeconds = 60

/** When to ask again, in whole seconds; for one that may not start yet, then, within limits. Undefined once it has ended. */
function pollIntervalOf(
  { status, startAfter, createdAt }: Pick<OperationRecord, 'status' | 'startAfter' | 'createdAt'>,
  at: { now: Date; estimated: Date | undefined; random: (() => number) | undefined },
): PollInterval | undefined {
  const nowMs = at.now.getTime()
  const leftMs = at.estimated && Math.max(0, at.estimated.getTime() - nowMs)
  const interval = pollInterval(status, { ageMs: nowMs - createdAt.getTime(), leftMs }, at.random)
  const untilStart = status === 'PENDING' && startAfter ? startAfter.getTime() - nowMs : 0
  const recommended = Math.max(interval?.recommended ?? 0, Math.min(longestWaitSeconds, Math.ceil(untilStart / 1000)))
  return interval && { ...interval, recommended }
}

/** A weak entity tag, over everything but what only time changes (RFC 9110 §8.8.3). */
export function operationTag(operation: WireOperation): string {
  const { queuePosition, estimatedCompletion, duration, pollInterval, ...rest } = operation
  return `W/"${hash('sha256', JSON.stringify(rest), 'base64url').slice(0, 22)}"`
}

/** A stored result with its file references (`file:<uuid>`) as signed links, and its own paths as links. */
export function presentable(value: unknown, read: (text: string) => string): unknown {
  if (typeof value === 'string') return read(value)
  if (Array.isArray(value)) return value.map((item) => presentable(item, read))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, presentable(held, read)]))
}

/** The stored reason of a failure as the problem that callers read. */
export function operationError(operationId: string, stored: Record<string, unknown>, links: Links) {
  const { code, detail, errors, timestamp } = stored
  return problemDocument(String(code), {
    detail: String(detail),
    origin: links.origin,
    instance: links.operation(operationId),
    ...(Array.isArray(errors) ? { errors: errors as ProblemPlace[] } : {}),
    ...(typeof timestamp === 'string' ? { timestamp: new Date(timestamp) } : {}),
  })
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime()) / 1000
}
