/**
 * The only file that imports a database driver. Two drivers connect with the same `ConnectionOptions`:
 * - `postgres` (postgres.js) runs the queries of Drizzle: it prepares statements and pipelines them over a few connections, which is about
 *   four times as fast on reads. The migrations use it too.
 * - `pg` runs what postgres.js cannot do safely. COPY: postgres.js never settles when COPY FROM STDIN fails. Transactions: when the connection
 *   is lost, the next statement in postgres.js crashes the process or runs outside of the transaction; `pg` refuses it. LISTEN, leases, rate
 *   limits and the readiness probe: each query has its own timeout, and a lost connection is reported instead of replaced.
 * This file must not import Drizzle: the lease thread loads it and must start quickly.
 */
import { dirname } from 'node:path'
import pg from 'pg'
import postgres from 'postgres'
import { OperatorError } from '../domain/operator-error.ts'

export type Sql = postgres.Sql
export type TransactionSql = postgres.TransactionSql
export type PgClient = pg.Client
export type PgPool = pg.Pool
export type PgPoolClient = pg.PoolClient
/** A client of either kind, pooled or not. */
export type PgConnection = pg.ClientBase

export const { DatabaseError, escapeLiteral } = pg

type DriverOptions = NonNullable<Parameters<typeof postgres>[1]> & { max_pipeline?: number }

/** Where and how to connect. Contains the password: never log it. */
export type ConnectionOptions = {
  /** More than one for a URL with a list of hosts, which only postgres.js supports. */
  host: string[]
  port: number[]
  /** The file of a Unix socket. False: TCP. */
  path: string | false
  database: string
  user: string
  password: string
  /** `sslmode`, or false. */
  ssl: string | boolean | object
  /** Whether TLS starts without a request (`sslnegotiation=direct`). */
  directTls: boolean
  /** Session settings among the URL's parameters. They replace those of the service. */
  session: Record<string, string>
  /** Options of postgres.js among the URL's parameters. */
  postgresJs: Pick<DriverOptions, 'prepare' | 'max_lifetime' | 'max_pipeline' | 'target_session_attrs'>
}

/** Parses the URL of a database, completed from the environment (`PGHOST` and so on). Opens no connection. */
export function parseUrl(url: string): ConnectionOptions {
  // Without a name of its own, the driver would add a default, which would count as a parameter of the URL.
  const parsed = postgres(url, { connection: { application_name: '' } }).options as unknown as ParsedUrl
  const { host, port, path, user, pass, ssl, sslnegotiation, connection } = parsed
  const { prepare, max_lifetime, max_pipeline, target_session_attrs } = parsed
  const session = Object.entries(connection).filter(([, value]) => value !== '')
  return {
    host,
    port,
    path,
    // postgres.js leaves percent-encoding in the name.
    database: decodeURIComponent(parsed.database),
    user,
    password: pass,
    ssl,
    directTls: sslnegotiation === 'direct',
    session: Object.fromEntries(session),
    postgresJs: { prepare, max_lifetime, max_pipeline, ...(target_session_attrs && { target_session_attrs }) },
  }
}

type ParsedUrl = Pick<ConnectionOptions, 'host' | 'port' | 'path' | 'database' | 'user' | 'ssl'> &
  ConnectionOptions['postgresJs'] & { pass: string; sslnegotiation: string | null; connection: Record<string, string> }

/** postgres.js 3.4.9 reuses state of a broken connection for the next query; `patches/` fixes that (upstream #1119, #1181, #1209). */
export function requirePatchedDriver() {
  if ('patchedFor' in postgres) return
  throw new OperatorError('The installed package `postgres` lacks the patch in patches/. Run npm ci, or npm run build.')
}

/** A client of postgres.js, which is a pool. The first query opens the first connection. */
export function openPostgresJs(options: ConnectionOptions, settings: DriverOptions): Sql {
  const { host, port, path, database, user, password, ssl, directTls, session, postgresJs } = options
  const all: DriverOptions = {
    host: host.map((name, index) => `${name}:${port[index]}`).join(','),
    database,
    user,
    password,
    ...(path && { path }),
    ssl: ssl as boolean | object,
    ...(directTls && { sslnegotiation: 'direct' }),
    ...postgresJs,
    ...settings,
    connection: { ...settings.connection, ...session },
  }
  return postgres(all)
}

/** A client of `pg`, not yet connected. */
export function openPgClient(options: ConnectionOptions, settings: pg.ClientConfig): PgClient {
  return new pg.Client(pgConfig(options, settings))
}

/** A pool of `pg` clients. Opens no connection until it is used. */
export function openPgPool(options: ConnectionOptions, settings: pg.PoolConfig): PgPool {
  return new pg.Pool(pgConfig(options, settings))
}

/** A client with the options of the pool, not yet connected and not counted by the pool. */
export function openPgClientLike(pool: PgPool): PgClient {
  return new pg.Client(pool.options)
}

function pgConfig<Settings extends pg.ClientConfig>(options: ConnectionOptions, settings: Settings): Settings {
  const { host, port, path, database, user, password, ssl, directTls, session } = options
  const address = { host: path ? dirname(path) : host.join(','), port: port[0] }
  const tls = { ssl: tlsOfPg(ssl, directTls), ...(directTls && { sslnegotiation: 'direct' as const }) }
  return { ...address, database, user, password, ...tls, ...settings, ...session }
}

/**
 * TLS of `pg` is stricter than that of postgres.js (`secure-socket.ts`): each `sslmode` but `disable` and `no-verify` requires a valid
 * certificate. That is the rule of `pg` 8 for a URL.
 */
function tlsOfPg(ssl: ConnectionOptions['ssl'], direct: boolean): pg.ClientConfig['ssl'] {
  if (!ssl) return direct
  return ssl === 'no-verify' ? { rejectUnauthorized: false } : {}
}
