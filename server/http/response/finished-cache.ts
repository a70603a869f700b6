import { LRUCache } from 'lru-cache'
import { formatId } from '../../contract/ids.ts'
import type { WireOperation } from '../../contract/present/operation.ts'
import type { LinkKeys } from '../../files/link-keys.ts'
import type { Notifier } from '../../notifications/notifier.ts'

/** An operation that has ended, as its owner reads it. */
type Finished = { ownerId: string; expiresAt: Date | null; etag: string; body: WireOperation }

export type FinishedOperations = {
  /** The operation, if it was read within the last second. `id` as in the API. */
  find(ownerId: string, id: string): Finished | undefined
  /** Keeps the operation, unless it has changed since `readAt` (`performance.now()` before it was read). */
  set(id: string, readAt: number, finished: Finished): void
  /** The operation was retried or purged by this process. */
  delete(id: string): void
}

/** The time until a retry or purge by another process is seen, if its notification is lost. */
const ttlMs = 1000
const max = 5000
/** Characters of all kept operations as JSON, and of one: a result or labels of one owner must not fill the memory. */
const mostCharacters = 16 * 2 ** 20
const mostOfOne = 64 * 1024

/**
 * Operations that have ended, for repeated reads. Such an operation changes only by a retry or a purge, of which a `changed` notification
 * tells the other processes within milliseconds. The links in its result are valid until a key is revoked.
 */
export function createFinishedCache(
  notifications: Pick<Notifier, 'listen'>,
  linkKeys: Pick<LinkKeys, 'onChanged'>,
): FinishedOperations {
  const cache = new LRUCache<string, Finished>({
    max,
    ttl: ttlMs,
    maxSize: mostCharacters,
    maxEntrySize: mostOfOne,
    sizeCalculation: ({ body }) => JSON.stringify(body).length,
  })
  /** When operations changed: a row that was read before must not be kept. */
  const changes = new LRUCache<string, number>({ max, ttl: ttlMs })

  let linksChangedAt = 0
  linkKeys.onChanged(() => {
    linksChangedAt = performance.now()
    cache.clear()
  })

  function forget(id: string) {
    changes.set(id, performance.now())
    cache.delete(id)
  }
  notifications.listen('changed', (operationIds) => {
    for (const operationId of operationIds) forget(formatId('operation', operationId))
  })
  return {
    find(ownerId, id) {
      const found = cache.get(id)
      const expired = found?.expiresAt && found.expiresAt.getTime() <= Date.now()
      return found?.ownerId === ownerId && !expired ? found : undefined
    },
    set(id, readAt, finished) {
      const changedAt = Math.max(linksChangedAt, changes.get(id) ?? 0)
      if (performance.now() - readAt < ttlMs && changedAt < readAt) cache.set(id, finished)
    },
    delete: forget,
  }
}
