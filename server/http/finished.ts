import { formatId } from '../contract/ids.ts'
import type { WireOperation } from '../contract/operation.ts'
import type { Hints } from '../database/hints.ts'

/** An operation that has ended, as it is answered. */
export type Finished = { ownerId: string; expiresAt: Date | null; body: WireOperation; etag: string }

export type FinishedOperations = {
  /** Undefined: look in the database. */
  recall(ownerId: string, id: string): Finished | undefined
  remember(finished: Finished): void
  /** `id`s are those that callers write. */
  forget(id: string): void
}

/** What other processes do to an operation that has ended (retry it, purge it) is heard of at once, and seen after this at the latest. */
const keptMs = 1000
const most = 5000

/**
 * Answers for operations that have ended, and that many ask for at once or again and again: what is terminal does not change, so a
 * second's memory of it is the truth but for a purge or a retry, of which a `changed` hint tells.
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
      if (!stale) return found
      forget(id)
      return undefined
    },
    remember(finished) {
      const now = performance.now()
      for (const [id, { untilMs }] of kept) {
        if (untilMs > now && kept.size < most) break
        forget(id)
      }
      const { operationId } = finished.body
      forget(operationId)
      kept.set(operationId, { ...finished, untilMs: now + keptMs })
    },
    forget,
  }
}
