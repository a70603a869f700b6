import type { components } from '../../generated/schema.ts'
import type { Implementation } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import { findOrder, listOrders, type OrderLineRow, type OrderRow } from '../database/orders.ts'
import { sourceOf } from '../database/sources.ts'
import type { Backend } from './backend.ts'
import { pageOf, privately } from './paging.ts'

export function orderEndpoints(backend: Backend): Pick<Implementation, 'listOrders' | 'getOrder'> {
  const { db } = backend
  return {
    async listOrders({ query, caller }) {
      const { ownerId } = caller
      const page = pageOf(backend, { path: '/orders', ownerId, query })
      const { source, customerId, fromDate, toDate } = query
      const fetched = await listOrders(db, {
        ownerId,
        limit: page.limit,
        ...(source === undefined ? {} : { source }),
        ...(customerId === undefined ? {} : { customerId }),
        ...(fromDate === undefined ? {} : { fromDate }),
        ...(toDate === undefined ? {} : { toDate }),
        ...cursorOf(page.after),
      })
      const { rows, headers, nextPageToken } = page.cut(fetched, (last) => [last.orderDate, last.orderId, last.ownerId])
      const body = { orders: rows.map(wireSummary), ...(nextPageToken === undefined ? {} : { nextPageToken }) }
      return { status: 200, headers, body }
    },

    async getOrder({ path, caller }) {
      const { orderId } = path
      // No text in the database has a NUL, and it refuses to look for one.
      const found = orderId.includes('\u0000') ? undefined : await findOrder(db, { ownerId: caller.ownerId, orderId })
      if (!found) return new Problem('NOT_FOUND', 'There is no such order, or it is not yours.')
      return { status: 200, headers: { 'Cache-Control': privately }, body: wireOrder(found) }
    },
  }
}

function cursorOf(position: string[] | undefined) {
  const [orderDate, orderId, ownerId] = position ?? []
  if (orderDate === undefined || orderId === undefined || ownerId === undefined) return {}
  return { after: { orderDate, orderId, ownerId } }
}

/** An order as its own endpoint shows it. */
export function wireOrder({
  order,
  lines,
}: {
  order: OrderRow
  lines: OrderLineRow[]
}): components['schemas']['Order'] {
  return { ...wireSummary(order), lines: lines.map(wireLine) }
}

function wireSummary({ ownerId, ...order }: OrderRow): components['schemas']['OrderSummary'] {
  return { ...order, source: sourceOf(ownerId) }
}

function wireLine({ ownerId, orderId, ...line }: OrderLineRow): components['schemas']['OrderLine'] {
  return line
}
