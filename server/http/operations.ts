import { parseId } from '../contract/ids.ts'
import type { Caller, Implementation } from '../contract/implementation.ts'
import { operationTag, type WireOperation, wireOperation } from '../contract/operation.ts'
import { operationFilter } from '../contract/operation-filter.ts'
import { Problem } from '../contract/problem.ts'
import { resultLocation } from '../contract/result-location.ts'
import type { OperationRow } from '../database/operations.ts'
import * as operations from '../database/operations.ts'
import { purge } from '../database/retention.ts'
import { deleteNow } from '../files/discards.ts'
import { isTerminal } from '../lifecycle/states.ts'
import { discardFailed, operationPurged } from '../telemetry/events.ts'
import type { Backend } from './backend.ts'
import { matches } from './entity-tag.ts'
import { expanded } from './expansion.ts'
import { findOperation, hasExpired, operationGone } from './expiry.ts'
import { pageOf, privately } from './paging.ts'
import { hold, preferenceApplied, waitSeconds } from './prefer.ts'

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
  const { db, hints, links, log, retention, finished } = backend
  // Of reads that come at once each has a place in one statement.
  const reading = { db, find: operations.gatheredFind(db) }

  const find = (ownerId: string, id: string) => findOperation(reading, ownerId, id)

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
    const asked = { ownerId, operationId, ...by, reason, retentionSeconds: failedSeconds }
    const moved = await operations.cancel(db, asked)
    // It has gone in this moment.
    if (!moved) return find(ownerId, id)
    if (moved.kind === 'finished') {
      return new Problem('CANNOT_CANCEL', `The operation is ${moved.operation.status}, and that is final.`)
    }
    if (moved.kind === 'cancelled') hints.tell('changed', operationId)
    return moved.operation
  }

  return {
    async getOperation({ path: { operationId: id }, query: { expand }, headers, caller: { ownerId }, signal }) {
      const seconds = waitSeconds(headers.prefer)
      const known = headers['if-none-match']
      const common = { 'Cache-Control': privately, ...preferenceApplied(seconds) }
      const tag = known === undefined || expand ? undefined : finished.recall(ownerId, id)
      if (tag && matches(known, tag)) return { status: 304, headers: { ETag: tag, ...common } }
      const until = known === undefined ? 'ended' : 'changed'
      const read = await hold(backend.live, { until, seconds, signal }, async () => {
        const row = await find(ownerId, id)
        if (row instanceof Problem) return row
        const { operationId, lastSequence, expiresAt } = row
        const plain = await rendered(row)
        const body = expand ? await expanded(backend, row, plain) : plain
        const etag = operationTag(body)
        const ended = isTerminal(row.status)
        if (ended && !expand) finished.remember(id, { ownerId, expiresAt, etag })
        const changed = known !== undefined && !matches(known, etag)
        return { operationId, lastSequence, value: { body, etag }, enough: ended || changed }
      })
      if (read instanceof Problem) return read
      const { body, etag } = read
      const answered = { ETag: etag, ...common, ...retryAfter(body) }
      if (matches(known, etag)) return { status: 304, headers: answered }
      return { status: 200, headers: answered, body }
    },

    async listOperations({ query, caller }) {
      const { ownerId } = caller
      const page = pageOf(backend, { path: '/operations', ownerId, query })
      const filter = { ownerId, ...operationFilter(query) }
      const [fetched, totalSize] = await Promise.all([
        operations.list(db, { ...filter, limit: page.limit, ...(page.after ? { before: page.after[0] } : {}) }),
        query.includeTotal ? operations.count(db, filter) : undefined,
      ])
      const { rows, headers, nextPageToken } = page.cut(fetched, (last) => [last.operationId])
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
      const asked = [...new Set(body.operationIds)]
      const uuids = asked.flatMap((id) => parseId('operation', id) ?? [])
      const rows = await operations.findMany(db, { ownerId: caller.ownerId, operationIds: uuids })
      const readable = new Map(rows.filter((row) => !hasExpired(row)).map((row) => [row.operationId, row]))
      const rowOf = (id: string) => readable.get(parseId('operation', id) ?? '')
      return {
        status: 200,
        headers: { 'Cache-Control': privately },
        body: {
          operations: asked.flatMap((id) => rowOf(id) ?? []).map((row) => wired(row)),
          notFound: asked.filter((id) => !rowOf(id)),
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
        return new Problem('CANNOT_PURGE', `The operation is ${row.status}. Cancel it, or wait for its end.`)
      }
      const { operationId, type } = row
      const { tombstoneSeconds } = retention
      const purged = await purge(db, { ownerId, operationId, tombstoneSeconds })
      if (!purged) {
        const gone = await find(ownerId, path.operationId)
        return gone instanceof Problem ? gone : operationGone(null)
      }
      const { storageKeys } = purged
      backend.storageRoom.forget(ownerId)
      finished.forget(path.operationId)
      hints.tell('changed', operationId)
      operationPurged(log, { operationId, type, ownerId, files: storageKeys.length })
      const failures = await deleteNow(backend, storageKeys)
      if (failures[0]) discardFailed(log, { ...failures[0], files: failures.length })
      return { status: 204 }
    },

    async getOperationResult({ path, caller }) {
      const row = await find(caller.ownerId, path.operationId)
      if (row instanceof Problem) return row
      if (row.status === 'FAILED') return new Problem('OPERATION_FAILED', `It failed: ${row.error?.detail}`)
      if (row.status === 'CANCELLED') return new Problem('OPERATION_CANCELLED', 'The operation was cancelled.')
      const operation = wired(row)
      const location = resultLocation(row.type, operation, links)
      if (location !== undefined) {
        return { status: 303, headers: { Location: location, 'Cache-Control': privately }, body: operation }
      }
      const detail = `The operation is ${row.status}. Ask again after the seconds in Retry-After.`
      return new Problem('NOT_FINISHED', detail, { retryAfter: operation.pollInterval?.recommended ?? 1 })
    },
  }
}

function retryAfter({ pollInterval }: WireOperation) {
  return pollInterval ? { 'Retry-After': pollInterval.recommended } : {}
}
