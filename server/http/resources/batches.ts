import { weakTag } from '../../contract/entity-tag.ts'
import { formatId, parseId } from '../../contract/ids.ts'
import type { Implementation, RequestOf } from '../../contract/implementation.ts'
import { isConfidential } from '../../contract/input.ts'
import { batchLinks, batchPollInterval, wireBatch, wireBatchWebhook } from '../../contract/present/batch.ts'
import { Problem } from '../../contract/problem.ts'
import type { BatchOptions } from '../../database/batches/create.ts'
import { findResults } from '../../database/batches/read.ts'
import type { ItemOutcome, NewBatch } from '../../database/batches/types.ts'
import type { NewOperation } from '../../database/operations/create.ts'
import { findByKey, type Idempotency, type KnownKey } from '../../database/operations/idempotency.ts'
import { findMany } from '../../database/operations/read.ts'
import type { BatchWebhook } from '../../database/schema/batches.ts'
import { keyedHash, unsealed } from '../../database/sealed.ts'
import { newId } from '../../lib/new-id.ts'
import { tooManyBatches } from '../../quotas/batches.ts'
import { createBatchWithinQuota } from '../../quotas/operations.ts'
import { tooManyTargets } from '../../quotas/webhook-targets.ts'
import { batchSubmitted } from '../../telemetry/events.ts'
import { operationsSubmitted } from '../../telemetry/recorded.ts'
import type { Backend } from '../backend.ts'
import { inTurns } from '../policy/slices.ts'
import { traced } from '../policy/traced.ts'
import { batchOperations } from '../request/batch-items.ts'
import { privately } from '../request/paging.ts'
import { preferenceApplied, prefersMinimal } from '../request/prefer.ts'
import { refusedUrl, registered, unsafeUrl } from '../request/webhook.ts'
import { idempotencyOf, startsSoon } from '../response/accepted.ts'
import {
  type Result,
  refusedBatch,
  replayedResult,
  resultOf,
  type Showing,
  storedResult,
  type WireResult,
  wireResult,
} from '../response/batch-results.ts'
import { matches } from '../response/representation.ts'
import { secretOf } from './submit.ts'

type Endpoints = Pick<Implementation, 'batchCreateOperations' | 'getBatch'>
type Create = RequestOf<'batchCreateOperations'>

/** Submits of many operations at once, and their state together. */
export function batchEndpoints(backend: Backend): Endpoints {
  const { db, links, gate } = backend

  /** Runs statements with one of the connections that the owner may use. */
  async function connected<T>(ownerId: string, work: () => Promise<T>): Promise<T> {
    const release = await gate.connection(ownerId)
    return work().finally(release)
  }

  async function insertNew(request: Create, batch: NewBatch, admitted: { admitted: number; refusal?: Problem }) {
    const { operations: items, allOrNothing = false } = request.body
    const { batchId, traceContext, idempotency } = batch
    const prepared = await batchOperations(backend, { ...request, ...admitted, items, batchId, traceContext })
    if (allOrNothing && prepared.some((one) => one instanceof Problem)) return refusedBatch(prepared)
    const { operations, resultsOf, options } = insertion(backend, prepared, allOrNothing)
    const outcome = await connected(batch.ownerId, () =>
      createBatchWithinQuota(db, backend.operationQuota, { batch, items: operations, options }),
    )
    if (outcome.kind === 'known') return replay(backend, request, outcome.known, { idempotency })
    const results = resultsOf(outcome.outcomes)
    if (outcome.kind === 'refused') return refusedBatch(results)
    return created(backend, request, batch, results)
  }

  return {
    async batchCreateOperations(request) {
      const { body, caller } = request
      const { ownerId } = caller
      const idempotency = keyOf(backend, request)
      const known = idempotency && (await connected(ownerId, () => findByKey(db, { ownerId, key: idempotency.key })))
      if (known) {
        // Each operation is read and shown, like by a replay of its own submit.
        const count = (operations: number) => request.countMore(Math.max(0, operations - 1), { allOrNothing: true })
        return replay(backend, request, known, { idempotency, count })
      }
      const { operations: items, allOrNothing = false, webhook } = body
      const counted = await request.countMore(items.length - 1, { allOrNothing })
      const unsafe = webhook ? await unsafeUrl(backend.webhookUrls, webhook.url, '/webhook/url') : []
      if (unsafe.length > 0) return refusedUrl(unsafe)
      if (webhook && !(await backend.targetQuota.admits(ownerId, webhook.url)))
        return tooManyTargets(backend.targetQuota.cap)
      if (!(await backend.batchQuota.admits(ownerId))) return tooManyBatches(backend.batchQuota.cap)
      const admitted = { ...counted, admitted: counted.admitted + 1 }
      return traced(
        request.startSend({ count: items.length }),
        (traceContext) => insertNew(request, { ...newBatch(backend, request, idempotency), traceContext }, admitted),
        (response) => (response instanceof Problem ? { code: response.code } : { batchId: response.body.batchId }),
      )
    },

    async getBatch({ path, headers, caller: { ownerId }, signal }) {
      using held = backend.heldRequests.enter(ownerId, headers.prefer)
      const ifNoneMatch = headers['if-none-match']
      const batchId = parseId('batch', path.batchId)
      const row = batchId
        ? await backend.batchFeed.read(
            { ownerId, batchId },
            {
              seconds: held?.seconds,
              signal,
              enough: (row) =>
                row.endedAt !== null ||
                (ifNoneMatch !== undefined && !matches(ifNoneMatch, weakTag(wireBatch(row, links)))),
            },
          )
        : undefined
      if (!row || (row.endedAt && row.expiresAt.getTime() <= Date.now())) return unknownBatch()
      const body = wireBatch(row, links)
      const etag = weakTag(body)
      const poll = batchPollInterval(row)
      const retryAfter = poll ? { 'Retry-After': poll.recommended } : {}
      const sent = { ETag: etag, 'Cache-Control': privately, ...preferenceApplied(held?.seconds), ...retryAfter }
      return matches(ifNoneMatch, etag) ? { status: 304, headers: sent } : { status: 200, headers: sent, body }
    },
  }
}

