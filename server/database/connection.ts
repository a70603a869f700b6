import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { drizzle } from 'drizzle-orm/postgres-js'
import { borrow } from './borrow.ts'
import { openPgPool, openPostgresJs, type PgPool, type PgPoolClient, requirePatchedDriver, type Sql } from './client.ts'
import type { Db } from './db.ts'
import { recordConnectionErrors } from './errors.ts'
import * as schema from './schema/operations.ts'
import { watchedSockets } from './sockets.ts'
import { parseUrl } from './url.ts'

export type Connection = {
  /** Contains the password: never log it. */
  url: string
  /** For everything except COPY. Transactions run on a separate pool. */
  db: Db
  /** The client of `db`. Do not pass raw jsonb or dates: Drizzle has changed its serialisers. */
  sql: Sql
  /** For COPY and the long queries of handlers. Opens no connection until it is used. */
  copyPool: PgPool
  /** For rate limits and the readiness probe, which must not wait for requests. Opens no connection until it is used. */
  countPool: PgPool
  /** Ends all pools, running queries included, within about 5 seconds. */
  close(): Promise<void>
}

export type ConnectOptions = {
  /** Maximum connections for `db`. */
  poolSize: number
  /** Maximum connections for COPY. */
  copyPoolSize?: number
  /** For `pg_stat_activity`; the other pools append ` copy`, ` transactions` and ` counts`. */
  applicationName: string
  /** Statement timeout of `db`; default 10. A connection that receives nothing for 1.5 × this time is closed. */
  statementSeconds?: number
  /** How long a connection of `db` is used; default 60. */
  sessionSeconds?: number
}

const connectSeconds = 10
const idleSeconds = 60
const keepAliveSeconds = 30
/** A session keeps the defaults of its start, for example a database that was made read-only for a while. */
const maxSessionSeconds = 60
/** A process whose machine has disappeared must not keep its locks: the operations that it was completing wait for them. */
const idleInTransactionSeconds = 20
const closeSeconds = 5
/** The timeout of a count. */
const countMs = 3000

/** The first query opens the first connection. `migrate` checks whether the database is reachable. */
export function connect(url: string, options: ConnectOptions): Connection {
  requirePatchedDriver()
  const {
    poolSize,
    copyPoolSize = 4,
    applicationName,
    statementSeconds = 10,
    sessionSeconds = maxSessionSeconds,
  } = options
  const idleInTransaction = { idle_in_transaction_session_timeout: String(idleInTransactionSeconds * 1000) }
  const statementMs = statementSeconds * 1000
  const silentMs = statementMs * 1.5
  const settings = {
    max: poolSize,
    connect_timeout: connectSeconds,
    idle_timeout: Math.min(idleSeconds, statementSeconds),
    max_lifetime: sessionSeconds,
    keep_alive: keepAliveSeconds,
    // The driver would fetch types on each new connection; if that connection breaks, the unhandled error ends the process.
    fetch_types: false,
    // A request waits while its connection is retried: the driver's default of up to 20 s is too long.
    backoff: (retries: number) => Math.min(0.05 * 2 ** retries, 0.4),
    // Notices such as "relation already exists, skipping" would be printed to standard output.
    onnotice: () => {},
  }
  const session = {
    application_name: applicationName,
    statement_timeout: String(statementMs),
    // One request uses one processor of the database.
    max_parallel_workers_per_gather: '0',
    // Compilation costs more than any of these statements, but the planner overestimates the rows of JSON lists and would compile.
    jit: 'off',
    ...idleInTransaction,
  }
  const address = parseUrl(url)
  const sockets = watchedSockets(address, { silentMs, connectMs: connectSeconds * 1000 })
  const sql = openPostgresJs(address, { ...settings, ...sockets }, session)
  const pool = (max: number, name: string, more: Parameters<typeof openPgPool>[1], statementMs = 0) =>
    quietly(
      openPgPool(
        address,
        {
          max,
          connectionTimeoutMillis: connectSeconds * 1000,
          idleTimeoutMillis: idleSeconds * 1000,
          keepAlive: true,
          keepAliveInitialDelayMillis: keepAliveSeconds * 1000,
          ...more,
        },
        {
          application_name: `${applicationName} ${name}`,
          statement_timeout: String(statementMs),
          ...idleInTransaction,
        },
      ),
    )
  const copyPool = pool(copyPoolSize, 'copy', {})
  const transactionPool = pool(poolSize, 'transactions', { query_timeout: silentMs }, statementMs)
  const countPool = pool(2, 'counts', { query_timeout: countMs, connectionTimeoutMillis: countMs }, countMs)
  const pools = [copyPool, transactionPool, countPool]
  return {
    url,
    db: withTransactionsOf(transactionPool, drizzle(sql, { schema })),
    sql,
    copyPool,
    countPool,
    close: async () => {
      await Promise.all([
        sql.end({ timeout: closeSeconds }),
        ...pools.map((one) => endWithin(one, closeSeconds * 1000)),
      ])
    },
  }
}

/** The queries of Drizzle on a connection of `pg`, inside its transaction. */
export function dbOn(client: PgPoolClient): Db {
  return drizzlePg(client, { schema })
}

/** Transactions run on `pg`: see `client.ts`. */
function withTransactionsOf(pool: PgPool, db: Db): Db {
  const transaction: Db['transaction'] = async (work, config) => {
    const { client } = await borrow(pool)
    let completed = false
    try {
      const result = await dbOn(client).transaction(work, config)
      completed = true
      return result
    } finally {
      // After any failure the connection is closed, because its state is unknown.
      client.release(!completed)
    }
  }
  return Object.assign(db, { transaction })
}

function quietly(pool: PgPool): PgPool {
  // Without a listener, an idle connection that the server ends would end the process. The pool replaces it.
  pool.on('error', () => {})
  // The same for a client in use. Its query rejects with the error.
  return pool.on('connect', recordConnectionErrors)
}

/** Without the timeout, `end` would never settle if a client was not released. */
async function endWithin(pool: PgPool, ms: number) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([pool.end(), promise])
  clearTimeout(timer)
}
