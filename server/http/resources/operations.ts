import { parseId } from '../../contract/ids.ts'
import type { Caller, Implementation } from '../../contract/implementation.ts'
import { shownInput } from '../../contract/input.ts'
import { operationFilter } from '../../contract/operation-filter.ts'
import { operationTag, resultLocation, type WireOperation, wireOperation } from '../../contract/present/operation.ts'
import { Problem } from '../../contract/problem.ts'
import { freesKey } from '../../database/operations/keys.ts'
import { count, list } from '../../database/operations/list.ts'
import type { OperationRow } from '../../database/operations/read.ts'
import * as operations from '../../database/operations/read.ts'
import { openInput } from '../../database/operations/sealed-input.ts'
import { purge } from '../../database/operations/sweep.ts'
import { SealBroken } from '../../database/sealed.ts'
import { isTerminal } from '../../domain/state-machine.ts'
import { deleteNow } from '../../files/discards.ts'
import { discardFailed, operationPurged } from '../../telemetry/events.ts'
import { operationsCancelled } from '../../telemetry/recorded.ts'
import type { Backend } from '../backend.ts'
import { pageOf, privately } from '../request/paging.ts'
import { hold, preferenceApplied } from '../request/prefer.ts'
import { expanded } from '../response/expand.ts'
import { findOperation, hasExpired, operationGone } from '../response/expiry.ts'
import { matches } from '../response/representation.ts'

type Endpoints = Pick<
  Implementation,
  | 'listOperations'
  | 'batchGetOperations'
  | 'getOperation'
  | 'deleteOperation'
  | 'cancelOperation'
  | 'purgeOperation'
  | 'getOperationResult'
>

