import type { Log } from './log.ts'

/** One function per business event: its name, its level and its fields are decided here, once. */

/** What an entry says of an operation. `operationId` is the bare UUID, as it stands in the database. */
export type OperationFacts = { operationId: string; type: string; attempt: number }

export function operationSubmitted(log: Log, facts: { operationId: string; type: string; ownerId: string }) {
  log.info({ event: 'operation.submitted', ...facts }, 'operation submitted')
}

export function operationClaimed(log: Log, facts: OperationFacts & { workerId: string }) {
  log.debug({ event: 'operation.claimed', ...facts }, 'operation claimed')
}

export function operationCompleted(log: Log, facts: OperationFacts & { status: string; durationMs: number }) {
  log.info({ event: 'operation.completed', ...facts }, 'operation completed')
}

/** `cause` is for the log alone: callers see the problem's detail. */
export function operationFailed(log: Log, facts: OperationFacts & { code: string; cause?: unknown }) {
  const { cause, ...rest } = facts
  log.warn({ event: 'operation.failed', ...rest, ...(cause === undefined ? {} : { err: cause }) }, 'operation failed')
}

export function attemptFailed(log: Log, facts: OperationFacts & { failures: number; delayMs: number; cause: unknown }) {
  const { cause, ...rest } = facts
  log.warn({ event: 'attempt.failed', ...rest, err: cause }, 'attempt failed, the operation runs again')
}

/** `cause`: where an error was the reason. */
export function operationReleased(log: Log, facts: OperationFacts & { reason: string; cause?: unknown }) {
  const { cause, ...rest } = facts
  const err = cause === undefined ? {} : { err: cause }
  log.info({ event: 'operation.released', ...rest, ...err }, 'operation released, it runs again')
}

export function operationCancelled(log: Log, facts: OperationFacts) {
  log.info({ event: 'operation.cancelled', ...facts }, 'operation cancelled')
}

/**
 * An attempt's write was refused: another worker, a cancel or a deadline had moved the operation. `step`: the step of the operation, or
 * `begin`, `keep` and `settle` of a step of its handler, or `tell` for progress and log lines.
 */
export function lateWriteRefused(log: Log, facts: OperationFacts & { step: string }) {
  log.info({ event: 'attempt.refused', ...facts }, 'late write refused')
}

/** The handler did not yield after its signal; it holds no slot any more, and nothing that it writes counts. */
export function handlerAbandoned(log: Log, facts: OperationFacts & { reason: string }) {
  log.error({ event: 'attempt.abandoned', ...facts }, 'handler ignored its signal')
}

/** A process that runs handlers has ended; `attempts` ran in it. */
export function executorEnded(log: Log, facts: { workerId: string; why: string; attempts: number }) {
  log.warn({ event: 'executor.ended', ...facts }, 'executor ended')
}

/** The process that an attempt ran in has ended; `alone`: nothing else ran there. */
export function executorLost(log: Log, facts: OperationFacts & { reason: string; alone: boolean }) {
  log.warn({ event: 'executor.lost', ...facts }, 'process of an attempt ended')
}

export function leaseLost(log: Log, facts: { workerId: string; running: number }) {
  log.warn({ event: 'worker.lease-lost', ...facts }, 'lease lost')
}

/** Seen by whoever swept: workers that stopped without a word. */
export function workersLost(log: Log, facts: { workerIds: string[] }) {
  log.warn({ event: 'worker.lost', ...facts }, 'workers lost')
}

export function workerStarted(log: Log, facts: { workerId: string; concurrency: number; types: string[] }) {
  log.info({ event: 'worker.started', ...facts }, 'worker started')
}

export function workerStopped(log: Log, facts: { workerId: string; released: number }) {
  log.info({ event: 'worker.stopped', ...facts }, 'worker stopped')
}

/** A round of the worker's own work failed; it is tried again. */
export function workerTroubled(log: Log, facts: { workerId: string; doing: string; cause: unknown }) {
  const { cause, ...rest } = facts
  log.error({ event: 'worker.trouble', ...rest, err: cause }, 'worker in trouble')
}

