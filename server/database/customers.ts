import { and, asc, eq, gt, gte } from 'drizzle-orm'
import type { Db } from './db.ts'
import { customers } from './schema.ts'
import { readableOwners, type Source } from './sources.ts'

export type CustomerRow = typeof customers.$inferSelect

/** Where a page of customers ended: the key of its last row. */
export type CustomerCursor = { customerId: string; ownerId: string }

/** A page of readable customers, by id. Keyset, one index scan for each of the (at most two) owners. */
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
  return (await Promise.all(pages)).flat().sort(byId).slice(0, limit)
}

/** Rows of `owner` that come after the cursor in the order id, owner. */
function beyond({ customerId, ownerId }: CustomerCursor, owner: string) {
  return owner > ownerId ? gte(customers.customerId, customerId) : gt(customers.customerId, customerId)
}

function byId(a: CustomerRow, b: CustomerRow): number {
  return ascending(a.customerId, b.customerId) || ascending(a.ownerId, b.ownerId)
}

// As the database compares: by code unit, not by language.
const ascending = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
