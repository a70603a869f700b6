import { and, asc, eq, gt, gte } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import type { Db } from '../db.ts'
import { customers } from '../schema/orders.ts'
import { readableOwners, type Source } from './sources.ts'

export type CustomerRow = typeof customers.$inferSelect

/** The end of a page of customers: the key of its last row. */
export type CustomerCursor = { customerId: string; ownerId: string }

/** A page of readable customers, by id. Keyset pagination, with one index scan for each of at most two owners, merged in the database's collation. */
export async function listCustomers(
  db: Db,
  {
    ownerId,
    source,
    segment,
    after,
    limit,
  }: { ownerId: string; source?: Source; segment?: string; after?: CustomerCursor; limit: number },
): Promise<CustomerRow[]> {
  const pages = readableOwners(ownerId, source).map((owner) =>
    db
      .select()
      .from(customers)
      .where(
        and(
          eq(customers.ownerId, owner),
          segment === undefined ? undefined : eq(customers.segment, segment),
          after && beyond(after, owner),
        ),
      )
      .orderBy(asc(customers.customerId))
      .limit(limit),
  )
  const [first, second] = pages
  if (!first) return []
  if (!second) return first
  return unionAll(first, second).orderBy(asc(customers.customerId), asc(customers.ownerId)).limit(limit)
}

/** Rows of `owner` that come after the cursor in the order id, owner. */
function beyond({ customerId, ownerId }: CustomerCursor, owner: string) {
  return owner > ownerId ? gte(customers.customerId, customerId) : gt(customers.customerId, customerId)
}