/** An owner had an operation removed before its time. */
export function operationPurged(
  log: Log,
  facts: { operationId: string; type: string; ownerId: string; files: number },
) {
  log.info({ event: 'operation.purged', ...facts }, 'operation purged')
}

/** What a round of the sweep removed, by kind. */
export function retentionSwept(log: Log, counts: Readonly<Record<string, number>>) {
  log.info({ event: 'retention.swept', ...counts }, 'what was over its time is gone')
}

/** A part of a sweep failed; it is due again at the next. */
export function sweepTroubled(log: Log, facts: { doing: string; cause: unknown }) {
  const { cause, ...rest } = facts
  log.error({ event: 'retention.trouble', ...rest, err: cause }, 'sweep in trouble')
}

/** Stored bytes could not be deleted; they are tried again. `files` failed alike, of which one is named. */
export function discardFailed(log: Log, facts: { storageKey: string; files: number; cause: unknown }) {
  const { cause, ...rest } = facts
  log.warn({ event: 'retention.discard-failed', ...rest, err: cause }, 'stored bytes not deleted yet')
}

export function hintsTroubled(log: Log, cause: unknown) {
  log.warn({ event: 'hints.trouble', err: cause }, 'connection for hints lost, polling meanwhile')
}

/** Requests are let through uncounted, or streams refused, because the database does not answer. */
export function limitsTroubled(log: Log, cause: unknown) {
  log.warn({ event: 'limits.trouble', err: cause }, 'limits could not be counted')
}

/** Events could not be handed to one who follows, who is dropped: a fault of the service. */
export function followerFailed(log: Log, facts: { operationId?: string; ownerId?: string; cause: unknown }) {
  const { cause, ...rest } = facts
  log.error({ event: 'following.failed', ...rest, err: cause }, 'follower failed')
}

/** Events could not be read for those who follow; they are tried again. */
export function followingTroubled(log: Log, cause: unknown) {
  log.warn({ event: 'following.trouble', err: cause }, 'events could not be read, followers wait')
}

/** `route` is the pattern, never the path: a path may carry a signature in its query. */
export function requestAnswered(
  log: Log,
  facts: { requestId: string; method: string; route: string; status: number; durationMs: number; ownerId?: string },
) {
  log.info({ event: 'request.answered', ...facts }, 'request answered')
}

/** A request that ended in a 500: the cause is logged here and nowhere else. */
export function requestFailed(log: Log, facts: { requestId: string; method: string; route: string; cause: unknown }) {
  const { cause, ...rest } = facts
  log.error({ event: 'request.failed', ...rest, err: cause }, 'request failed')
}

/** No vendors are configured: deliveries go to samples at these addresses, and nothing is really sent or charged. */
export function sampleVendorsStarted(log: Log, facts: { addresses: Record<string, string> }) {
  log.info({ event: 'sample-vendors.started', ...facts }, 'sample vendors started')
}

/** A sample vendor could not serve a call, and answered 503. */
export function sampleVendorTroubled(log: Log, facts: { path: string; cause: unknown }) {
  const { cause, ...rest } = facts
  log.error({ event: 'sample-vendor.trouble', ...rest, err: cause }, 'sample vendor in trouble')
}

/** One attempt at a webhook. Never with its URL, which may carry a token of the receiver's. */
export type WebhookFacts = { deliveryId: string; ownerId: string; event: string; attempt: number }

export function webhookSent(log: Log, facts: WebhookFacts & { outcome: string; durationMs: number }) {
  const { event: told, ...rest } = facts
  log.info({ event: 'webhook.sent', told, ...rest }, 'webhook sent')
}

/** An attempt could not be made or its outcome not be stored; it is made again. */
export function webhookTroubled(log: Log, facts: { doing: string; deliveryId?: string; cause: unknown }) {
  const { cause, ...rest } = facts
  log.error({ event: 'webhook.trouble', ...rest, err: cause }, 'webhooks in trouble')
}
