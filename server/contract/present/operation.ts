import { operationTypes } from '../../../generated/operations.ts'
import type { components } from '../../../generated/schema.ts'
import { estimateCompletion } from '../../domain/estimate.ts'
import { progressIn } from '../../domain/progress.ts'
import { mayBeRetried } from '../../domain/retry.ts'
import { type PollInterval, type Priority, pollInterval } from '../../domain/schedule.ts'
import { isTerminal, type Status } from '../../domain/state-machine.ts'
import type { WebhookEvent, WebhookFormat } from '../../domain/webhook-schedule.ts'
import { submittedKey } from '../concurrency-key.ts'
import { weakTag } from '../entity-tag.ts'
import { formatId } from '../ids.ts'
import type { Links } from '../links.ts'
import { causeIn, problemDocument, type Violation } from '../problem.ts'
import { type PendingWaitRecord, wirePendingWait } from './wait.ts'

export type WireOperation = components['schemas']['Operation']

type Progress = components['schemas']['Progress']
type DependencyPolicy = components['schemas']['DependencyPolicy']

/** An operation as stored in the database. */
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
  summary: string | null
  resourceId: string | null
  progress: Progress | null
  result: Record<string, unknown> | null
  error: Record<string, unknown> | null
  reason: string | null
  startAfter: Date | null
  /** Null: it has no dependencies. */
  dependsOn: string[] | null
  dependencyPolicy: DependencyPolicy | null
  concurrencyKey: string | null
  createdAt: Date
  updatedAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  expiresAt: Date | null
  retryOf: string | null
  retriedBy: string | null
  scheduleId: string | null
  scheduledFor: Date | null
  batchId: string | null
  webhook: { events: WebhookEvent[]; format?: WebhookFormat; disabledAt?: string } | null
  /** Null unless it is WAITING. */
  waits: PendingWaitRecord[] | null
}

/** The fields that do not change after the operation was accepted. */
export type AcceptedRecord = Pick<
  OperationRecord,
  | 'operationId'
  | 'ownerId'
  | 'type'
  | 'priority'
  | 'maxAttempts'
  | 'labels'
  | 'summary'
  | 'resourceId'
  | 'startAfter'
  | 'dependsOn'
  | 'dependencyPolicy'
  | 'createdAt'
  | 'webhook'
  | 'concurrencyKey'
> & { retryOf?: string | null; batchId?: string | null; scheduleId?: string | null; scheduledFor?: Date | null }

/** The operation in the API's format at the instant `now`. `typicalSeconds`: how long operations of its type have taken lately, if known. */
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
    summary: row.summary ?? undefined,
    status,
    done: isTerminal(status),
    attempt: row.attempt,
    failures: row.failures,
    maxAttempts: row.maxAttempts,
    priority: row.priority,
    labels: row.labels,
    resource: resourceOf(row),
    progress: presentProgress(row.type, status, row.progress, finishedAt ?? now),
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
    dependsOn: row.dependsOn?.map((id) => formatId('operation', id)),
    dependencyPolicy: row.dependencyPolicy ?? undefined,
    concurrencyKey: submittedKey(row.concurrencyKey),
    duration: startedAt ? secondsBetween(startedAt, finishedAt ?? now) : undefined,
    queuePosition,
    pollInterval: pollIntervalOf(row, { now, estimated, random: about.random }),
    waits: row.waits?.map((wait) => wirePendingWait(row, wait, links)),
    webhook: row.webhook ? wireWebhook(row.webhook) : undefined,
    batchId: row.batchId ? formatId('batch', row.batchId) : undefined,
    retryOf: row.retryOf ? formatId('operation', row.retryOf) : undefined,
    retriedBy: row.retriedBy ? formatId('operation', row.retriedBy) : undefined,
    scheduleId: row.scheduleId ? formatId('schedule', row.scheduleId) : undefined,
    scheduledFor: row.scheduledFor?.toISOString(),
    statusUrl: self,
    links: {
      self,
      events: `${self}/events`,
      logs: `${self}/logs`,
      stream: `${self}/stream`,
      socket: `${self}/status`.replace(/^http/, 'ws'),
      ...(row.waits ? { waits: `${self}/waits` } : {}),
      ...(isTerminal(status) ? {} : { cancel: `${self}:cancel` }),
      ...(mayBeRetried(row) ? { retry: `${self}:retry` } : {}),
      ...(isTerminal(status) ? { purge: `${self}:purge` } : {}),
      ...(completed ? { result: `${self}/result` } : {}),
    },
  }
  // JSON leaves out what is undefined.
  return fields as WireOperation
}