/** The batch's idempotency key. Its fingerprint does not reveal what is confidential. */
function keyOf({ retention, sealingKeys }: Backend, { headers, body, caller }: Create): Idempotency | undefined {
  const request = { method: 'POST', path: '/operations:batchCreate', body }
  const confidential = body.operations.some(({ type }) => isConfidential(type))
  const hashOf = confidential ? (text: string) => keyedHash(sealingKeys, text, caller.ownerId) : undefined
  return idempotencyOf(headers['idempotency-key'], request, retention.idempotencySeconds, hashOf)
}

function newBatch(backend: Backend, { body, caller, address }: Create, idempotency: Idempotency | undefined): NewBatch {
  const { ownerId, actor } = caller
  return {
    batchId: newId(),
    ownerId,
    createdBy: actor,
    createdFrom: address || undefined,
    webhook: body.webhook && batchWebhook(backend, ownerId, body.webhook),
    idempotency,
    keptSeconds: backend.retention.idempotencySeconds,
  }
}

function batchWebhook(backend: Backend, ownerId: string, given: NonNullable<Create['body']['webhook']>): BatchWebhook {
  const { events: _, ...webhook } = registered(backend, ownerId, { ...given, url: new URL(given.url).href }).webhook
  return webhook
}

/** What is inserted, and how its outcomes and the problems found before become the results of all items. */
function insertion(backend: Backend, prepared: readonly (NewOperation | Problem)[], allOrNothing: boolean) {
  const operations = prepared.flatMap((one) => (one instanceof Problem ? [] : one))
  const known = new WeakMap<readonly ItemOutcome[], Result[]>()
  const resultsOf = (outcomes: readonly ItemOutcome[]): Result[] => {
    const found = known.get(outcomes) ?? newResults(outcomes)
    known.set(outcomes, found)
    return found
  }
  const newResults = (outcomes: readonly ItemOutcome[]): Result[] => {
    const left = outcomes.values()
    return prepared.map((one) => {
      if (one instanceof Problem) return one
      const { value } = left.next()
      if (!value) throw new Error('an item of a batch has no outcome')
      return resultOf(value, backend)
    })
  }
  const options: BatchOptions = {
    accepts: (outcomes) => !allOrNothing || !resultsOf(outcomes).some((one) => one instanceof Problem),
    summary(outcomes) {
      const results = resultsOf(outcomes)
      const refused = results.filter((one) => one instanceof Problem).length
      return { results: results.map((one) => storedResult(one, backend.links)), refused }
    },
  }
  return { operations, resultsOf, options }
}

