import { v7 as uuidv7 } from 'uuid'
import { type OperationType, operationTypes } from '../../generated/operations.ts'
import type { AnyResponse, Caller, Implementation } from '../contract/implementation.ts'
import { type WireOperation, wireOperation } from '../contract/operation.ts'
import { Problem, type ProblemPlace } from '../contract/problem.ts'
import { type Capped, cappedSubmit } from '../database/capped-submissions.ts'
import { SealBroken, unseal } from '../database/sealed.ts'
import type { Submission } from '../database/submissions.ts'
import type { Priority } from '../lifecycle/schedule.ts'
import { isTerminal } from '../lifecycle/states.ts'
import { answerTo, firstAnswer, type SecretOf } from './acceptance.ts'
import type { Backend } from './backend.ts'
import { findOperation } from './expiry.ts'
import { idempotencyOf } from './idempotency.ts'
import { sentence } from './json.ts'
import { hold, preferenceApplied, waitSeconds } from './prefer.ts'
import { storageFull, tooManyOperations } from './quotas.ts'
import { type GivenWebhook, refusedUrl, registered, unsafeUrl } from './webhooks.ts'

/** What every submit may say beside its type's own fields. */
type Common = {
  priority?: Priority
  labels?: Record<string, string>
  startAfter?: string
  webhook?: GivenWebhook
  validateOnly?: boolean
}

type Submit = {
  path: Record<string, string>
  headers: { 'idempotency-key'?: string; prefer?: string }
  body: Common & Record<string, unknown>
  caller: Caller
  address: string
  signal: AbortSignal
}

const furthestStartMs = 30 * 24 * 60 * 60 * 1000

/** The submits of all operation types: what differs between them is in the spec, and in the types' own examination. */
export function submissionEndpoints(backend: Backend): Pick<Implementation, OperationType> {
  const types = Object.keys(operationTypes) as OperationType[]
  const submit = cappedSubmit(backend.db, backend.operationRoom)
  const endpoints = types.map((type) => [
    type,
    async (request: Submit) => untilEnded(backend, await accept(backend, submit, type, request), request),
  ])
  return Object.fromEntries(endpoints) as Pick<Implementation, OperationType>
}

async function accept(
  backend: Backend,
  submit: (submission: Submission) => Promise<Capped>,
  type: OperationType,
  { path, headers, body, caller, address }: Submit,
): Promise<AnyResponse | Problem> {
  const { examiner, retention } = backend
  const rule = operationTypes[type]
  const { ownerId, actor } = caller
  const { priority = rule.priority, labels, startAfter, webhook, validateOnly, ...own } = body
  const input = { ...own, ...path }
  const asked = { method: rule.method, path: rule.path, body: { ...body, ...path } }
  const idempotency = idempotencyOf(headers['idempotency-key'], asked, retention.idempotencySeconds)
  const unsafe = webhook ? await unsafeUrl(backend.webhookUrls, webhook.url, '/webhook/url') : []
  const faults = [...unsafe, ...farStart(startAfter), ...(await examiner.check(type, ownerId, input))]
  if (faults.length > 0) {
    // What was right at the first submit may be wrong by now (an upload goes); a replay answers all the same.
    const first = validateOnly ? undefined : await firstAnswer(backend, ownerId, idempotency, secretOf(backend))
    return first ?? refusal(faults, path, unsafe.length > 0)
  }
  if (validateOnly) {
    return { status: 200, body: { valid: true, estimate: await examiner.estimate(type, ownerId, input) } }
  }
  if (await backend.storageRoom.isFull(ownerId)) {
    const first = await firstAnswer(backend, ownerId, idempotency, secretOf(backend))
    return first ?? storageFull({ left: 0, cap: backend.storageRoom.cap })
  }
  const outcome = await submit({
    operationId: uuidv7(),
    ownerId,
    createdBy: actor,
    createdFrom: address || undefined,
    type,
    input,
    priority,
    maxAttempts: rule.maxAttempts,
    queueTimeoutSeconds: rule.queueTimeoutSeconds,
    ...(labels ? { labels } : {}),
    ...(startAfter === undefined ? {} : { startAfter: new Date(startAfter) }),
    ...(webhook ? { webhook: registered(backend, ownerId, webhook).webhook } : {}),
    ...(idempotency ? { idempotency } : {}),
  })
  if (outcome.kind === 'full') return tooManyOperations(backend.operationRoom.cap)
  return answerTo(backend, outcome, secretOf(backend))
}

/** Whoever submits a webhook is shown its secret, however often the submit is sent; not after its key was lost. */
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

/** With `Prefer: wait`, the operation instead of its acceptance, if it ends in time. */
async function untilEnded(
  backend: Backend,
  answer: AnyResponse | Problem,
  { headers: { prefer }, caller: { ownerId }, signal }: Submit,
): Promise<AnyResponse | Problem> {
  const seconds = waitSeconds(prefer)
  if (seconds === undefined || answer instanceof Problem || answer.status !== 202) return answer
  const { operationId: id, webhook } = answer.body as WireOperation
  const { links, live } = backend
  const applied: AnyResponse['headers'] = { ...answer.headers, ...preferenceApplied(seconds) }
  const row = await hold(live, { until: 'ended', seconds, signal }, async () => {
    const row = await findOperation(backend, ownerId, id)
    if (row instanceof Problem) return row
    const { operationId, lastSequence } = row
    return { operationId, lastSequence, value: row, enough: isTerminal(row.status) }
  })
  if (row instanceof Problem || !isTerminal(row.status)) return { ...answer, headers: applied }
  const { Location, 'Retry-After': _, ...rest } = applied
  const body = wireOperation(row, { links })
  if (body.webhook && webhook?.secret !== undefined) body.webhook.secret = webhook.secret
  return { status: 200, headers: { ...rest, 'Content-Location': Location }, body }
}

/** A fault of the path is a resource that is not there; of everything else, an input to be mended. */
function refusal(faults: ProblemPlace[], path: Submit['path'], unsafe: boolean): Problem {
  const unknown = faults.find(({ pointer }) => pointer !== undefined && Object.hasOwn(path, pointer.slice(1)))
  if (unknown) return new Problem('NOT_FOUND', sentence(unknown))
  if (unsafe) return refusedUrl(faults)
  return new Problem('INVALID_INPUT', sentence(faults[0]), { errors: faults })
}

function farStart(startAfter: string | undefined): ProblemPlace[] {
  if (startAfter === undefined || Date.parse(startAfter) <= Date.now() + furthestStartMs) return []
  return [{ pointer: '/startAfter', message: 'must be at most 30 days ahead' }]
}
