import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'

/**
 * The first parameter of every query: the pool, or a transaction of either driver (postgres.js, or `pg` for transactions and COPY). Use the
 * query builder: the result of `execute` differs between the drivers.
 */
export type Db = PgDatabase<PgQueryResultHKT>
