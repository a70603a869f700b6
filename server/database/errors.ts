import { DrizzleQueryError } from 'drizzle-orm/errors'
import { DatabaseError, type PgConnection } from './client.ts'

/**
 * Whether an error means that the service's database is unavailable: it comes from a Drizzle query, or from `withConnectionError`. Errors of
 * other connections (a vendor's, a file store's) may have the same codes but do not count.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  return chainOf(error).some(
    (at) => at instanceof DatabaseUnavailable || (at instanceof DrizzleQueryError && isConnectionError(at)),
  )
}

/** A connection to the service's database broke or could not be opened; `cause` is the reason. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super(`the database is unavailable: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'DatabaseUnavailable'
  }
}

/** Codes of the sockets and of postgres.js. */
const lostCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])
/**
 * SQLSTATE classes 08 (connection), 40 (rolled back: deadlock, serialization failure), 53 (resources: disk full, too many clients), 57P
 * (shutdown); 25006: the database is read-only; 3D000, 55000: the database is being replaced and takes no connection.
 */
const lostStates = /^(08...|25006|40...|53...|57P..|3D000|55000)$/
/** Errors without a code: those of `pg`, and of sockets that `closeWhenSilent` has closed. */
const lostWords =
  /^(the database was silent|Connection terminated|timeout exceeded when trying to connect|Query read timeout)|not queryable$/

/** Whether an error means that a connection, of any kind, broke or could not be opened, or that the database can do the same work later. */
export function isConnectionError(error: unknown): boolean {
  return chainOf(error).some((at) => {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : undefined
    return code === undefined ? lostWords.test(at.message) : lostCodes.has(code) || lostStates.test(code)
  })
}

const losses = new WeakMap<PgConnection, Error>()

/** Records why a connection broke, for `withConnectionError`. Without the listener, the error would end the process. */
export function recordConnectionErrors(client: PgConnection): void {
  client.on('error', (error) => {
    if (!losses.has(client)) losses.set(client, error)
  })
}

/** Returns `DatabaseUnavailable` if the work on `client` failed because its connection broke, otherwise the error itself. */
export function withConnectionError(client: PgConnection, error: unknown): unknown {
  const cause = error instanceof DatabaseError ? error : losses.get(client)
  return isConnectionError(cause) && !isDatabaseUnavailable(error) ? new DatabaseUnavailable(cause) : error
}

function chainOf(error: unknown): Error[] {
  const chain: Error[] = []
  for (let at = error; at instanceof Error && !chain.includes(at); at = at.cause) chain.push(at)
  return chain
}

/** The SQLSTATE of a failed query, at any depth of `cause`. */
export function sqlState(error: unknown): string | undefined {
  return chainOf(error)
    .map((at) => ('code' in at && typeof at.code === 'string' ? at.code : ''))
    .find((code) => /^[0-9A-Z]{5}$/.test(code))
}

/** Whether the server rolled a transaction back because of others, and it can be repeated: serialization failure, deadlock. */
export function isRolledBack(error: unknown): boolean {
  return ['40001', '40P01'].includes(sqlState(error) ?? '')
}

/**
 * Whether a write failed because its values can never be stored: SQLSTATE class 22 (data exception: NUL or a lone surrogate in a text, number
 * out of range) or 54 (program limit exceeded), or a TypeError (not serialisable as JSON).
 */
export function isUnstorable(error: unknown): boolean {
  return error instanceof TypeError || /^(22|54)/.test(sqlState(error) ?? '')
}

/** Whether a retry may succeed: connection lost (SQLSTATE class 08, or none), deadlock (40), out of resources (53), shutdown (57). */
export function isTransient(error: unknown): boolean {
  return !(error instanceof TypeError) && /^(08|40|53|57)/.test(sqlState(error) ?? '08')
}
