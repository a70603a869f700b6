import type { Log } from './log.ts'
import * as recorded from './recorded.ts'

/** One function per business event. It alone determines the event's name, level and fields, and counts it for the metrics. */

/** The fields that name an attempt. `operationId` is the bare UUID, as in the database. `traceId`: of the attempt's span, or else of the submit. */
export type OperationFacts = { operationId: string; type: string; attempt: number; traceId?: string }

export function operationSubmitted(log: Log, facts: { operationId: string; type: string; ownerId: string }) {
  recorded.operationsSubmitted([facts.type])
  log.info({ event: 'operation.submitted', ...facts }, 'operation submitted')
}

/** `operations`: new ones; they have no entries of their own. */
export function batchSubmitted(
  log: Log,
  facts: { batchId: string; ownerId: string; operations: number; replayed: number; refused: number },
) {
  log.info({ event: 'batch.submitted', ...facts }, 'batch submitted')
}

export function operationClaimed(log: Log, facts: OperationFacts & { workerId: string }) {
  recorded.operationsClaimed([facts.type])
  log.debug({ event: 'operation.claimed', ...facts }, 'operation claimed')
}

export function operationCompleted(log: Log, facts: OperationFacts & { status: string; durationMs: number }) {
  recorded.operationsCompleted([facts.type, facts.status])
  log.info({ event: 'operation.completed', ...facts }, 'operation completed')
}

/** Like the codes of the catalogue. What a handler has composed could be an id. */
const isCode = /^[A-Z][A-Z_]{0,63}$/

/** `cause` is only in the log; callers see the detail of the problem. */
export function operationFailed(log: Log, facts: OperationFacts & { code: string; cause?: unknown }) {
  const { cause, ...rest } = facts
  recorded.operationsFailed([facts.type, isCode.test(facts.code) ? facts.code : 'other'])
  log.warn({ event: 'operation.failed', ...rest, ...(cause === undefined ? {} : { err: cause }) }, 'operation failed')
}

export function attemptFailed(log: Log, facts: OperationFacts & { failures: number; delayMs: number; cause: unknown }) {
  const { cause, ...rest } = facts
  recorded.attemptsFailed([facts.type])
  log.warn({ event: 'attempt.failed', ...rest, err: cause }, 'attempt failed, operation will be retried')
}

/** `cause`: the error that was the reason, if any. */
export function operationReleased(log: Log, facts: OperationFacts & { reason: string; cause?: unknown }) {
  const { cause, ...rest } = facts
  const err = cause === undefined ? {} : { err: cause }
  recorded.attemptsReleased([facts.type])
  log.info({ event: 'operation.released', ...rest, ...err }, 'operation returned to the queue')
}

/** `names`: of the waits. */
export function operationWaits(log: Log, facts: OperationFacts & { names: string[] }) {
  recorded.attemptsWaited([facts.type])
  log.info({ event: 'operation.waits', ...facts }, 'operation waits')
}

export function operationCancelled(log: Log, facts: OperationFacts) {
  recorded.operationsCancelled([facts.type])
  log.info({ event: 'operation.cancelled', ...facts }, 'operation cancelled')
}

/**
 * A write was refused because another worker, a cancel or a deadline had changed the operation first. `write`: the transition, or
 * `startStep`, `finishStep` and `recordCompensation`, or `progress` for progress and log lines.
 */
export function lateWriteRefused(log: Log, facts: OperationFacts & { write: string }) {
  recorded.writesRefused([])
  log.info({ event: 'attempt.refused', ...facts }, 'late write refused')
}

/** The handler did not stop within the grace period. It no longer occupies a slot, and its writes are refused. */
export function handlerAbandoned(log: Log, facts: OperationFacts & { reason: string }) {
  recorded.attemptsAbandoned([facts.type])
  log.error({ event: 'attempt.abandoned', ...facts }, 'handler did not stop after its signal')
}

/** An executor exited while `attempts` ran in it. */
export function executorExited(log: Log, facts: { workerId: string; reason: string; attempts: number }) {
  recorded.executorExits([facts.reason])
  log.warn({ event: 'executor.exited', ...facts }, 'executor exited')
}

/** The executor of an attempt exited; `alone`: no other attempt ran in it. */
export function executorLost(log: Log, facts: OperationFacts & { reason: string; alone: boolean }) {
  log.warn({ event: 'attempt.executor-exited', ...facts }, 'executor of an attempt exited')
}

