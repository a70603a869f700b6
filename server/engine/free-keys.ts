import type { Db } from '../database/db.ts'
import { firstKey, freeKeys, releaseEach } from '../database/operations/keys.ts'

/** Keys that one round looks at. */
const keysInRound = 100
/** While the last round did not reach the last key, the next one follows sooner. */
const restMs = 5000
const betweenMs = 500

/**
 * Finds concurrency keys that are free although operations wait for them (see `freeKeys`), and puts these operations into the queue. Each call
 * looks at a part of the keys, and does nothing if the last one was a moment ago. Returns how many operations were put into the queue.
 */
export function createKeyRelease(db: Db, now: () => number = () => performance.now()): () => Promise<number> {
  let after = firstKey
  let nextMs = 0
  return async () => {
    if (now() < nextMs) return 0
    const { keys, next } = await freeKeys(db, { after, limit: keysInRound })
    after = next ?? firstKey
    nextMs = now() + (next ? betweenMs : restMs)
    return keys.length > 0 ? releaseEach(db, keys) : 0
  }
}
