import type { Connection } from './connection.ts'

const answerMs = 1000

/** Probes share a result for this long, so that the database gets at most four queries a second. */
const sharedMs = 250

const silent = 'The database does not answer.'
const readOnly = 'The database is read-only.'

/**
 * The service is ready while the database answers within a second and can be written, and the service is not stopping. The query uses a pool
 * that requests do not use, so that callers that use all other connections do not make the service unready.
 */
export function watchReadiness({ countPool }: Pick<Connection, 'countPool'>) {
  let stopping = false
  let asking: Promise<string | undefined> | undefined

  /** Why the database cannot be used; undefined if it can. */
  async function probe(): Promise<string | undefined> {
    const client = await countPool.connect()
    let reason: string | undefined = silent
    try {
      const { rows } = await client.query(`select current_setting('transaction_read_only') = 'on' as is_read_only`)
      reason = rows[0].is_read_only ? readOnly : undefined
      return reason
    } finally {
      // The setting may have come with the session, so the next probe opens another one.
      client.release(reason !== undefined)
    }
  }

  function ask(): Promise<string | undefined> {
    asking ??= probe()
      .catch(() => silent)
      .finally(() => {
        setTimeout(() => {
          asking = undefined
        }, sharedMs).unref()
      })
    return asking
  }

  return {
    stop: () => {
      stopping = true
    },
    unready: async () => {
      if (stopping) return 'The service is stopping.'
      const late = Promise.withResolvers<string>()
      // After the next poll phase: if this process was blocked, the answer may be waiting in the socket.
      const timer = setTimeout(() => setImmediate(() => late.resolve(silent)), answerMs)
      const reason = await Promise.race([ask(), late.promise])
      clearTimeout(timer)
      return reason
    },
  }
}