function wireWebhook({ events, format = 'STANDARD', disabledAt }: NonNullable<OperationRecord['webhook']>) {
  return { registered: disabledAt === undefined, events, format }
}

/**
 * The operation as it was when it was accepted: the response to a submit and to every replay of it. `webhookSecret`: only for the caller
 * who submitted the operation with a webhook.
 */
export function acceptedOperation(row: AcceptedRecord, links: Links, webhookSecret?: string): WireOperation {
  const {
    operationId,
    ownerId,
    type,
    priority,
    maxAttempts,
    labels,
    summary,
    resourceId,
    startAfter,
    dependsOn,
    dependencyPolicy,
    concurrencyKey,
    createdAt,
    retryOf = null,
    batchId = null,
    scheduleId = null,
    scheduledFor = null,
  } = row
  const options = { priority, maxAttempts, labels, startAfter, dependsOn, dependencyPolicy, concurrencyKey }
  const schedule = { scheduleId, scheduledFor }
  const given = {
    operationId,
    ownerId,
    type,
    summary,
    resourceId,
    createdAt,
    retryOf,
    batchId,
    ...schedule,
    ...options,
  }
  const webhook = row.webhook && { ...row.webhook, disabledAt: undefined }
  const initial = { attempt: 0, failures: 0, progress: null, result: null, error: null, reason: null, waits: null }
  const notYet = { startedAt: null, finishedAt: null, expiresAt: null, retriedBy: null }
  const accepted = { ...given, webhook, ...initial, ...notYet, status: 'PENDING' as const, updatedAt: createdAt }
  // A replay equals the first response, including its poll interval.
  const operation = wireOperation(accepted, { links, now: createdAt, random: () => 0.5 })
  if (operation.webhook && webhookSecret !== undefined) operation.webhook.secret = webhookSecret
  return operation
}

/** An operation that starts tomorrow may be cancelled by another client: pollers learn of it within a minute. */
const maxPollSeconds = 60

/**
 * When to poll again, in whole seconds; before `startAfter`, at that time at the latest after a minute; before the end of a timer, at that time
 * at the latest. Undefined once the operation has ended.
 */
function pollIntervalOf(
  { status, startAfter, createdAt, waits }: Pick<OperationRecord, 'status' | 'startAfter' | 'createdAt' | 'waits'>,
  at: { now: Date; estimated: Date | undefined; random: (() => number) | undefined },
): PollInterval | undefined {
  const nowMs = at.now.getTime()
  const expectedMs = waits ? timerEndMs(waits) : at.estimated?.getTime()
  const leftMs = expectedMs === undefined ? undefined : Math.max(0, expectedMs - nowMs)
  const interval = pollInterval(status, { ageMs: nowMs - createdAt.getTime(), leftMs }, at.random)
  const untilStart = status === 'PENDING' && startAfter ? startAfter.getTime() - nowMs : 0
  const recommended = Math.max(interval?.recommended ?? 0, Math.min(maxPollSeconds, Math.ceil(untilStart / 1000)))
  return interval && { ...interval, recommended }
}

/** When the first timer is over; undefined if the operation awaits no timer. */
function timerEndMs(waits: readonly PendingWaitRecord[]): number | undefined {
  const ends = waits.filter(({ kind }) => kind === 'TIMER').map(({ expiresAt }) => Date.parse(expiresAt))
  return ends.length > 0 ? Math.min(...ends) : undefined
}

/** A weak entity tag over all fields except those that change with time alone (RFC 9110 §8.8.3). */
export function operationTag(operation: WireOperation): string {
  const { queuePosition, estimatedCompletion, duration, pollInterval, progress, ...rest } = operation
  return weakTag({ ...rest, progress: withoutRunningTime(progress) })
}

