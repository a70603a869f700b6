import { type OperationType, operationTypes } from '../../../generated/operations.ts'
import { concurrencyKeyOf } from '../../contract/concurrency-key.ts'
import type { Caller } from '../../contract/implementation.ts'
import { isConfidential, summaryOf } from '../../contract/input.ts'
import { resourceIdIn } from '../../contract/present/operation.ts'
import { Problem, type Violation } from '../../contract/problem.ts'
import type { NewOperation } from '../../database/operations/create.ts'
import { sealInput } from '../../database/operations/sealed-input.ts'
import type { DependencyPolicy } from '../../database/schema/operations.ts'
import { keyedHash } from '../../database/sealed.ts'
import type { Priority } from '../../domain/schedule.ts'
import { newId } from '../../lib/new-id.ts'
import { storageFull } from '../../quotas/stored-bytes.ts'
import { tooManyTargets } from '../../quotas/webhook-targets.ts'
import type { Backend } from '../backend.ts'
import { idempotencyOf } from '../response/accepted.ts'
import { sentence } from './body.ts'
import { checkDependencies, uuidsOf } from './dependencies.ts'
import { type GivenWebhook, refusedUrl, registered, unsafeUrl } from './webhook.ts'

/** The fields of every submit besides its type's own. */
export type CommonFields = {
  priority?: Priority
  labels?: Record<string, string>
  startAfter?: string
  dependsOn?: string[]
  dependencyPolicy?: DependencyPolicy
  concurrencyKey?: string
  webhook?: GivenWebhook
  validateOnly?: boolean
}

/** A request to submit an operation, which the schema of its type has accepted. */
export type SubmissionRequest = {
  type: OperationType
  path: Readonly<Record<string, string>>
  body: Readonly<CommonFields & Record<string, unknown>>
  /** The idempotency key. */
  key?: string | undefined
  caller: Pick<Caller, 'ownerId' | 'actor'>
  address: string
}

export type Submission = ReturnType<typeof submissionOf>

/** The parts of a submit. Throws `INVALID_REQUEST` if its idempotency key is malformed. */
export function submissionOf(
  { retention, sealingKeys }: Backend,
  { type, path, body, key, caller, address }: SubmissionRequest,
) {
  const { ownerId, actor } = caller
  const { priority, labels, startAfter, dependsOn, dependencyPolicy, concurrencyKey, webhook, validateOnly, ...own } =
    body
  const { method, path: template } = operationTypes[type]
  const confidential = isConfidential(type)
  const hashOf = confidential ? (text: string) => keyedHash(sealingKeys, text, ownerId) : undefined
  const request = { method, path: template, body: { ...body, ...path } }
  const idempotency = idempotencyOf(key, request, retention.idempotencySeconds, hashOf)
  const input: Record<string, unknown> = { ...own, ...path }
  const concurrency = concurrencyKeyOf(type, input, { submitted: concurrencyKey, hashOf })
  const common = { priority, labels, startAfter, dependsOn, dependencyPolicy, concurrency, webhook }
  return { type, ownerId, actor, address, path, input, confidential, idempotency, ...common }
}

const maxStartAheadMs = 30 * 24 * 60 * 60 * 1000

/**
 * The problem of an input that violates a rule beyond the schema. A violation of the path is a 404, any other a 422. `created`: ids of operations
 * that the same request creates, on which this one may depend.
 */
export async function inputProblem(
  backend: Backend,
  submission: Submission,
  created: ReadonlySet<string> = new Set(),
): Promise<Problem | undefined> {
  const { type, ownerId, path, input, startAfter, webhook } = submission
  const unsafe = webhook ? await unsafeUrl(backend.webhookUrls, webhook.url, '/webhook/url') : []
  const dependencies = await checkDependencies(backend.db, ownerId, submission, created)
  // An order that does not exist may be one that a dependency imports, and the caller has named the wrong dependency.
  const checked =
    dependencies.violations.length > 0
      ? dependencies.violations
      : await backend.inputChecks.check(type, { ownerId, waits: dependencies.waits }, input)
  const violations = [...unsafe, ...tooFarAhead(startAfter), ...checked]
  if (violations.length === 0) return undefined
  const ofPath = violations.find(({ pointer }) => pointer !== undefined && Object.hasOwn(path, pointer.slice(1)))
  if (ofPath) return new Problem('NOT_FOUND', sentence(ofPath))
  if (unsafe.length > 0) return refusedUrl(violations)
  return new Problem('INVALID_INPUT', sentence(violations[0]), { errors: violations })
}

function tooFarAhead(startAfter: string | undefined): Violation[] {
  if (startAfter === undefined || Date.parse(startAfter) <= Date.now() + maxStartAheadMs) return []
  return [{ pointer: '/startAfter', message: 'must be at most 30 days ahead' }]
}

/** The problem of an owner that may store nothing more, or may not send to the target of this webhook. */
export async function quotaProblem(
  { storageQuota, targetQuota }: Pick<Backend, 'storageQuota' | 'targetQuota'>,
  { ownerId, webhook }: Pick<Submission, 'ownerId'> & { webhook?: { url: string } | undefined },
): Promise<Problem<'STORAGE_FULL' | 'TOO_MANY_WEBHOOK_TARGETS'> | undefined> {
  const full = await storageQuota.full(ownerId)
  if (full) return storageFull(full)
  if (webhook && !(await targetQuota.admits(ownerId, webhook.url))) return tooManyTargets(targetQuota.cap)
  return undefined
}

/** The operation as it is inserted, encrypted if its type is confidential. */
export function newOperation(
  backend: Backend,
  submission: Submission,
  { operationId = newId(), traceContext }: Pick<Partial<NewOperation>, 'operationId' | 'traceContext'> = {},
): NewOperation {
  const { type, ownerId, actor, address, input, confidential, idempotency } = submission
  const rule = operationTypes[type]
  const { priority = rule.priority, labels, startAfter, dependsOn, dependencyPolicy, concurrency, webhook } = submission
  return {
    operationId,
    ownerId,
    createdBy: actor,
    createdFrom: address || undefined,
    type,
    input: confidential ? sealInput(backend.sealingKeys, input, ownerId) : input,
    summary: summaryOf(type, input) ?? null,
    resourceId: resourceIdIn(type, input) ?? null,
    priority,
    maxAttempts: rule.maxAttempts,
    queueTimeoutSeconds: rule.queueTimeoutSeconds,
    ...(labels ? { labels } : {}),
    ...concurrency,
    ...(startAfter === undefined ? {} : { startAfter: new Date(startAfter) }),
    ...(dependsOn ? { dependsOn: uuidsOf(dependsOn), dependencyPolicy } : {}),
    ...(webhook
      ? { webhook: registered(backend, ownerId, { ...webhook, url: new URL(webhook.url).href }).webhook }
      : {}),
    ...(idempotency ? { idempotency } : {}),
    ...(traceContext === undefined ? {} : { traceContext }),
  }
}
