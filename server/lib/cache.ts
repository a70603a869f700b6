import { LRUCache } from 'lru-cache'

export type LoadingCache<Value> = {
  /** The value, loaded if it is missing or expired. Concurrent calls share one load. A load that fails is not kept. */
  get(key: string): Promise<Value>
  set(key: string, value: Value): void
  delete(key: string): void
}

/** Keeps the `max` most recently used values, each for `ttlMs` of the value. */
export function createLoadingCache<Value>({
  max,
  load,
  ttlMs,
}: {
  max: number
  load(key: string): Promise<Value>
  ttlMs(value: Value): number
}): LoadingCache<Value> {
  const cache = new LRUCache<string, Promise<Value>>({ max })

  async function loadShared(key: string): Promise<Value> {
    const loading = load(key)
    cache.set(key, loading)
    try {
      const value = await loading
      // Unless it was deleted or replaced meanwhile.
      if (cache.peek(key) === loading) cache.set(key, loading, { ttl: Math.ceil(ttlMs(value)) })
      return value
    } catch (error) {
      if (cache.peek(key) === loading) cache.delete(key)
      throw error
    }
  }

  return {
    get: (key) => cache.get(key) ?? loadShared(key),
    set: (key, value) => void cache.set(key, Promise.resolve(value), { ttl: Math.ceil(ttlMs(value)) }),
    delete: (key) => void cache.delete(key),
  }
}
