import { setTimeout as sleep } from 'node:timers/promises'
import { sqlState } from './refusal.ts'

/** Long enough for a restart of the database; after it, the lease sweep takes over. */
const patienceMs = 30_000

/**
 * Makes a write survive a database that is away for a moment: repeats it until it gets an answer. Only for writes that are
 * fenced, since one whose reply was lost is made twice. Throws what no repetition would change, and at last anything.
 */
export async function persist<T>(write: () => Promise<T>, stopped: AbortSignal): Promise<T> {
  const until = performance.now() + patienceMs
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 2000)) {
    try {
      return await write()
    } catch (error) {
      if (!isPassing(error) || stopped.aborted || performance.now() > until) throw error
    }
    await sleep(waitMs, undefined, { signal: stopped })
  }
}

/** Connection lost (08, or no SQLSTATE at all), deadlock (40), out of resources (53), shutting down (57). */
function isPassing(error: unknown): boolean {
  if (error instanceof TypeError) return false
  return /^(08|40|53|57)/.test(sqlState(error) ?? '08')
}
