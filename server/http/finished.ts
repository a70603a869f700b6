import { formatId } from '../contract/ids.ts'
import type { Hints } from '../database/hints.ts'

/** The entity tag of an operation that has ended. */
export type Finished = { ownerId: string; expiresAt: Date | null; etag: string }

export type FinishedOperations = {
  /** Its tag, if it was read a moment ago. Undefined: look in the database. `id`s are those that callers write. */
  recall(ownerId: string, id: string): string | undefined
  remember(id: string, finished: Finished): void
  forget(id: string): void
}

/** What other processes do to an operation that has ended (retry it, purge it) is heard of at once, and seen after this at the latest. */
const keptMs = 1000
const most = 5000

/**
 * Tags of operations that have ended, for those who ask again and again whether there is anything new: what is terminal does not
 * change, so a second's memory of it is the truth but for a purge or a retry, of which a `changed` hint tells. Answers with a body are
 * always made from the row.
 */
export function rememberFinished(hints: Pick<Hints, 'listen'>): FinishedOperations {
  // In the order of insertion, which is that of going stale.
  const kept = new Map<string, Finished & { untilMs: number }>()

  const forget = (id: string) => void kept.delete(id)

  hints.listen('changed', (operationIds) => {
    for (const operationId of operationIds) forget(formatId('operation', operationId))
  })
  return {
    recall(ownerId, id) {
      const found = kept.get(id)
      if (!found || found.ownerId !== ownerId) return undefined
      const stale = found.untilMs <= performance.now() || (found.expiresAt && found.expiresAt.getTime() <= Date.now())
      if (!stale) return found.etag
      forget(id)
      return undefined
    },
    remember(id, finished) {
      const now = performance.now()
      for (const [earlier, { untilMs }] of kept) {
        if (untilMs > now && kept.size < most) break
        forget(earlier)
      }
      forget(id)
      kept.set(id, { ...finished, untilMs: now + keptMs })
    },
    forget,
  }
}
