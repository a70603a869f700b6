import { LRUCache } from 'lru-cache'
import { formatId } from '../../contract/ids.ts'
import type { Caller, Implementation } from '../../contract/implementation.ts'
import { wireWait } from '../../contract/present/wait.ts'
import { Problem } from '../../contract/problem.ts'
import { queueSecondsOf } from '../../contract/waits.ts'
import * as waits from '../../database/operations/waits.ts'
import { isWaitName } from '../../domain/wait-name.ts'
import { waitCompleted } from '../../telemetry/events.ts'
import type { Backend } from '../backend.ts'
import { callbackTarget } from '../request/callback.ts'
import { pageOf, privately } from '../request/paging.ts'
import { checkedWaitBody } from '../request/wait-body.ts'
import { findOperation, operationGone } from '../response/expiry.ts'

/** Operations whose owner is remembered, about 200 bytes each. */
const maxOwners = 10_000

type Endpoints = Pick<Implementation, 'listWaits' | 'completeWait' | 'receiveCallback'>

/** What an operation waits for: the list, and the requests that complete a wait. Bodies of waits are neither shown nor logged. */
export function waitEndpoints(backend: Backend): Endpoints {
  const { db, links, log, notifications, callbackSecret, limits } = backend
  // The owners of operations with callbacks: one that is sent too often costs no query.
  const owners = new LRUCache<string, string>({ max: maxOwners })

  /** All callbacks to an owner's operations count together, apart from the owner's own requests. */
  async function admitVendor(caller: Caller, ownerId: string) {
    const vendors = `callbacks:${ownerId}`
    await limits.admit({ ...caller, rateLimitKey: vendors, ownerId: vendors }, 'reads')
  }

  /** Completes a wait of an operation of this type and owner. */
  async function complete(
    { ownerId, type }: { ownerId: string; type: string },
    completion: Omit<waits.Completion, 'queueSeconds'>,
  ) {
    const outcome = await waits.completeWait(db, { ...completion, queueSeconds: queueSecondsOf })
    if (outcome?.kind !== 'completed') return outcome
    const { operationId, name } = completion
    const { resumed } = outcome
    if (resumed) {
      notifications.notify('submitted', operationId)
      notifications.notify('moved', operationId)
    }
    waitCompleted(log, { operationId, type, ownerId, wait: name, resumed })
    return outcome
  }

  return {
    async listWaits({ path, query, caller: { ownerId } }) {
      const row = await findOperation({ db }, ownerId, path.operationId)
      if (row instanceof Problem) return row
      const { operationId } = row
      const page = pageOf(backend, { path: `/operations/${path.operationId}/waits`, ownerId, query })
      const [createdAt, name] = page.after ?? []
      const after = createdAt !== undefined && name !== undefined ? { createdAt, name } : undefined
      const fetched = await waits.waitsOf(db, { operationId, limit: page.limit, after })
      const { rows, headers, nextPageToken } = page.cut(fetched, (last) => [last.createdAt.toISOString(), last.name])
      const next = nextPageToken === undefined ? {} : { nextPageToken }
      return { status: 200, headers, body: { waits: rows.map((wait) => wireWait(row, wait, links)), ...next } }
    },

    async completeWait({ path, body, caller: { ownerId, actor }, address }) {
      const row = await findOperation({ db }, ownerId, path.operationId)
      if (row instanceof Problem) return row
      const { operationId, type } = row
      const { name } = path
      const known = isWaitName(name) && (await waits.findWait(db, { operationId, name }))
      if (!known) return unknownWait()
      const checked = checkedWaitBody(type, name, body)
      if (checked instanceof Problem) return checked
      const by = { completedBy: actor, address: address || undefined, early: false }
      const outcome = await complete(row, { operationId, name, body: checked, ...by })
      // It was removed after it was read.
      if (!outcome) return operationGone(null)
      if (outcome.kind === 'unknown') return unknownWait()
      if (outcome.kind === 'expired') return expiredWait(outcome.expiredAt)
      if (outcome.kind === 'closed') {
        return cannotComplete('The operation is being cancelled or has ended, and accepts no more answers.')
      }
      if (!('wait' in outcome)) return refusal(outcome.kind)
      return { status: 200, headers: { 'Cache-Control': privately }, body: wireWait(row, outcome.wait, links) }
    },

    async receiveCallback({ path: { token }, body, concerns, caller, address }) {
      const { operationId, name } = callbackTarget(callbackSecret, token)
      const knownOwner = owners.get(operationId)
      if (knownOwner !== undefined) await admitVendor(caller, knownOwner)
      const row = await waits.ownerOf(db, operationId)
      if (!row) return endedCallback()
      const { ownerId, type } = row
      if (knownOwner === undefined) {
        owners.set(operationId, ownerId)
        await admitVendor(caller, ownerId)
      }
      concerns({ ownerId, actor: 'callback', operationId: formatId('operation', operationId) })
      const checked = checkedWaitBody(type, name, body)
      if (checked instanceof Problem) return checked
      // Callbacks share the connections that their owner may use.
      const release = await backend.gate.connection(ownerId)
      const by = { completedBy: 'callback', address: address || undefined, early: true }
      const outcome = await complete(row, { operationId, name, body: checked, ...by }).finally(release)
      if (!outcome || outcome.kind === 'closed' || outcome.kind === 'unknown') return endedCallback()
      if (outcome.kind === 'expired') return expiredWait(outcome.expiredAt)
      if (!('wait' in outcome)) return refusal(outcome.kind)
      return { status: 200, headers: { 'Cache-Control': 'no-store' }, body: { state: 'COMPLETED' } }
    },
  }
}

function refusal(kind: 'different' | 'timer') {
  return cannotComplete(
    kind === 'timer'
      ? 'The wait is a timer, which is over at its `expiresAt`.'
      : 'The wait was already completed with another body.',
  )
}

const cannotComplete = (detail: string) => new Problem('CANNOT_COMPLETE_WAIT', detail)

const unknownWait = () => new Problem('WAIT_NOT_FOUND', 'The operation has no wait of this name.')

const expiredWait = (expiredAt: Date) =>
  new Problem('WAIT_EXPIRED', 'The wait expired before it was completed.', { expiredAt })

const endedCallback = () =>
  new Problem(
    'WAIT_EXPIRED',
    'The operation is being cancelled or has ended, and does not accept this callback any more.',
  )
