import { parseId } from '../../contract/ids.ts'
import type { Implementation } from '../../contract/implementation.ts'
import { wireDelivery } from '../../contract/present/webhook.ts'
import { Problem } from '../../contract/problem.ts'
import {
  type DeliveryAt,
  findDelivery,
  type LoggedDelivery,
  listDeliveries,
  redeliver,
} from '../../database/webhooks/deliveries.ts'
import type { Backend } from '../backend.ts'
import { pageOf, privately } from '../request/paging.ts'
import { findOperation } from '../response/expiry.ts'

/** The webhook deliveries of an operation. */
export function deliveryEndpoints(
  backend: Backend,
): Pick<Implementation, 'listDeliveries' | 'getDelivery' | 'redeliver'> {
  const { db, links } = backend

  /** What `find` returns for the delivery of a path, or the problem if the operation or the delivery is unknown. */
  async function deliveryAt(
    ownerId: string,
    path: { operationId: string; deliveryId: string },
    find: (at: DeliveryAt) => Promise<LoggedDelivery | undefined>,
  ) {
    const row = await findOperation(backend, ownerId, path.operationId)
    if (row instanceof Problem) return row
    const { operationId } = row
    const deliveryId = parseId('delivery', path.deliveryId)
    const found = deliveryId ? await find({ ownerId, operationId, deliveryId }) : undefined
    return found
      ? { operationId, ...found }
      : new Problem('NOT_FOUND', 'There is no such delivery, or it is not yours.')
  }

  return {
    async listDeliveries({ path, query, caller: { ownerId } }) {
      const row = await findOperation(backend, ownerId, path.operationId)
      if (row instanceof Problem) return row
      const { operationId } = row
      const page = pageOf(backend, { path: `/operations/${path.operationId}/deliveries`, ownerId, query })
      const [sequence, deliveryId] = page.after ?? []
      const before = sequence && deliveryId ? ([Number(sequence), deliveryId] as const) : undefined
      const fetched = await listDeliveries(db, { ownerId, operationId, before, limit: page.limit })
      const positionOf = ({ delivery }: LoggedDelivery) => [String(delivery.sequence), delivery.deliveryId]
      const { rows, headers, nextPageToken } = page.cut(fetched, positionOf)
      const deliveries = rows.map(({ delivery, attempts }) => wireDelivery(delivery, attempts))
      const next = nextPageToken === undefined ? {} : { nextPageToken }
      return { status: 200, headers, body: { deliveries, ...next } }
    },

    async getDelivery({ path, caller }) {
      const found = await deliveryAt(caller.ownerId, path, (at) => findDelivery(db, at))
      if (found instanceof Problem) return found
      const headers = { 'Cache-Control': privately }
      return { status: 200, headers, body: wireDelivery(found.delivery, found.attempts) }
    },

    async redeliver({ path, caller }) {
      const found = await deliveryAt(caller.ownerId, path, (at) => redeliver(db, at))
      if (found instanceof Problem) return found
      const { delivery, attempts } = found
      const headers = { Location: links.delivery(found.operationId, delivery.deliveryId) }
      return { status: 202, headers, body: wireDelivery(delivery, attempts) }
    },
  }
}
