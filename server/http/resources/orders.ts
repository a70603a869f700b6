import type { components } from '../../../generated/schema.ts'
import type { Implementation } from '../../contract/implementation.ts'
import { Problem } from '../../contract/problem.ts'
import type { Db } from '../../database/db.ts'
import { findOrderWithLines, listOrders, type OrderLineRow, type OrderRow } from '../../database/orders/orders.ts'
import { sourceOf } from '../../database/orders/sources.ts'
import type { Backend } from '../backend.ts'
import { pageOf, privately } from '../request/paging.ts'

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
      // PostgreSQL refuses text with NUL.
      const found = orderId.includes('\u0000') ? undefined : await orderOf(db, { ownerId: caller.ownerId, orderId })
      if (!found) return new Problem('NOT_FOUND', 'There is no such order, or it is not yours.')
      return { status: 200, headers: { 'Cache-Control': privately }, body: found }
    },
  }
}

function cursorOf(position: string[] | undefined) {
  const [orderDate, orderId, ownerId] = position ?? []
  if (orderDate === undefined || orderId === undefined || ownerId === undefined) return {}
  return { after: { orderDate, orderId, ownerId } }
}

/** An import may give an order any number of lines; more would block the event loop. */
const maxLines = 1000

/** An order in the API's format. */
export async function orderOf(
  db: Db,
  at: { ownerId: string; orderId: string },
): Promise<components['schemas']['Order'] | undefined> {
  const found = await findOrderWithLines(db, { ...at, mostLines: maxLines + 1 })
  if (!found) return undefined
  const lines = found.lines.slice(0, maxLines).map(wireLine)
  return { ...wireSummary(found.order), lines, ...(found.lines.length > maxLines ? { moreLines: true } : {}) }
}

function wireSummary({ ownerId, ...order }: OrderRow): components['schemas']['OrderSummary'] {
  return { ...order, source: sourceOf(ownerId) }
}

function wireLine({ ownerId, orderId, ...line }: OrderLineRow): components['schemas']['OrderLine'] {
  return line
}
