import { LRUCache } from 'lru-cache'
import type { Caller } from '../contract/implementation.ts'
import { type LiveKey, liveKeys, noteUse } from '../database/api-keys.ts'
import type { Db } from '../database/db.ts'
import { createBatcher, slowBatchMs } from '../lib/batcher.ts'
import { withTimeout } from '../lib/timeout.ts'

/** The API keys in the database, by `Caller.credential`: the hash of the key. */
export type DatabaseKeys = {
  /** Not a promise if it was looked up lately. Undefined: unknown, revoked or expired. Rejects when the database does not answer. */
  callerOf(credential: string): Caller | undefined | Promise<Caller | undefined>
  /** Those of these credentials that are valid now, by one query; if the database does not answer, those that were valid lately. */
  recall(credentials: readonly string[]): Promise<readonly Caller[]>
  /** The key was revoked: refused from now on, whatever a query under way has read. */
  revoked(credential: string): void
  /** Stores the last uses. */
  close(): Promise<void>
}

/** `askedMs`: when the query that found the key began. `notedMs`: when its use was last noted. */
type Held = { caller: Caller; keyId: string; askedMs: number; endsMs: number; notedMs: number }

/**
 * A key that was looked up 10 s ago is looked up again in the background, and one looked up 25 s ago is not used any more: a revocation takes
 * effect in every process within 30 s, including its query, and a key in use never waits for a query.
 */
const freshMs = 10_000
const staleMs = 25_000
const unknownMs = 10_000
const notedMs = 60_000
const closeMs = 1000
/** Keys of each kind that are remembered: a few MB. */
const maxRemembered = 10_000
/** Keys in one look-up. */
const maxLookedUp = 500

/** `now` returns milliseconds; uses are stored every `noteEveryMs` (default 10 s). */
export function openDatabaseKeys(db: Db, { now = () => performance.now(), noteEveryMs = 10_000 } = {}): DatabaseKeys {
  const known = new LRUCache<string, Held>({ max: maxRemembered })
  // A repeated wrong key costs no query; different wrong keys share queries with all others.
  const unknown = new LRUCache<string, number>({ max: maxRemembered })
  const revoked = new LRUCache<string, true>({ max: maxRemembered })
  const asking = new Map<string, Promise<Held | undefined>>()
  let used = new Set<string>()

  const lookUp = createBatcher(
    async (credentials: readonly string[]) => {
      const held = await read(credentials)
      return credentials.map((credential) => held.get(credential))
    },
    { size: maxLookedUp, overlapAfterMs: slowBatchMs },
  )

  async function read(credentials: readonly string[]): Promise<Map<string, Held>> {
    // Before the query: what it reads may change once it has begun.
    const askedMs = now()
    const rows = new Map((await liveKeys(db, credentials)).map((row) => [row.hash, row]))
    const found = new Map<string, Held>()
    for (const credential of credentials) {
      const row = rows.get(credential)
      if (row && !revoked.get(credential)) found.set(credential, remember(row, askedMs))
      else forget(credential, askedMs)
    }
    return found
  }

  function remember(row: LiveKey, askedMs: number): Held {
    const { hash: credential, ownerId, scopes, prefix, keyId, remainingMs } = row
    const held = {
      caller: { ownerId, scopes: new Set(scopes), credential, rateLimitKey: credential, actor: `key:${prefix}` },
      keyId,
      askedMs,
      endsMs: remainingMs === null ? Number.POSITIVE_INFINITY : askedMs + remainingMs,
      notedMs: known.peek(credential)?.notedMs ?? Number.NEGATIVE_INFINITY,
    }
    known.set(credential, held)
    return held
  }

  function forget(credential: string, askedMs: number) {
    known.delete(credential)
    unknown.set(credential, askedMs + unknownMs)
  }

  /** Concurrent look-ups of one key share the answer. */
  function ask(credential: string): Promise<Held | undefined> {
    const under = asking.get(credential)
    if (under) return under
    const answer = lookUp(credential).finally(() => asking.delete(credential))
    asking.set(credential, answer)
    return answer
  }

  function pass(held: Held | undefined, at: number): Caller | undefined {
    if (!held || at >= held.endsMs) return undefined
    if (at - held.notedMs >= notedMs) {
      held.notedMs = at
      used.add(held.keyId)
    }
    return held.caller
  }

  async function note() {
    if (used.size === 0) return
    const keyIds = used
    used = new Set()
    await noteUse(db, [...keyIds]).catch(() => {
      // Stored with the next ones.
      for (const keyId of keyIds) used.add(keyId)
    })
  }
  const noting = setInterval(() => void note(), noteEveryMs).unref()

  return {
    callerOf(credential) {
      const at = now()
      const held = known.get(credential)
      if (held && at - held.askedMs < staleMs) {
        // A failure matters only once this is stale.
        if (at - held.askedMs >= freshMs && !asking.has(credential)) ask(credential).catch(() => {})
        return pass(held, at)
      }
      if ((unknown.get(credential) ?? 0) > at) return undefined
      return ask(credential).then((found) => pass(found, now()))
    },

    async recall(credentials) {
      if (credentials.length === 0) return []
      const before = credentials.flatMap((credential) => known.peek(credential) ?? [])
      const held = await read(credentials).then(
        (found) => [...found.values()],
        (error) => {
          if (before.length < credentials.length) throw error
          return before
        },
      )
      return held
        .filter(({ endsMs, caller }) => now() < endsMs && !revoked.get(caller.credential))
        .map(({ caller }) => caller)
    },

    revoked(credential) {
      revoked.set(credential, true)
      forget(credential, now())
    },

    async close() {
      clearInterval(noting)
      await withTimeout(note(), closeMs, 'storing the last uses').catch(() => {})
    },
  }
}
