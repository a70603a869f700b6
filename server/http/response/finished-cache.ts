import { LRUCache } from 'lru-cache'
import { formatId } from '../../contract/ids.ts'
import type { Notifier } from '../../notifications/notifier.ts'

/** The entity tag of an operation that has ended. */
type Finished = { ownerId: string; expiresAt: Date | null; etag: string }

export type FinishedOperations = {
  /** The operation's entity tag, if it was read within the last second. `id` as in the API. */
  etagOf(ownerId: string, id: string): string | undefined
  set(id: string, finished: Finished): void
  delete(id: string): void
}

/** The time until a retry or purge by another process is seen, if its notification is lost. */
const ttlMs = 1000
const max = 5000

/**
 * Entity tags of operations that have ended, for conditional requests. Such an operation changes only by a retry or a purge, of which a
 * `changed` notification tells. Responses with a body are always made from the row.
 */
export function createFinishedCache(notifications: Pick<Notifier, 'listen'>): FinishedOperations {
  const cache = new LRUCache<string, Finished>({ max, ttl: ttlMs })

  notifications.listen('changed', (operationIds) => {
    for (const operationId of operationIds) cache.delete(formatId('operation', operationId))
  })
  return {
    etagOf(ownerId, id) {
      const found = cache.get(id)
      const expired = found?.expiresAt && found.expiresAt.getTime() <= Date.now()
      return found?.ownerId === ownerId && !expired ? found.etag : undefined
    },
    set: (id, finished) => void cache.set(id, finished),
    delete: (id) => void cache.delete(id),
  }
}
