import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { drizzle } from 'drizzle-orm/postgres-js'
import pg from 'pg'
import postgres from 'postgres'
import { watchForLoss } from './away.ts'
import { borrow } from './borrow.ts'
import type { Db } from './db.ts'
import * as schema from './schema.ts'
import { watchedSockets } from './sockets.ts'

export type Connection = {
  /** With the password: never log it. */
  url: string
  /** All traffic but COPY. Its transactions run on connections of their own. */
  db: Db
  /** The postgres.js client under `db`. Pass it no raw jsonb or dates: Drizzle has changed its serialisers. */
  sql: postgres.Sql
  /** For COPY alone (postgres.js never settles when COPY FROM STDIN fails). Opens nothing until it is used. */
  copyPool: pg.Pool
  /** For the counts of limits alone, which must not wait for whoever is counted. Opens nothing until it is used. */
  countPool: pg.Pool
  /** Ends all pools, running queries included, within about 5 seconds. */
  close(): Promise<void>
}

export type ConnectOptions = {
  /** Most connections for `db`. */
  poolSize: number
  /** Most connections for COPY. */
  copyPoolSize?: number
  /** As `pg_stat_activity` shows it; the connections for COPY get ` copy` appended. */
  applicationName: string
  /** Longest a statement on `db` may run: default 10. Half as much again without a word, and its connection is given up. */
  statementSeconds?: number
}

const connectSeconds = 10
const idleSeconds = 60
const keepAliveSeconds = 30
/** Whoever is gone without a word must not keep its locks: an operation that it was completing waits for them. */
const idleInTransactionSeconds = 20
const closeSeconds = 5
/** Nobody waits for a count for longer than this. */
const countMs = 3000

/** Opens no connection yet: the first query does. `migrate` is what finds out whether the database is there. */
export function connect(url: string, options: ConnectOptions): Connection {
  const { poolSize, copyPoolSize = 4, applicationName, statementSeconds = 10 } = options
  const idleInTransaction = { idle_in_transaction_session_timeout: idleInTransactionSeconds * 1000 }
  const statementMs = statementSeconds * 1000
  const silentMs = statementMs * 1.5
  const settings = {
    max: poolSize,
    connect_timeout: connectSeconds,
    idle_timeout: Math.min(idleSeconds, statementSeconds),
    keep_alive: keepAliveSeconds,
    // The driver asks for them at each connection, and one that breaks meanwhile ends the process: nobody hears that error.
    fetch_types: false,
    // A request waits while its connection is retried: the driver's own 20 s would be too long for whoever asks.
    backoff: (retries: number) => Math.min(0.05 * 2 ** retries, 0.4),
    // Notices such as "relation already exists, skipping" would be printed to standard output.
    onnotice: () => {},
    connection: {
      application_name: applicationName,
      statement_timeout: statementMs,
      ...idleInTransaction,
    },
  }
  // Opens nothing: it is asked what it makes of the URL.
  const { options: parsed } = postgres(url, settings)
  const sql = postgres(url, { ...settings, ...watchedSockets(parsed, { silentMs, connectMs: connectSeconds * 1000 }) })
  const pool = (max: number, name: string, more: pg.PoolConfig) =>
    quietly(
      new pg.Pool({
        connectionString: url,
        application_name: `${applicationName} ${name}`,
        max,
        connectionTimeoutMillis: connectSeconds * 1000,
        idleTimeoutMillis: idleSeconds * 1000,
        keepAlive: true,
        keepAliveInitialDelayMillis: keepAliveSeconds * 1000,
        ...idleInTransaction,
        ...more,
      }),
    )
  const copyPool = pool(copyPoolSize, 'copy', {})
  const transactionPool = pool(poolSize, 'transactions', { statement_timeout: statementMs, query_timeout: silentMs })
  const countPool = pool(2, 'counts', {
    statement_timeout: countMs,
    query_timeout: countMs,
    connectionTimeoutMillis: countMs,
  })
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

/**
 * When the connection of a transaction is lost, postgres.js lets the transaction's next statement write to nothing, which ends the
 * process, or, if the connection has been made anew by then, run outside of any transaction. `pg` refuses it.
 */
function withTransactionsOf(pool: pg.Pool, db: Db): Db {
  const transaction: Db['transaction'] = async (work, config) => {
    const { client } = await borrow(pool)
    let whole = false
    try {
      const answer = await drizzlePg(client, { schema }).transaction(work, config)
      whole = true
      return answer
    } finally {
      // Whatever failed: a connection in the middle of something is of no use to the next.
      client.release(!whole)
    }
  }
  return Object.assign(db, { transaction })
}

function quietly(pool: pg.Pool): pg.Pool {
  // An idle connection that the server ends is replaced when the next one is asked for.
  pool.on('error', () => {})
  // So would a client at work: its query has failed with the same error, and says so where it is awaited.
  return pool.on('connect', watchForLoss)
}

/** A pool whose client was never given back would keep `end` waiting for ever. */
async function endWithin(pool: pg.Pool, ms: number) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([pool.end(), promise])
  clearTimeout(timer)
}