/** Without the durations of phases in progress, which change with time alone while the operation waits. */
function withoutRunningTime(progress: Progress): Progress {
  if (!progress.phases?.some(({ status }) => status === 'IN_PROGRESS')) return progress
  const phases = progress.phases.map(({ duration, ...phase }) => {
    return phase.status === 'IN_PROGRESS' || duration === undefined ? phase : { ...phase, duration }
  })
  return { ...progress, phases }
}

/** The progress of an operation of `type`. `at`: when it ended, or now. */
export function presentProgress(type: string, status: Status, progress: Progress | null, at: Date): Progress {
  return progressIn(status, progress, { names: phaseNames.get(type) ?? [], at })
}

const phaseNames: ReadonlyMap<string, readonly string[]> = new Map(
  Object.values(operationTypes).map(({ type, phases }) => [type, phases.map(({ name }) => name)]),
)

/** A stored result, with each of its texts replaced by what `read` returns for it. */
export function presentable(value: unknown, read: (text: string) => string): unknown {
  if (typeof value === 'string') return read(value)
  if (Array.isArray(value)) return value.map((item) => presentable(item, read))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, presentable(held, read)]))
}

/** The stored error of an operation as a problem document. */
export function operationError(operationId: string, stored: Record<string, unknown>, links: Links) {
  const { code, detail, errors, timestamp, retryAfter, cause } = stored
  return problemDocument(String(code), {
    detail: String(detail),
    origin: links.origin,
    instance: links.operation(operationId),
    ...(Array.isArray(errors) ? { errors: errors as Violation[] } : {}),
    ...(typeof cause === 'object' && cause !== null ? { cause: causeIn({ ...cause }) } : {}),
    ...(typeof retryAfter === 'number' ? { retryAfter } : {}),
    ...(typeof timestamp === 'string' ? { timestamp: new Date(timestamp) } : {}),
  })
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime()) / 1000
}

type ResourceRule = { type: string; from: 'input' | 'result'; field: string }

const resourceRules: ReadonlyMap<string, ResourceRule> = new Map(
  Object.entries(operationTypes).flatMap(([type, rules]) => {
    if (!('resource' in rules)) return []
    const [from, field] = rules.resource.id.split('.')
    return [[type, { type: rules.resource.type, from, field } as ResourceRule] as const]
  }),
)

/** Undefined if operations of this type have no resource, or it does not exist yet. */
function resourceOf({ type, resourceId, result }: Pick<OperationRecord, 'type' | 'resourceId' | 'result'>) {
  const rule = resourceRules.get(type)
  const id = rule?.from === 'input' ? resourceId : rule && result?.[rule.field]
  return rule && typeof id === 'string' ? { type: rule.type, id } : undefined
}

/** The id of the resource that the input of an operation names, if operations of this type work on one. */
export function resourceIdIn(type: string, input: Readonly<Record<string, unknown>>): string | undefined {
  const rule = resourceRules.get(type)
  const id = rule?.from === 'input' ? input[rule.field] : undefined
  return typeof id === 'string' ? id : undefined
}

type TypeRule = { queueTimeoutSeconds: number; reusesSteps?: boolean; resultLocation?: string }

const typeRules: Readonly<Record<string, TypeRule>> = operationTypes

/** The rules for retrying an operation of `type`; undefined for a type that this version does not know. */
export function retryRule(type: string): TypeRule | undefined {
  return typeRules[type]
}

/**
 * The URL of the result of a completed operation: the `resultLocation` of its type in the spec, filled with fields of the result, or the
 * operation itself. Undefined while there is no result.
 */
export function resultLocation(type: string, operation: WireOperation, links: Links): string | undefined {
  const rule = typeRules[type]
  if (!rule || !('result' in operation) || operation.result === undefined) return undefined
  const template = rule.resultLocation
  if (template === undefined) return operation.links.self
  const fields = new Map(Object.entries(operation.result))
  const textOf = (name: string) => {
    const field: unknown = fields.get(name)
    return typeof field === 'string' ? field : ''
  }
  // In a path, a field is a segment; otherwise the template is one field that is a URL.
  if (!template.startsWith('/')) return template.replaceAll(/\{(\w+)\}/g, (_, name) => textOf(name))
  return links.api(template.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(textOf(name))))
}
