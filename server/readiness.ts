import type { Connection } from './database/connect.ts'

const answerMs = 1000

/** Ready while the database answers within a second, and the service is not stopping. */
export function watchReadiness({ sql }: Connection) {
  let stopping = false
  return {
    stop: () => {
      stopping = true
    },
    unready: async () => {
      if (stopping) return 'The service is stopping.'
      const late = AbortSignal.timeout(answerMs)
      const answered = sql`select 1`.then(
        () => true,
        () => false,
      )
      const silent = new Promise<boolean>((resolve) => late.addEventListener('abort', () => resolve(false)))
      return (await Promise.race([answered, silent])) ? undefined : 'The database does not answer.'
    },
  }
}
