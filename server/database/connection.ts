import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import type { PgTransactionConfig } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import { borrow } from './borrow.ts'
import {
  openPgPool,
  openPostgresJs,
  type PgPool,
  type PgPoolClient,
  requirePatchedDriver,
  type SessionSettings,
  type Sql,
} from './client.ts'
import type { CopyPool } from './copy.ts'
import type { Db } from './db.ts'
import { isRolledBack, recordConnectionErrors } from './errors.ts'
import type { ExecutorPool } from './pool-sizes.ts'
import { watchedSockets } from './sockets.ts'
import { type ConnectionOptions, parseUrl } from './url.ts'

export type Connection = HandlerConnection & {
  /** Contains the password: never log it. */
  url: string
  /** The client of `db`. Do not pass raw jsonb or dates: Drizzle has changed its serialisers. */
  sql: Sql
  /** For rate limits and the readiness probe, which must not wait for requests. Opens no connection until it is used. */
  countPool: PgPool
  /** The connections in use and the callers that wait for one. postgres.js, which has the pool `queries`, does not tell. */
  poolFigures(): PoolFigure[]
}

export type PoolFigure = { pool: 'transactions' | 'counts'; most: number; used: number; waiting: number }

/** What handlers use. */
export type HandlerConnection = {
  /** For everything except COPY and long queries. Transactions run on a pool of `pg`. */
  db: Db
  /** For COPY and long queries. Opens no connection until it is used. */
  copyPool: CopyPool
  /** Ends all pools, running queries included, within about 5 seconds. */
  close(): Promise<void>
}

export type ConnectOptions = {
  /** Maximum connections for `db`. */
  poolSize: number
  /** Maximum connections for transactions; default `poolSize`. */
  transactionPoolSize?: number
  /** Maximum connections for COPY; default 4. */
  copyPoolSize?: number
  /** Maximum connections of `countPool`; default 2. */
  countPoolSize?: number
  /** For `pg_stat_activity`; the other pools append ` copy`, ` transactions` and ` counts`. */
  applicationName: string
  /** Statement timeout of `db`; default 10. A connection that receives nothing for 1.5 × this time is closed. */
  statementSeconds?: number
  /** How long a connection of `db` is used; default 60. */
  sessionSeconds?: number
}

const defaultStatementSeconds = 10
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

/** For the statements of the service, which read by key. Handlers have the defaults of the database. */
const shortStatements = {
  // One request uses one processor of the database, also for a count: the others are needed by other owners.
  max_parallel_workers_per_gather: '0',
  // Compilation costs more than any of these statements, but the planner overestimates the rows of JSON lists and would compile.
  jit: 'off',
  // For the same reason it would read all operations, if there are fewer than 20,000, to find the 50 of a batch.
  enable_seqscan: 'off',
}

/** The first query opens the first connection. `migrate` checks whether the database is reachable. */
export function connect(url: string, options: ConnectOptions): Connection {
  requirePatchedDriver()
  const {
    poolSize,
    transactionPoolSize = poolSize,
    copyPoolSize = 4,
    countPoolSize = 2,
    applicationName,
    statementSeconds = defaultStatementSeconds,
    sessionSeconds = maxSessionSeconds,
  } = options
  const { silentMs, session } = limitsOf(statementSeconds)
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
  const address = parseUrl(url)
  const sockets = watchedSockets(address, { silentMs, connectMs: connectSeconds * 1000 })
  const sql = openPostgresJs(
    address,
    { ...settings, ...sockets },
    {
      ...session,
      ...shortStatements,
      application_name: applicationName,
    },
  )
  const transactionPool = openPool(
    address,
    `${applicationName} transactions`,
    transactionPoolSize,
    statementSeconds,
    shortStatements,
  )
  const copyPool = openCopyPool(address, applicationName, copyPoolSize, transactionPool)
  const countPool = openPgPool(
    address,
    { ...poolSettings, max: countPoolSize, query_timeout: countMs, connectionTimeoutMillis: countMs },
    { application_name: `${applicationName} counts`, statement_timeout: String(countMs) },
  )
  const pools = [copyPool, transactionPool, quietly(countPool)]
  return {
    url,
    db: withTransactionsOf(transactionPool, drizzle(sql), 3),
    sql,
    copyPool,
    countPool,
    poolFigures: () => [
      { pool: 'transactions', most: transactionPoolSize, ...usageOf(transactionPool) },
      { pool: 'counts', most: countPoolSize, ...usageOf(countPool) },
    ],
    close: async () => {
      await Promise.all([sql.end({ timeout: closeSeconds }), closeAll(pools)])
    },
  }
}