/** The response to a batch that was inserted. Notifies the workers. */
async function created(backend: Backend, request: Create, batch: NewBatch, results: readonly Result[]) {
  const { log, notifications } = backend
  const { batchId, ownerId } = batch
  const fresh = results.flatMap((one) => ('kind' in one && one.kind === 'created' ? one.operation : []))
  for (const { type } of fresh) operationsSubmitted([type])
  for (const [type, own] of Map.groupBy(fresh, ({ type }) => type)) {
    notifications.wake(type, ...own.map(({ operationId }) => operationId))
  }
  const due = fresh.find(({ dependsOn, startAfter }) => dependsOn || startsSoon(startAfter))
  if (due) notifications.notify('due', due.operationId)
  // Wakes what sends webhooks.
  if (fresh.length === 0) notifications.notify('moved', batchId)
  const showing = showingOf(backend, request)
  const wire = await inSlices(backend, ownerId, results, (one) => wireResult(one, showing))
  const body = bodyOf(backend, batch, wire)
  const { replayed, refused } = body
  batchSubmitted(log, { batchId, ownerId, operations: fresh.length, replayed, refused })
  return { status: 200 as const, headers: returnApplied(showing), body }
}

function showingOf(backend: Backend, { headers }: Create): Showing {
  return { links: backend.links, secretOf: secretOf(backend), minimal: prefersMinimal(headers.prefer) }
}

const returnApplied = ({ minimal }: Showing) => (minimal ? { 'Preference-Applied': 'return=minimal' as const } : {})

type Replay = { idempotency: Idempotency | undefined; count?: (operations: number) => Promise<unknown> }

/** The response to the first request with this key, if it was the same request. `count`: counts its operations, or throws. */
async function replay(backend: Backend, request: Create, known: KnownKey, { idempotency, count }: Replay) {
  const { ownerId } = request.caller
  const { db } = backend
  const isSame = idempotency !== undefined && known.fingerprint.equals(idempotency.fingerprint)
  const batch = isSame ? await findResults(db, { ownerId, batchId: known.operationId }) : undefined
  if (!batch?.results) {
    return new Problem('IDEMPOTENCY_MISMATCH', 'This Idempotency-Key was used for another request. Use a new key.', {
      errors: [{ parameter: 'Idempotency-Key', message: 'was used for another request; use a new one' }],
    })
  }
  const operationIds = batch.results.flatMap((one) => ('operationId' in one ? one.operationId : []))
  await count?.(operationIds.length)
  const rows = new Map((await findMany(db, { ownerId, operationIds })).map((row) => [row.operationId, row]))
  const showing = showingOf(backend, request)
  const wire = await inSlices(backend, ownerId, batch.results, (one) => replayedResult(one, rows, showing))
  const headers = { 'Idempotency-Replayed': 'true' as const, ...returnApplied(showing) }
  return { status: 200 as const, headers, body: bodyOf(backend, batch, wire, batch) }
}

/** Other owners are served meanwhile. */
async function inSlices<From, To>(
  { gate }: Pick<Backend, 'gate'>,
  ownerId: string,
  all: readonly From[],
  convert: (one: From) => To,
): Promise<To[]> {
  const converted: To[] = []
  const turn = inTurns(gate, ownerId)
  for (const one of all) {
    const waiting = turn()
    if (waiting) await waiting
    converted.push(convert(one))
  }
  return converted
}

type Shown = { batchId: string; ownerId: string; webhook?: BatchWebhook | null | undefined }

/** `counts`: as they were at first, for a replay. */
function bodyOf(
  { links, sealingKeys }: Pick<Backend, 'links' | 'sealingKeys'>,
  { batchId, ownerId, webhook }: Shown,
  results: WireResult[],
  counts = countsOf(results),
) {
  const { accepted, replayed, refused } = counts
  const secret = webhook ? unsealed(sealingKeys, webhook.secret, ownerId) : undefined
  return {
    batchId: formatId('batch', batchId),
    results,
    accepted,
    replayed,
    refused,
    ...(webhook ? { webhook: { ...wireBatchWebhook(webhook), ...(secret === undefined ? {} : { secret }) } } : {}),
    links: batchLinks(batchId, links),
  }
}

function countsOf(results: readonly WireResult[]) {
  const refused = results.filter(({ problem }) => problem !== undefined).length
  const replayed = results.filter((one) => one.replayed).length
  return { accepted: results.length - refused - replayed, replayed, refused }
}

const unknownBatch = () => new Problem('NOT_FOUND', 'There is no such batch, or it is not yours.')
