import { and, asc, desc, eq, getTableColumns, gte, inArray, lte, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import type { Db } from '../db.ts'
import { customers, orderLines, orders } from '../schema/orders.ts'
import { readableOwners, type Source } from './sources.ts'

export type OrderRow = typeof orders.$inferSelect & { customerName: string }
export type OrderLineRow = typeof orderLines.$inferSelect

/** The end of a page of orders: the key of its last row. */
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
 * A page of readable orders, newest order date first. Keyset pagination, with one index scan for each of at most two owners, because for both
 * in one scan Postgres would sort all rows for each page. The database merges them, in its collation.
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
  // A row comparison, so that the index scan starts there.
  const operator = sql.raw(owner < ownerId ? '<=' : '<')
  return sql`(${orders.orderDate}, ${orders.orderId}) ${operator} (${orderDate}::date, ${orderId}::text)`
}

type OrderAt = { ownerId: string; orderId: string }

/** A readable order without its lines; if a sample order has the same id, the owner's. Undefined if there is none. */
export async function findOrder(db: Db, { ownerId, orderId }: OrderAt): Promise<OrderRow | undefined> {
  const [order] = await withCustomer(db)
    .where(and(inArray(orders.ownerId, readableOwners(ownerId)), eq(orders.orderId, orderId)))
    // The owner of sample rows is the empty string, which sorts first.
    .orderBy(desc(orders.ownerId))
    .limit(1)
  return order
}

/** The same with its lines by row id: all, or the first `mostLines`, because an imported order may have any number. */
export async function findOrderWithLines(
  db: Db,
  { mostLines, ...at }: OrderAt & { mostLines?: number },
): Promise<{ order: OrderRow; lines: OrderLineRow[] } | undefined> {
  const order = await findOrder(db, at)
  if (!order) return undefined
  const { ownerId, orderId } = order
  const lines = db
    .select()
    .from(orderLines)
    .where(and(eq(orderLines.ownerId, ownerId), eq(orderLines.orderId, orderId)))
    .orderBy(asc(orderLines.rowId))
  return { order, lines: await (mostLines === undefined ? lines : lines.limit(mostLines)) }
}