/** The connections of an executor: queries and transactions of its handlers share one pool of `pg`. */
export function connectHandlers(
  url: string,
  { queries, copies, applicationName }: ExecutorPool & { applicationName: string },
): HandlerConnection {
  const address = parseUrl(url)
  const pool = openPool(address, applicationName, queries, defaultStatementSeconds)
  const copyPool = openCopyPool(address, applicationName, copies, pool)
  return {
    // An attempt is repeated as a whole, uncharged, because a handler may have done more than the transaction.
    db: withTransactionsOf(pool, drizzlePg(pool), 1),
    copyPool,
    close: () => closeAll([pool, copyPool]),
  }
}

const usageOf = ({ totalCount, idleCount, waitingCount }: PgPool) => ({
  used: totalCount - idleCount,
  waiting: waitingCount,
})

const poolSettings = {
  connectionTimeoutMillis: connectSeconds * 1000,
  idleTimeoutMillis: idleSeconds * 1000,
  keepAlive: true,
  keepAliveInitialDelayMillis: keepAliveSeconds * 1000,
}

/** The settings of sessions whose statements are limited. */
function limitsOf(statementSeconds: number) {
  const statementMs = statementSeconds * 1000
  const session = {
    statement_timeout: String(statementMs),
    idle_in_transaction_session_timeout: String(idleInTransactionSeconds * 1000),
  }
  return { silentMs: statementMs * 1.5, session }
}

function openPool(
  address: ConnectionOptions,
  name: string,
  max: number,
  statementSeconds: number,
  planning: SessionSettings = {},
): PgPool {
  const { silentMs, session } = limitsOf(statementSeconds)
  const settings = { ...poolSettings, max, query_timeout: silentMs }
  return quietly(openPgPool(address, settings, { ...session, ...planning, application_name: name }))
}

/** Statements take as long as they need. They are cancelled over a connection of `other`, because all of this pool may be in use. */
function openCopyPool(address: ConnectionOptions, applicationName: string, max: number, other: PgPool): CopyPool {
  const { session } = limitsOf(0)
  const settings = { ...session, application_name: `${applicationName} copy` }
  const pool = quietly(openPgPool(address, { ...poolSettings, max }, settings))
  return Object.assign(pool, { cancel: (pid: number) => other.query('select pg_cancel_backend($1)', [pid]) })
}

/** The queries of Drizzle on a connection of `pg`, inside its transaction. */
export function dbOn(client: PgPoolClient): Db {
  return drizzlePg(client)
}

/** Transactions run on `pg`: see `client.ts`. `tries`: how often one is run that the server rolled back because of others. */
function withTransactionsOf(pool: PgPool, db: Db, tries: number): Db {
  const transaction: Db['transaction'] = async (work, config) => {
    for (let left = tries - 1; ; left -= 1) {
      try {
        return await transactionOn(pool, work, config)
      } catch (error) {
        if (left <= 0 || !isRolledBack(error)) throw error
      }
    }
  }
  return Object.assign(db, { transaction })
}

type Transaction = Parameters<Parameters<Db['transaction']>[0]>[0]

async function transactionOn<T>(
  pool: PgPool,
  work: (tx: Transaction) => Promise<T>,
  config?: PgTransactionConfig,
): Promise<T> {
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

function quietly(pool: PgPool): PgPool {
  // Without a listener, an idle connection that the server ends would end the process. The pool replaces it.
  pool.on('error', () => {})
  // The same for a client in use. Its query rejects with the error.
  return pool.on('connect', recordConnectionErrors)
}

const closeAll = async (pools: PgPool[]) => {
  await Promise.all(pools.map((pool) => endWithin(pool, closeSeconds * 1000)))
}

/** Without the timeout, `end` would never settle if a client was not released. */
async function endWithin(pool: PgPool, ms: number) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([pool.end(), promise])
  clearTimeout(timer)
}
