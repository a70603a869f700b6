import { type OperationType, operationTypes } from '../../../generated/operations.ts'
import type { AnyResponse, Caller, Implementation } from '../../contract/implementation.ts'
import { type WireOperation, wireOperation } from '../../contract/present/operation.ts'
import { Problem } from '../../contract/problem.ts'
import type { CreateWithinQuotaOutcome, NewOperation } from '../../database/operations/create.ts'
import { unsealed } from '../../database/sealed.ts'
import { isTerminal } from '../../domain/state-machine.ts'
import type { Send, SendFacts } from '../../domain/trace-context.ts'
import { createWithinQuota, tooManyOperations } from '../../quotas/operations.ts'
import type { Backend } from '../backend.ts'
import { tracedSend } from '../policy/traced.ts'
import { hold, preferenceApplied } from '../request/prefer.ts'
import { type CommonFields, inputProblem, newOperation, quotaProblem, submissionOf } from '../request/submission.ts'
import { acceptedResponse, firstResponse, type SecretOf } from '../response/accepted.ts'
import { findOperation } from '../response/expiry.ts'

type Submit = {
  path: Record<string, string>
  headers: { 'idempotency-key'?: string; prefer?: string }
  body: CommonFields & Record<string, unknown>
  caller: Caller
  address: string
  signal: AbortSignal
  startSend(facts: SendFacts): Send
}

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
  { path, headers, body, caller, address, startSend }: Submit,
): Promise<AnyResponse | Problem> {
  const { ownerId } = caller
  const submission = submissionOf(backend, { type, path, body, key: headers['idempotency-key'], caller, address })
  const firstOr = async (refusal: Problem) =>
    (await firstResponse(backend, ownerId, submission.idempotency, secretOf(backend))) ?? refusal
  const invalid = await inputProblem(backend, submission)
  // What was valid at the first submit may be invalid now (an upload expires), but a replay is answered.
  if (invalid) return body.validateOnly ? invalid : firstOr(invalid)
  if (body.validateOnly) {
    const release = await backend.gate.connection(ownerId)
    const estimate = await backend.inputChecks.estimate(type, ownerId, submission.input).finally(release)
    return { status: 200, body: { valid: true, estimate } }
  }
  const overQuota = await quotaProblem(backend, submission)
  if (overQuota) return firstOr(overQuota)
  const outcome = await tracedSend(startSend, { type }, (traceContext) =>
    create(newOperation(backend, submission, { traceContext })),
  )
  if (outcome.kind === 'full') return tooManyOperations(backend.operationQuota.cap)
  return acceptedResponse(backend, outcome, secretOf(backend))
}

/** The caller who submits a webhook gets its secret, in every replay too; not after the sealing key was lost. */
export function secretOf({ sealingKeys }: Pick<Backend, 'sealingKeys'>): SecretOf {
  return ({ webhook, ownerId }) => (webhook ? unsealed(sealingKeys, webhook.secret, ownerId) : undefined)
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
  const { Location, 'Operation-Location': _, 'Retry-After': __, ...rest } = headers
  const body = wireOperation(row, { links })
  if (body.webhook && webhook?.secret !== undefined) body.webhook.secret = webhook.secret
  return { status: 200, headers: { ...rest, 'Content-Location': Location }, body }
}
