import { v7 as uuidv7 } from 'uuid'
import { type OperationType, operationTypes } from '../../../generated/operations.ts'
import type { AnyResponse, Caller, Implementation } from '../../contract/implementation.ts'
import { isConfidential, summaryOf } from '../../contract/input.ts'
import { resourceIdIn, type WireOperation, wireOperation } from '../../contract/present/operation.ts'
import { Problem, type Violation } from '../../contract/problem.ts'
import type { CreateWithinQuotaOutcome, NewOperation } from '../../database/operations/create.ts'
import { sealInput } from '../../database/operations/sealed-input.ts'
import { keyedHash, SealBroken, unseal } from '../../database/sealed.ts'
import type { Priority } from '../../domain/schedule.ts'
import { isTerminal } from '../../domain/state-machine.ts'
import { createWithinQuota, tooManyOperations } from '../../quotas/operations.ts'
import { storageFull } from '../../quotas/stored-bytes.ts'
import { tooManyTargets } from '../../quotas/webhook-targets.ts'
import type { Backend } from '../backend.ts'
import { sentence } from '../request/body.ts'
import { hold, preferenceApplied } from '../request/prefer.ts'
import { type GivenWebhook, refusedUrl, registered, unsafeUrl } from '../request/webhook.ts'
import { acceptedResponse, firstResponse, idempotencyOf, type SecretOf } from '../response/accepted.ts'
import { findOperation } from '../response/expiry.ts'

/** The fields of every submit besides its type's own. */
type CommonFields = {
  priority?: Priority
  labels?: Record<string, string>
  startAfter?: string
  webhook?: GivenWebhook
  validateOnly?: boolean
}

type Submit = {
  path: Record<string, string>
  headers: { 'idempotency-key'?: string; prefer?: string }
  body: CommonFields & Record<string, unknown>
  caller: Caller
  address: string
  signal: AbortSignal
}

const maxStartAheadMs = 30 * 24 * 60 * 60 * 1000

/** The submits of all operation types. They differ by the spec, and by the input checks of each type. */
export function submissionEndpoints(backend: Backend): Pick<Implementation, OperationType> {
  const types = Object.keys(operationTypes) as OperationType[]
  const create = createWithinQuota(backend.db, backend.operationQuota)
  const endpoints = types.map((type) => [
    type,
    async (request: Submit) => untilEnded(backend, await submit(backend, create, type, request), request),
  ])
  return Object.fromEntries(endpoints) as Pick<Implementation, OperationType>
}

async function submit(
  backend: Backend,
  create: (submission: NewOperation) => Promise<CreateWithinQuotaOutcome>,
  type: OperationType,
  { path, headers, body, caller, address }: Submit,
): Promise<AnyResponse | Problem> {
  const { inputChecks, retention, sealingKeys } = backend
  const rule = operationTypes[type]
  const { ownerId, actor } = caller
  const { priority = rule.priority, labels, startAfter, webhook, validateOnly, ...own } = body
  const input = { ...own, ...path }
  const request = { method: rule.method, path: rule.path, body: { ...body, ...path } }
  const confidential = isConfidential(type)
  const hashOf = confidential ? (text: string) => keyedHash(sealingKeys, text, ownerId) : undefined
  const idempotency = idempotencyOf(headers['idempotency-key'], request, retention.idempotencySeconds, hashOf)
  const firstOr = async (refusal: Problem) =>
    (await firstResponse(backend, ownerId, idempotency, secretOf(backend))) ?? refusal

  const unsafe = webhook ? await unsafeUrl(backend.webhookUrls, webhook.url, '/webhook/url') : []
  const violations = [...unsafe, ...tooFarAhead(startAfter), ...(await inputChecks.check(type, ownerId, input))]
  if (violations.length > 0) {
    // What was valid at the first submit may be invalid now (an upload expires), but a replay is answered.
    const refusal = violationProblem(violations, path, unsafe.length > 0)
    return validateOnly ? refusal : firstOr(refusal)
  }
  if (validateOnly) {
    const release = await backend.gate.connection(ownerId)
    const estimate = await inputChecks.estimate(type, ownerId, input).finally(release)
    return { status: 200, body: { valid: true, estimate } }
  }
  const full = await backend.storageQuota.full(ownerId)
  if (full) return firstOr(storageFull(full))
  if (webhook && !(await backend.targetQuota.admits(ownerId, webhook.url))) {
    return firstOr(tooManyTargets(backend.targetQuota.cap))
  }
  const outcome = await create({
    operationId: uuidv7(),
    ownerId,
    createdBy: actor,
    createdFrom: address || undefined,
    type,
    input: confidential ? sealInput(sealingKeys, input, ownerId) : input,
    summary: summaryOf(type, input) ?? null,
    resourceId: resourceIdIn(type, input) ?? null,
    priority,
    maxAttempts: rule.maxAttempts,
    queueTimeoutSeconds: rule.queueTimeoutSeconds,
    ...(labels ? { labels } : {}),
    ...(startAfter === undefined ? {} : { startAfter: new Date(startAfter) }),
    ...(webhook
      ? { webhook: registered(backend, ownerId, { ...webhook, url: new URL(webhook.url).href }).webhook }
      : {}),
    ...(idempotency ? { idempotency } : {}),
  })
  if (outcome.kind === 'full') return tooManyOperations(backend.operationQuota.cap)
  return acceptedResponse(backend, outcome, secretOf(backend))
}

