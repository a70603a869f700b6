/**
 * The only file that imports a database driver. Two drivers connect with the same `ConnectionOptions`:
 * - `postgres` (postgres.js) runs the queries of Drizzle: it prepares statements and pipelines them over a few connections, which is about
 *   four times as fast on reads. The migrations use it too.
 * - `pg` runs what postgres.js cannot do safely. COPY: postgres.js never settles when COPY FROM STDIN fails. Transactions: when the connection
 *   is lost, the next statement in postgres.js crashes the process or runs outside of the transaction; `pg` refuses it. LISTEN, leases, rate
 *   limits and the readiness probe: each query has its own timeout, and a lost connection is reported instead of replaced.
 * `url.ts` parses the options. Neither file may import Drizzle: the lease thread loads them and must start quickly.
 */
import { callbackify } from 'node:util'
import pg from 'pg'
import postgres from 'postgres'
import { OperatorError } from '../domain/operator-error.ts'
import type { ConnectionOptions } from './url.ts'

export type Sql = postgres.Sql
export type TransactionSql = postgres.TransactionSql
export type PgClient = pg.Client
export type PgPool = pg.Pool
export type PgPoolClient = pg.PoolClient
/** A client of either kind, pooled or not. */
export type PgConnection = pg.ClientBase

export const { DatabaseError, escapeLiteral } = pg

type DriverOptions = NonNullable<Parameters<typeof postgres>[1]>

/** As the driver takes them, which is more than its types say. */
type UntypedOptions = { host: string[]; port: number[]; sslnegotiation: 'direct' | null; session: string }

/**
 * Session settings on which answers or guarantees depend, whatever the role, the database, the URL or the environment says. They are sent
 * with the start of a session, so that they also hold after a reconnect. PostgreSQL manual, "Client Connection Defaults".
 */
const fixedSettings = {
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  exit_on_error: 'off',
  gin_fuzzy_search_limit: '0',
}

/** Timeouts of the role or the database would end long work and idle listeners. The service sets its own where it needs them. */
const noTimeouts = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
}

/** Settings that a caller adds. */
export type SessionSettings = Record<string, string>

/**
 * postgres.js 3.4.9 reuses state of a broken connection for the next query; `patches/` fixes that (upstream #1119, #1181, #1209). It also adds
 * the option `session`: statements that run first on each connection; if they fail, the connection is closed.
 */
export function requirePatchedDriver() {
  if ((postgres as { patchedFor?: unknown }).patchedFor === 'longrun 2') return
  throw new OperatorError('The installed package `postgres` lacks the patch in patches/. Run npm ci, or npm run build.')
}

/** A client of postgres.js, which is a pool. The first query opens the first connection. */
export function openPostgresJs(options: ConnectionOptions, settings: DriverOptions, session: SessionSettings): Sql {
  const { host, port, database, user, password, tls } = options
  const { parameters, statements } = sessionOf(options, session)
  const untyped: UntypedOptions = {
    // Lists, because the driver would split an IPv6 address.
    host: [host],
    port: [port],
    sslnegotiation: tls?.direct ? 'direct' : null,
    session: statements,
  }
  const all: DriverOptions = {
    database,
    user,
    password,
    ssl: tls ? (tls.settings as object) : false,
    ...settings,
    ...(untyped as object),
    ...(host.startsWith('/') && { path: `${host}/.s.PGSQL.${port}` }),
    connection: parameters,
  }
  return postgres(all)
}

/** A client of `pg`, not yet connected. */
export function openPgClient(
  options: ConnectionOptions,
  settings: pg.ClientConfig,
  session: SessionSettings,
): PgClient {
  const { Client, ...config } = pgConfig(options, settings, session)
  return new Client(config)
}

/** A pool of `pg` clients. Opens no connection until it is used. */
export function openPgPool(options: ConnectionOptions, settings: pg.PoolConfig, session: SessionSettings): PgPool {
  return new pg.Pool(pgConfig(options, settings, session))
}

function pgConfig<Settings extends pg.ClientConfig>(
  options: ConnectionOptions,
  settings: Settings,
  session: SessionSettings,
) {
  const { host, port, database, user, password, tls } = options
  const { parameters, statements } = sessionOf(options, session)
  return {
    host,
    port,
    database,
    user,
    password,
    // Every option that `pg` would otherwise take from a PG… variable has a value.
    ssl: tls ? tls.settings : false,
    sslnegotiation: tls?.direct ? 'direct' : 'postgres',
    ...parameters,
    ...settings,
    Client: clientWith(statements, parameters.options),
  }
}

/** A client that is connected when `statements` have run. */
function clientWith(statements: string, options = '') {
  return class extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      super(config)
      // Instead of '', the driver would take the options of PGOPTIONS, which the URL contains already.
      const { connectionParameters } = this as unknown as { connectionParameters: { options: string } }
      connectionParameters.options = options
      if (statements === '') return
      const connect = async () => {
        await super.connect()
        await this.query(statements).catch(async (error) => {
          await this.end().catch(() => {})
          throw error
        })
        return this
      }
      // The pool passes a callback.
      this.connect = ((callback?: (error: Error | null) => void) =>
        callback ? callbackify(connect)(callback) : connect()) as pg.Client['connect']
    }
  }
}

/** What a session starts with: settings of the service, then those of the URL, which replace them, then those that nothing may replace. */
function sessionOf({ schema, session }: ConnectionOptions, settings: SessionSettings) {
  const { application_name: name = 'longrun', ...own } = { ...noTimeouts, ...settings }
  const all = { ...own, ...session.settings, ...fixedSettings, search_path: schema }
  const parameters = { application_name: session.applicationName ?? name, client_encoding: 'UTF8' }
  return session.byStatements
    ? { parameters: { ...parameters, options: undefined }, statements: statementsOf(all) }
    : { parameters: { ...parameters, options: wordsOf(all) }, statements: '' }
}

/** For a connection pooler, which refuses or ignores options. */
function statementsOf(settings: SessionSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `set ${name} = ${pg.escapeLiteral(value)}`)
    .join('; ')
}

/** As options of the server's command line, in which a backslash escapes a space. */
function wordsOf(settings: SessionSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\\s]/g, '\\$&')}`)
    .join(' ')
}
