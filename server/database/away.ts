import { DrizzleQueryError } from 'drizzle-orm/errors'
import pg, { type ClientBase } from 'pg'

/**
 * Whether something failed because our database is away or its connection broke: a query of Drizzle, or what `explained` has seen to. Any
 * other connection that broke (a vendor's, a storage's) is not meant, whatever its code.
 */
export function isAway(error: unknown): boolean {
  return chainOf(error).some((at) => at instanceof DatabaseAway || (at instanceof DrizzleQueryError && isLost(at)))
}

/** A connection to our database broke, or could not be made; `cause` says how. */
export class DatabaseAway extends Error {
  constructor(cause: unknown) {
    super(`the database is away: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'DatabaseAway'
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
 * SQLSTATE classes 08 (connection), 53 (resources: disk full, too many clients), 57P (shutdown), and 3D000, 55000: the database is being
 * replaced and takes no connection.
 */
const lostStates = /^(08...|53...|57P..|3D000|55000)$/
/** `pg` gives these no code, nor do sockets of ours that were silent for too long. */
const lostWords =
  /^(the database was silent|Connection terminated|timeout exceeded when trying to connect|Query read timeout)|not queryable$/

/** Whether an error, of whatever connection, is that of one that broke or could not be made. */
export function isLost(error: unknown): boolean {
  return chainOf(error).some((at) => {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : undefined
    return code === undefined ? lostWords.test(at.message) : lostCodes.has(code) || lostStates.test(code)
  })
}

const losses = new WeakMap<ClientBase, Error>()

/** Remembers why a connection broke, for `explained`; without it nobody would hear that error, and the process would end. */
export function watchForLoss(client: ClientBase): void {
  client.on('error', (error) => {
    if (!losses.has(client)) losses.set(client, error)
  })
}

/** What work that borrowed `client` really failed of: when the connection broke, that. */
export function explained(client: ClientBase, error: unknown): unknown {
  const cause = error instanceof pg.DatabaseError ? error : losses.get(client)
  return isLost(cause) && !isAway(error) ? new DatabaseAway(cause) : error
}

function chainOf(error: unknown): Error[] {
  const chain: Error[] = []
  for (let at = error; at instanceof Error && !chain.includes(at); at = at.cause) chain.push(at)
  return chain
}