export function leaseLost(log: Log, facts: { workerId: string; running: number }) {
  recorded.leasesLost([])
  log.warn({ event: 'worker.lease-lost', ...facts }, 'lease lost')
}

/** Workers whose lease expired, logged by the worker that recovers their operations. */
export function workersLost(log: Log, facts: { workerIds: string[] }) {
  recorded.workersRecovered([], facts.workerIds.length)
  log.warn({ event: 'worker.lost', ...facts }, 'workers lost')
}

export function workerStarted(log: Log, facts: { workerId: string; concurrency: number; types: string[] }) {
  log.info({ event: 'worker.started', ...facts }, 'worker started')
}

export function workerStopped(log: Log, facts: { workerId: string; released: number }) {
  log.info({ event: 'worker.stopped', ...facts }, 'worker stopped')
}

/** A part of the worker's own work failed; it is retried. */
export function workerError(log: Log, facts: { workerId: string; doing: string; cause: unknown }) {
  const { cause, ...rest } = facts
  recorded.workerErrors([])
  log.error({ event: 'worker.error', ...rest, err: cause }, 'worker error')
}

/** A schedule was due, and a quota of its owner refused the operation. */
export function scheduleRefused(log: Log, facts: { scheduleId: string; code: string }) {
  recorded.schedulesRefused([])
  log.warn({ event: 'schedule.refused', ...facts }, 'schedule refused')
}

/** An owner deleted an operation before it expired. */
export function operationPurged(
  log: Log,
  facts: { operationId: string; type: string; ownerId: string; files: number },
) {
  log.info({ event: 'operation.purged', ...facts }, 'operation purged')
}

/** A request has completed a wait. `resumed`: the operation is in the queue again. Without the body, which may be personal data. */
export function waitCompleted(
  log: Log,
  facts: { operationId: string; type: string; ownerId: string; wait: string; resumed: boolean },
) {
  log.info({ event: 'wait.completed', ...facts }, 'wait completed')
}

/** The numbers of rows that a round of the sweep deleted, by kind. */
export function retentionSwept(log: Log, counts: Readonly<Record<string, number>>) {
  log.info({ event: 'retention.swept', ...counts }, 'expired rows deleted')
}

/** A part of a sweep failed; the next sweep retries it. */
export function sweepError(log: Log, facts: { doing: string; cause: unknown }) {
  const { cause, ...rest } = facts
  recorded.sweepErrors([])
  log.error({ event: 'retention.error', ...rest, err: cause }, 'sweep failed')
}

/** Receivers of webhooks on other machines cannot follow links that begin with `origin`. */
export function publicUrlMissing(log: Log, facts: { origin: string }) {
  log.warn({ event: 'webhooks.public-url-missing', ...facts }, 'links in webhooks lead to this machine: set PUBLIC_URL')
}

/** Stored bytes could not be deleted; the deletion is retried. `files`: how many failed; `storageKey` names one of them. */
export function discardFailed(log: Log, facts: { storageKey: string; files: number; cause: unknown }) {
  const { cause, ...rest } = facts
  recorded.sweepErrors([])
  log.warn(
    { event: 'retention.discard-failed', ...rest, err: cause },
    'stored bytes could not be deleted, will be retried',
  )
}

export function notificationsError(log: Log, cause: unknown) {
  recorded.notificationErrors([])
  log.warn({ event: 'notifications.error', err: cause }, 'notification connection lost, polling until it is restored')
}

/** `subjects`: those of this installation, for the permissions of the NATS server. */
export function natsConnected(log: Log, facts: { subjects: string }) {
  log.info({ event: 'notifications.nats-connected', ...facts }, 'connected to NATS')
}

/** Rate limits or open streams could not be counted because the database does not respond: requests are admitted, streams refused. */
export function limitsError(log: Log, cause: unknown) {
  recorded.limitErrors([])
  log.warn({ event: 'limits.error', err: cause }, 'limits could not be counted')
}

/** Connections beyond LIMIT_CONNECTIONS or LIMIT_ADDRESS_CONNECTIONS were closed at once, `count` since the last entry. */
export function connectionsRefused(log: Log, facts: { count: number }) {
  recorded.connectionsOverLimit([], facts.count)
  log.warn({ event: 'connections.refused', ...facts }, 'connections over the limit were closed')
}

