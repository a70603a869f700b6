import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type * as schema from './schema.ts'

/**
 * What every query takes first: the pool, or a transaction of either driver (postgres.js for all traffic, `pg`
 * where COPY needs it). Use the query builder on it: `execute` answers differently from driver to driver.
 */
export type Db = PgDatabase<PgQueryResultHKT, typeof schema>