export function operationEndpoints(backend: Backend): Endpoints {
  const { db, notifications, links, log, retention, finished } = backend
  // Concurrent reads share one statement.
  const reader = { db, find: operations.batchedFind(db) }

  const find = (ownerId: string, id: string) => findOperation(reader, ownerId, id)

  const wired = (row: OperationRow, queuePosition?: number) =>
    wireOperation(row, { links, queuePosition, typicalSeconds: backend.typicalSeconds(row.type) })

  const rendered = async (row: OperationRow) => wired(row, await operations.queuePosition(db, row))

  async function cancel(
    id: string,
    { caller: { ownerId, actor }, address }: { caller: Caller; address: string },
    reason: string | undefined,
  ) {
    const row = await find(ownerId, id)
    if (row instanceof Problem) return row
    const { operationId } = row
    const { failedSeconds } = retention
    const by = { actor, address: address || undefined }
    const cancellation = { ownerId, operationId, ...by, reason, retentionSeconds: failedSeconds }
    const outcome = await operations.cancel(db, cancellation)
    // It was removed after it was read.
    if (!outcome) return find(ownerId, id)
    if (outcome.kind === 'finished') {
      return new Problem('CANNOT_CANCEL', `The operation is ${outcome.operation.status}, and that is final.`)
    }
    if (outcome.kind === 'cancelled') notifications.notify('changed', operationId)
    // Otherwise its worker counts it when it has stopped.
    if (outcome.kind === 'cancelled' && outcome.operation.status === 'CANCELLED') operationsCancelled([row.type])
    // An operation that waited for its key may have been put into the queue.
    if (freesKey(outcome.operation)) notifications.notify('submitted', operationId)
    return outcome.operation
  }

  return {
    async getOperation({ path: { operationId: id }, query: { expand, view }, headers, caller: { ownerId }, signal }) {
      using held = backend.heldRequests.enter(ownerId, headers.prefer)
      const seconds = held?.seconds
      const ifNoneMatch = headers['if-none-match']
      const common = { 'Cache-Control': privately, ...preferenceApplied(seconds) }
      // Each representation has its own tag; only the plain one is kept.
      const isPlain = !expand && view !== 'FULL'
      const kept = isPlain ? finished.find(ownerId, id) : undefined
      if (kept) return answer(kept)
      const until = ifNoneMatch === undefined ? 'ended' : 'changed'
      const read = await hold(backend.operationFeed, { until, seconds, signal }, async () => {
        const readAt = performance.now()
        const row = await find(ownerId, id)
        if (row instanceof Problem) return row
        const { operationId, lastSequence, expiresAt } = row
        const plain = await rendered(row)
        const resource = expand ? await expanded(backend, row, plain) : plain
        const body = view === 'FULL' ? await withInput(backend, row, resource) : resource
        // Purged after it was read.
        if (!body) return operationGone(null)
        const etag = operationTag(body)
        const ended = isTerminal(row.status)
        if (ended && isPlain) finished.set(id, readAt, { ownerId, expiresAt, etag, body })
        const changed = ifNoneMatch !== undefined && !matches(ifNoneMatch, etag)
        return { ownerId, operationId, lastSequence, value: { body, etag }, enough: ended || changed }
      })
      return read instanceof Problem ? read : answer(read)

      function answer({ body, etag }: { body: WireOperation; etag: string }) {
        const sent = { ETag: etag, ...common, ...retryAfter(body) }
        if (matches(ifNoneMatch, etag)) return { status: 304, headers: sent } as const
        return { status: 200, headers: sent, body } as const
      }
    },

    async listOperations({ query, caller }) {
      const { ownerId } = caller
      const page = pageOf(backend, { path: '/operations', ownerId, query })
      const filter = { ownerId, ...operationFilter(query) }
      // One after the other, because a request holds one connection.
      const fetched = await list(db, { ...filter, limit: page.limit, before: page.after?.[0] })
      const totalSize = query.includeTotal ? await count(db, filter) : undefined
      const reached = fetched.reached === undefined ? undefined : [fetched.reached]
      const { rows, headers, nextPageToken } = page.cut(fetched.rows, (last) => [last.operationId], reached)
      const shown = rows.map((row) => wired(row))
      return {
        status: 200,
        headers,
        body: {
          operations: shown,
          ...(nextPageToken === undefined ? {} : { nextPageToken }),
          ...(totalSize === undefined ? {} : { totalSize }),
        },
      }
    },

    async batchGetOperations({ body, caller }) {
      const ids = [...new Set(body.operationIds)]
      const uuids = ids.flatMap((id) => parseId('operation', id) ?? [])
      const rows = await operations.findMany(db, { ownerId: caller.ownerId, operationIds: uuids })
      const readable = new Map(rows.filter((row) => !hasExpired(row)).map((row) => [row.operationId, row]))
      const rowOf = (id: string) => readable.get(parseId('operation', id) ?? '')
      return {
        status: 200,
        headers: { 'Cache-Control': privately },
        body: {
          operations: ids.flatMap((id) => rowOf(id) ?? []).map((row) => wired(row)),
          notFound: ids.filter((id) => !rowOf(id)),
        },
      }
    },

    async cancelOperation({ path, body, caller, address }) {
      const row = await cancel(path.operationId, { caller, address }, body?.reason)
      if (row instanceof Problem) return row
      const operation = wired(row)
      return { status: 200, headers: { 'Cache-Control': privately, ...retryAfter(operation) }, body: operation }
    },

    async deleteOperation({ path, caller, address }) {
      const row = await cancel(path.operationId, { caller, address }, undefined)
      return row instanceof Problem ? row : { status: 204 }
    },

    async purgeOperation({ path, caller }) {
      const { ownerId } = caller
      const row = await find(ownerId, path.operationId)
      if (row instanceof Problem) return row
      if (!isTerminal(row.status)) {
        return new Problem(
          'CANNOT_PURGE',
          `The operation is ${row.status}. Cancel the operation, or wait until it has ended.`,
        )
      }
      const { operationId, type } = row
      const { tombstoneSeconds } = retention
      const purged = await purge(db, { ownerId, operationId, tombstoneSeconds })
      if (!purged) {
        const gone = await find(ownerId, path.operationId)
        return gone instanceof Problem ? gone : operationGone(null)
      }
      const { storageKeys } = purged
      backend.storageQuota.forget(ownerId)
      finished.delete(path.operationId)
      notifications.notify('changed', operationId)
      operationPurged(log, { operationId, type, ownerId, files: storageKeys.length })
      const failures = await deleteNow(backend, storageKeys)
      if (failures[0]) discardFailed(log, { ...failures[0], files: failures.length })
      return { status: 204 }
    },

    async getOperationResult({ path, caller }) {
      const row = await find(caller.ownerId, path.operationId)
      if (row instanceof Problem) return row
      if (row.status === 'FAILED') return new Problem('OPERATION_FAILED', `The operation failed: ${row.error?.detail}`)
      if (row.status === 'CANCELLED')
        return new Problem('OPERATION_CANCELLED', 'The operation was cancelled and has no result.')
      const operation = wired(row)
      const location = resultLocation(row.type, operation, links)
      if (location !== undefined) {
        return { status: 303, headers: { Location: location, 'Cache-Control': privately }, body: operation }
      }
      const detail = `The operation is ${row.status}. Retry after the seconds in Retry-After.`
      return new Problem('NOT_FINISHED', detail, { retryAfter: operation.pollInterval?.recommended ?? 1 })
    },
  }
}

/** The operation with its input, or without it if this process cannot decrypt it; undefined if it was deleted meanwhile. */
async function withInput(
  { db, sealingKeys }: Pick<Backend, 'db' | 'sealingKeys'>,
  { ownerId, operationId, type }: OperationRow,
  operation: WireOperation,
): Promise<WireOperation | undefined> {
  const input = await operations.inputOf(db, { ownerId, operationId })
  if (!input) return undefined
  try {
    const { value } = openInput(sealingKeys, { input, ownerId })
    return { ...operation, input: shownInput(type, value) } as WireOperation
  } catch (error) {
    if (error instanceof SealBroken) return operation
    throw error
  }
}

function retryAfter({ pollInterval }: WireOperation) {
  return pollInterval ? { 'Retry-After': pollInterval.recommended } : {}
}
