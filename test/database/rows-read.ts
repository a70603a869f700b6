import { sql } from 'drizzle-orm'
import type { Connection } from '../../server/database/connection.ts'
import type { Db } from '../../server/database/db.ts'

/**
 * Number of rows of tables and entries of indexes that the database reads for `work`, which runs in one transaction. A row that is found by an
 * index counts once.
 */
export async function rowsRead({ db }: Connection, work: (db: Db) => Promise<unknown>): Promise<number> {
  return db.transaction(async (tx) => {
    const total = async () => {
      // The views count no entries of index-only scans.
      const counted = await tx.execute(
        sql`select sum(pg_stat_get_xact_tuples_returned(oid))::int as total from pg_class
          where relnamespace = current_schema()::regnamespace and relkind in ('r', 'i')`,
      )
      const { rows } = counted as unknown as { rows: { total: number }[] }
      return rows[0]?.total ?? Number.NaN
    }
    const before = await total()
    await work(tx)
    return (await total()) - before
  })
}