/** Events could not be delivered to a subscriber, which is dropped. This is a defect of the service. */
export function subscriberError(log: Log, facts: { operationId?: string; ownerId?: string; cause: unknown }) {
  const { cause, ...rest } = facts
  log.error({ event: 'subscriber.error', ...rest, err: cause }, 'subscriber failed')
}

/** Events could not be read for subscribers; the read is retried. */
export function streamingError(log: Log, cause: unknown) {
  log.warn({ event: 'streaming.error', err: cause }, 'events could not be read, will be retried')
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** `route` is the pattern, not the path, which may contain a signature in its query. */
export function requestAnswered(
  log: Log,
  facts: {
    requestId: string
    method: string
    route: string
    status: number
    durationMs: number
    ownerId?: string
    traceId?: string
  },
) {
  const { route, status, durationMs } = facts
  const method = methods.has(facts.method) ? facts.method : 'other'
  recorded.requests([method, route, status])
  recorded.requestSeconds([method, route], durationMs / 1000)
  log.info({ event: 'request.answered', ...facts }, 'request answered')
}

/** A request ended with status 500. Only this entry contains the cause. */
export function requestFailed(log: Log, facts: { requestId: string; method: string; route: string; cause: unknown }) {
  const { cause, ...rest } = facts
  log.error({ event: 'request.failed', ...rest, err: cause }, 'request failed')
}

/** Spans could not be sent to the collector. They are lost, and nothing else is affected. Logged once for each outage. */
export function tracesNotExported(log: Log, facts: { reason: string }) {
  log.warn({ event: 'traces.not-exported', ...facts }, 'spans could not be sent to the collector')
}

/** The collector accepts spans again. `lost`: spans that were not exported meanwhile. */
export function tracesExported(log: Log, facts: { lost: number }) {
  log.info({ event: 'traces.exported', ...facts }, 'spans are sent to the collector again')
}

/** No vendors are configured: deliveries call sample vendors at these addresses, and nothing is really sent or charged. */
export function sampleVendorsStarted(log: Log, facts: { addresses: Record<string, string> }) {
  log.info({ event: 'sample-vendors.started', ...facts }, 'sample vendors started')
}

/** A sample vendor could not serve a call and responded with 503. */
export function sampleVendorError(log: Log, facts: { path: string; cause: unknown }) {
  const { cause, ...rest } = facts
  log.error({ event: 'sample-vendor.error', ...rest, err: cause }, 'sample vendor error')
}

/** One delivery attempt of a webhook. Without the URL, which may contain a token of the receiver. */
export type WebhookFacts = { deliveryId: string; ownerId: string; event: string; attempt: number }

export function webhookSent(log: Log, facts: WebhookFacts & { outcome: string; durationMs: number }) {
  const { event: webhookEvent, ...rest } = facts
  recorded.deliveriesSent([facts.outcome])
  recorded.deliverySeconds([], facts.durationMs / 1000)
  log.info({ event: 'webhook.sent', webhookEvent, ...rest }, 'webhook sent')
}

/** A delivery attempt could not be made, or its outcome could not be stored; it is retried. */
export function webhookError(log: Log, facts: { doing: string; deliveryId?: string; cause: unknown }) {
  const { cause, ...rest } = facts
  recorded.deliveryErrors([])
  log.error({ event: 'webhook.error', ...rest, err: cause }, 'webhook error')
}

/** The embedded PostgreSQL exited; it is restarted. `how`: its signal or exit code; `said`: its last log message. */
export function postgresEnded(log: Log, facts: { pid: number; how?: string; said?: string }) {
  log.warn({ event: 'postgres.ended', ...facts }, 'embedded PostgreSQL exited, restarting it')
}

/** A start failed and is retried. Logged once for each reason until the server runs. */
export function postgresNotStarted(log: Log, facts: { reason: string }) {
  log.warn({ event: 'postgres.not-started', ...facts }, 'embedded PostgreSQL could not be started, will be retried')
}

export function postgresRestarted(log: Log, facts: { pid: number; tries: number; downMs: number }) {
  log.info({ event: 'postgres.restarted', ...facts }, 'embedded PostgreSQL restarted')
}
