import { type SQL, sql } from 'drizzle-orm'
import type { Db } from './db.ts'

/** A request waits for the count, and uses a connection. */
const mostMs = 1000

/** The single number that a query returns. Undefined if the query takes longer than `ms` (default a second) and is cancelled. */
export async function countWithin(db: Db, query: SQL, ms = mostMs): Promise<number | undefined> {
  try {
    return await db.transaction(async (tx) => {
      await tx.execute(sql`select set_config('statement_timeout', ${String(ms)}, true)`)
      const counted = tx
        .$with('counted', { total: sql<number>`total`.mapWith(Number).as('total') })
        .as(sql`select (${query}) as total`)
      const [row] = await tx.with(counted).select().from(counted)
      return row?.total ?? 0
    })
  } catch (error) {
    if (isCancelled(error)) return undefined
    throw error
  }
}

/** SQLSTATE 57014 query_canceled. */
function isCancelled(error: unknown): boolean {
  return error instanceof Error && (('code' in error && error.code === '57014') || isCancelled(error.cause))
}
