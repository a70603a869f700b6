import { sql } from 'drizzle-orm'
import type { Connection } from '../../server/database/connection.ts'
import type { Db } from '../../server/database/db.ts'

/** Number of rows of tables that the database reads for `work`, which runs in one transaction. */
export async function rowsRead({ db }: Connection, work: (db: Db) => Promise<unknown>): Promise<number> {
  return db.transaction(async (tx) => {
    const total = async () => {
      const counted = await tx.execute(
        sql`select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as total from pg_stat_xact_user_tables`,
      )
      const { rows } = counted as unknown as { rows: { total: number }[] }
      return rows[0]?.total ?? Number.NaN
    }
    const before = await total()
    await work(tx)
    return (await total()) - before
  })
}