/** The caller who submits a webhook gets its secret, in every replay too; not after the sealing key was lost. */
function secretOf({ sealingKeys }: Backend): SecretOf {
  return ({ webhook, ownerId }) => {
    try {
      return webhook ? unseal(sealingKeys, webhook.secret, ownerId) : undefined
    } catch (error) {
      if (error instanceof SealBroken) return undefined
      throw error
    }
  }
}

/** With `Prefer: wait`, the operation instead of the 202, if it ends in time. */
async function untilEnded(
  backend: Backend,
  response: AnyResponse | Problem,
  { headers: { prefer }, caller: { ownerId }, signal }: Submit,
): Promise<AnyResponse | Problem> {
  if (response instanceof Problem || response.status !== 202) return response
  using held = backend.heldRequests.enter(ownerId, prefer)
  if (!held) return response
  const { seconds } = held
  const { operationId: id, webhook } = response.body as WireOperation
  const { links, operationFeed } = backend
  const headers: AnyResponse['headers'] = { ...response.headers, ...preferenceApplied(seconds) }
  const row = await hold(operationFeed, { until: 'ended', seconds, signal }, async () => {
    const row = await findOperation(backend, ownerId, id)
    if (row instanceof Problem) return row
    const { operationId, lastSequence } = row
    return { ownerId, operationId, lastSequence, value: row, enough: isTerminal(row.status) }
  })
  if (row instanceof Problem || !isTerminal(row.status)) return { ...response, headers }
  const { Location, 'Retry-After': _, ...rest } = headers
  const body = wireOperation(row, { links })
  if (body.webhook && webhook?.secret !== undefined) body.webhook.secret = webhook.secret
  return { status: 200, headers: { ...rest, 'Content-Location': Location }, body }
}

/** A violation of the path is a 404, any other a 422. */
function violationProblem(violations: Violation[], path: Submit['path'], unsafe: boolean): Problem {
  const ofPath = violations.find(({ pointer }) => pointer !== undefined && Object.hasOwn(path, pointer.slice(1)))
  if (ofPath) return new Problem('NOT_FOUND', sentence(ofPath))
  if (unsafe) return refusedUrl(violations)
  return new Problem('INVALID_INPUT', sentence(violations[0]), { errors: violations })
}

function tooFarAhead(startAfter: string | undefined): Violation[] {
  if (startAfter === undefined || Date.parse(startAfter) <= Date.now() + maxStartAheadMs) return []
  return [{ pointer: '/startAfter', message: 'must be at most 30 days ahead' }]
}
