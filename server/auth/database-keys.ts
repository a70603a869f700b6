import type { Caller } from '../contract/implementation.ts'
import { type LiveKey, liveKeys, noteUse } from '../database/api-keys.ts'
import type { Db } from '../database/db.ts'
import { gathering } from '../database/gather.ts'
import { bounded } from './bounded.ts'

/** The keys in the database, by `Caller.credential`: the hash of the key. */
export type DatabaseKeys = {
  /** At once when it was looked up lately. Undefined: nobody's, revoked or expired. Rejects when it cannot be looked up. */
  callerOf(credential: string): Caller | undefined | Promise<Caller | undefined>
  /** Those of these credentials that stand now, by one query; while the database is away, those that stood lately. */
  recall(credentials: readonly string[]): Promise<readonly Caller[]>
  /** It is revoked: nobody passes with it any more, whatever a query that is under way has read. */
  revoked(credential: string): void
  /** Notes the last uses. */
  close(): Promise<void>
}

type Held = { caller: Caller; keyId: string; askedMs: number; endsMs: number; notedMs: number }

/**
 * A key is asked for again in the background once it was looked up 10 s ago, and nobody passes with what is known since 25 s: a
 * revocation holds in every process within 30 s, its query included, and a busy key waits for no query.
 */
const freshMs = 10_000
const staleMs = 25_000
const unknownMs = 10_000
const notedMs = 60_000
const closeMs = 1000
/** Of each kind, most that are remembered: a few MB. */
const most = 10_000
/** Most that one statement looks up. */
const together = 500

/** `now` counts milliseconds; uses are noted every `noteEveryMs` (default 10 s). */
export function openDatabaseKeys(db: Db, { now = () => performance.now(), noteEveryMs = 10_000 } = {}): DatabaseKeys {
  const known = bounded<Held>(most)
  // So that who repeats a wrong key costs no query; who varies it shares the next one with all others.
  const unknown = bounded<number>(most)
  const dead = bounded<true>(most)
  const asking = new Map<string, Promise<Held | undefined>>()
  let used = new Set<string>()

  const lookUp = gathering(async (credentials: readonly string[]) => {
    const held = await read(credentials)
    return (credential: string) => held.get(credential)
  }, together)

  async function read(credentials: readonly string[]): Promise<Map<string, Held>> {
    // Before the query, since what it reads may change as soon as it has begun.
    const askedMs = now()
    const rows = new Map((await liveKeys(db, credentials)).map((row) => [row.hash, row]))
    const found = new Map<string, Held>()
    for (const credential of credentials) {
      const row = rows.get(credential)
      if (row && !dead.get(credential)) found.set(credential, remember(row, askedMs))
      else forget(credential, askedMs)
    }
    return found
  }

  function remember(row: LiveKey, askedMs: number): Held {
    const { hash: credential, ownerId, scopes, prefix, keyId, remainingMs } = row
    const held = {
      caller: { ownerId, scopes: new Set(scopes), credential, allowance: credential, actor: `key:${prefix}` },
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

  /** Whoever asks for the same key at the same time shares the answer. */
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
      // With the next ones: nobody waits for it.
      for (const keyId of keyIds) used.add(keyId)
    })
  }
  const noting = setInterval(() => void note(), noteEveryMs).unref()

  return {
    callerOf(credential) {
      const at = now()
      const held = known.get(credential)
      if (held && at - held.askedMs < staleMs) {
        // A failure is for those who wait for it, once this is stale.
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
        .filter(({ endsMs, caller }) => now() < endsMs && !dead.get(caller.credential))
        .map(({ caller }) => caller)
    },

    revoked(credential) {
      dead.set(credential, true)
      forget(credential, now())
    },

    async close() {
      clearInterval(noting)
      const late = Promise.withResolvers<void>()
      const timer = setTimeout(late.resolve, closeMs)
      await Promise.race([note(), late.promise])
      clearTimeout(timer)
    },
  }
}
