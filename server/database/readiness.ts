import type { Connection } from './connection.ts'

const answerMs = 1000

/** Probes share a result for this long, so that the database gets at most four queries a second. */
const sharedMs = 250

/**
 * The service is ready while the database answers within a second and the service is not stopping. The query uses a pool that requests do
 * not use, so that callers that use all other connections do not make the service unready.
 */
export function watchReadiness({ countPool }: Pick<Connection, 'countPool'>) {
  let stopping = false
  let asking: Promise<boolean> | undefined

  function ask(): Promise<boolean> {
    asking ??= countPool
      .query('select 1')
      .then(
        () => true,
        () => false,
      )
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
      const silent = Promise.withResolvers<boolean>()
      // After the next poll phase: if this process was blocked, the answer may be waiting in the socket.
      const timer = setTimeout(() => setImmediate(() => silent.resolve(false)), answerMs)
      const answers = await Promise.race([ask(), silent.promise])
      clearTimeout(timer)
      return answers ? undefined : 'The database does not answer.'
    },
  }
}
