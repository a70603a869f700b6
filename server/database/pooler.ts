import { OperatorError } from '../domain/operator-error.ts'
import { openPgClient, type PgClient } from './client.ts'
import { sqlState } from './errors.ts'
import { parseUrl, withSettingsByStatements } from './url.ts'

const connectMs = 10_000
/** A setting of this name exists only in a session that got the options of its start. */
const mark = 'longrun.started'
const rounds = 8

/**
 * The URL, changed if it leads to a connection pooler, which refuses or ignores the options of a session. Throws an `OperatorError` if the
 * pooler lends a server connection for each transaction or statement: LISTEN, session settings, advisory locks of the migrations and prepared
 * statements need one server connection for each session. Errors of the connection are left to `migrate`, which explains them.
 */
export async function resolvePooler(url: string): Promise<string> {
  const resolved = (await passesOptionsOn(url)) ? url : withSettingsByStatements(url)
  if (await isSharedByTransactions(resolved).catch(isProtocolViolation)) {
    throw new OperatorError(
      'DATABASE_URL leads to a connection pooler that shares server connections between sessions: set its pool mode to session (PgBouncer: pool_mode = session, with a pool of at least DATABASE_POOL_SIZE), or name PostgreSQL itself.',
    )
  }
  return resolved
}

/** PgBouncer refuses options, and BEGIN if it lends a connection for each statement. */
const isProtocolViolation = (error: unknown) => sqlState(error) === '08P01'

async function passesOptionsOn(url: string): Promise<boolean> {
  const client = open(url)
  try {
    await client.connect()
    const { rows } = await client.query(`select current_setting('${mark}', true) as mark`)
    return rows[0].mark === 'yes'
  } catch (error) {
    return !isProtocolViolation(error)
  } finally {
    await client.end().catch(() => {})
  }
}

/**
 * Two sessions have two server processes, unless a pooler shares them. Such a pooler gives the second session, which is in a transaction, the
 * connection of the first, or gives the first one another connection with each statement. A pooler that takes its connections in turn does the
 * latter only if the number of statements between is not a multiple of its connections, so the first session asks twice.
 */
async function isSharedByTransactions(url: string): Promise<boolean> {
  const [first, second] = [open(url), open(url)]
  try {
    await Promise.all([first.connect(), second.connect()])
    const pids = new Set<number>()
    for (let round = 0; round < rounds; round += 1) {
      pids.add(await pidOf(first))
      pids.add(await pidOf(first))
      await second.query('begin')
      const other = await pidOf(second)
      if (pids.has(other)) return true
      pids.add(await pidOf(first))
      await second.query('commit')
    }
    return pids.size > 1
  } finally {
    await Promise.all([first.end().catch(() => {}), second.end().catch(() => {})])
  }
}

async function pidOf(client: PgClient): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid as number
}

function open(url: string): PgClient {
  const client = openPgClient(
    parseUrl(url),
    { connectionTimeoutMillis: connectMs, query_timeout: connectMs },
    { application_name: 'longrun-probe', [mark]: 'yes' },
  )
  client.on('error', () => {})
  return client
}
