import { and, asc, desc, eq, getTableColumns, gte, inArray, lt, lte, or } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import type { Db } from './db.ts'
import { customers, orderLines, orders } from './schema.ts'
import { readableOwners, type Source } from './sources.ts'

export type OrderRow = typeof orders.$inferSelect & { customerName: string }
export type OrderLineRow = typeof orderLines.$inferSelect

/** Where a page of orders ended: the key of its last row. */
export type OrderCursor = { orderDate: string; orderId: string; ownerId: string }

export type OrderFilter = {
  ownerId: string
  source?: Source
  customerId?: string
  /** Days, both inclusive. */
  fromDate?: string
  toDate?: string
}

const withCustomer = (db: Db) =>
  db
    .select({ ...getTableColumns(orders), customerName: customers.name })
    .from(orders)
    .innerJoin(customers, and(eq(customers.ownerId, orders.ownerId), eq(customers.customerId, orders.customerId)))

/**
 * A page of readable orders, newest order date first. Keyset, and one index scan for each of the (at most two) owners: over
 * both at once Postgres would sort all rows for each page. The database merges them: only it knows how its collation compares.
 */
export async function listOrders(
  db: Db,
  { ownerId, source, after, limit, ...filter }: OrderFilter & { after?: OrderCursor; limit: number },
): Promise<OrderRow[]> {
  const pages = readableOwners(ownerId, source).map((owner) =>
    withCustomer(db)
      .where(and(eq(orders.ownerId, owner), matching(filter), after && beyond(after, owner)))
      .orderBy(desc(orders.orderDate), desc(orders.orderId))
      .limit(limit),
  )
  const [first, second] = pages
  if (!first) return []
  if (!second) return first
  return unionAll(first, second)
    .orderBy(desc(orders.orderDate), desc(orders.orderId), desc(orders.ownerId))
    .limit(limit)
}

function matching({ customerId, fromDate, toDate }: Omit<OrderFilter, 'ownerId' | 'source'>) {
  return and(
    customerId === undefined ? undefined : eq(orders.customerId, customerId),
    fromDate === undefined ? undefined : gte(orders.orderDate, fromDate),
    toDate === undefined ? undefined : lte(orders.orderDate, toDate),
  )
}

/** Rows of `owner` that come after the cursor in the order date, order id, owner; each descending. */
function beyond({ orderDate, orderId, ownerId }: OrderCursor, owner: string) {
  const sameOrder = owner < ownerId ? lte(orders.orderId, orderId) : lt(orders.orderId, orderId)
  return or(lt(orders.orderDate, orderDate), and(eq(orders.orderDate, orderDate), sameOrder))
}

/** A readable order with its lines by row id; of two with one id the owner's own. Undefined when there is none. */
export async function findOrder(
  db: Db,
  { ownerId, orderId }: { ownerId: string; orderId: string },
): Promise<{ order: OrderRow; lines: OrderLineRow[] } | undefined> {
  const [order] = await withCustomer(db)
    .where(and(inArray(orders.ownerId, readableOwners(ownerId)), eq(orders.orderId, orderId)))
    // Nobody's rows have the empty name, which sorts first.
    .orderBy(desc(orders.ownerId))
    .limit(1)
  if (!order) return undefined
  const lines = await db
    .select()
    .from(orderLines)
    .where(and(eq(orderLines.ownerId, order.ownerId), eq(orderLines.orderId, orderId)))
    .orderBy(asc(orderLines.rowId))
  return { order, lines }
}
