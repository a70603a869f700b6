import { startDue } from '../database/operations/claim.ts'
import type { Engine } from './context.ts'
import { endFailedDependents } from './dependents.ts'
import { resumeDue } from './waits.ts'

const batch = 1000
/** The range of the random delay after a due time that another worker may know as well. */
const leastSpreadMs = 10

/** Starts what is due: delayed operations, those whose wait is over, and the ends of those whose dependency has failed. */
export type DueStarter = {
  /** One round. Returns the milliseconds until the next one. */
  round(actor: string | undefined): Promise<number>
}

/**
 * A round reads the next due time, and the next round runs then, at most `pollMs` later. All workers read the same times, so each adds a
 * random delay, which doubles with every round that finds nothing because another worker was first, and is short again once it finds
 * something. So of many workers few come at each due time, and the others poll. A worker need not read the due times that it has written.
 */
export function createDueStarter(
  engine: Engine,
  { pollMs, onStarted }: { pollMs: number; onStarted(): void },
): DueStarter {
  let spreadMs = leastSpreadMs
  /** The due time that the last round has read, by `performance.now()`. */
  let expectedMs = Infinity

  return {
    async round(actor) {
      const wasDue = performance.now() >= expectedMs
      expectedMs = Infinity
      const { started, nextMs } = await startDue(engine.db, batch)
      const ended = actor ? await endFailedDependents(engine, actor, batch) : 0
      const waits = actor ? await resumeDue(engine, actor, batch) : { resumed: 0, nextMs: undefined }
      if (started + waits.resumed > 0) {
        spreadMs = leastSpreadMs
        onStarted()
      } else if (wasDue) spreadMs = Math.min(pollMs, spreadMs * 2)
      // What has ended may have dependents too: the next level is ended in the next round, at once.
      if (started === batch || waits.resumed === batch || ended > 0) return 0
      const next = Math.max(0, Math.min(nextMs ?? Infinity, waits.nextMs ?? Infinity))
      expectedMs = performance.now() + next
      return Math.min(pollMs, Math.ceil(next + Math.random() * spreadMs))
    },
  }
}
