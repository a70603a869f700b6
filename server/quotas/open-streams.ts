import { randomUUID } from 'node:crypto'
import type { Caller } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import type { Db } from '../database/db.ts'
import { claimStreams, deleteAllStreams, deleteStreams } from '../database/open-streams.ts'
import { createLoop } from '../lib/loop.ts'
import { withTimeout } from '../lib/timeout.ts'

/** The event streams that each credential, and each owner with all its credentials, has open, over all processes. */
export type OpenStreams = {
  /** Counts one more for both; throws `RATE_LIMITED` when one is at its limit, and then counts for neither. The returned function releases it. */
  open(caller: Pick<Caller, 'rateLimitKey' | 'ownerId'>): Promise<() => void>
  close(): Promise<void>
}

export type OpenStreamsOptions = {
  limits: { credential: number; owner: number }
  /** Between two heartbeats of this process. */
  refreshMs?: number
  /** How long a request waits for the count. A stream that cannot be counted is refused, since it would exceed the limit for as long as it is open. */
  timeoutMs?: number
  onError?(cause: unknown): void
}

/**
 * The streams of one key (a credential or an owner) in this process. `counted`: the number in the database; if it is larger than `open`,
 * the next stream needs no query.
 */
type KeyState = {
  limit: number
  open: number
  counted: number
  waiting: PromiseWithResolvers<boolean>[]
  changed: boolean
}

/** Closed streams are written after this time: soon enough to open another one elsewhere, and many at once. */
const writeDelayMs = 100
const retrySeconds = 5

const unavailable = (cause: unknown) =>
  new Problem('UNAVAILABLE', 'The service cannot count streams. Try again after the seconds in Retry-After.', {
    retryAfter: retrySeconds,
    cause,
  })

/**
 * One write at a time states what this process has open and claims what is wanted, for all keys that wait. A killed process stops counting
 * when its heartbeats stop.
 */
export function countStreams(
  db: Db,
  { limits, refreshMs = 15_000, timeoutMs = 3000, onError = () => {} }: OpenStreamsOptions,
): OpenStreams {
  const processId = randomUUID()
  const keys = new Map<string, KeyState>()
  let isWriting = false
  let refresh = false
  let timer: NodeJS.Timeout | undefined

  const loop = createLoop({ round: write, onError })
  const refreshes = setInterval(() => {
    for (const state of keys.values()) state.changed = true
    refresh = true
    loop.wake()
  }, refreshMs).unref()

  async function write() {
    const due = [...keys].filter(([, { changed, waiting }]) => changed || waiting.length > 0)
    const claims = new Map(due.map(([key, state]) => [key, state.waiting.splice(0)]))
    for (const [, state] of due) state.changed = false
    const wishes = due.map(([key, { open, limit }]) => ({
      key,
      limit,
      open,
      wanted: open + (claims.get(key)?.length ?? 0),
    }))
    const deleteGone = refresh
    refresh = false
    isWriting = true
    try {
      if (wishes.length > 0) grant(await claimStreams(db, { processId, wishes }), claims)
      if (deleteGone) await deleteStreams(db, processId)
    } catch (cause) {
      // It may have been written all the same, so only what is open counts as claimed.
      for (const [, state] of due) Object.assign(state, { changed: true, counted: state.open })
      for (const { reject } of [...claims.values()].flat()) reject(unavailable(cause))
      onError(cause)
    } finally {
      isWriting = false
    }
  }

  function grant(
    counts: readonly { key: string; open: number }[],
    claims: Map<string, PromiseWithResolvers<boolean>[]>,
  ) {
    for (const { key, open: counted } of counts) {
      const state = keys.get(key)
      if (!state) continue
      state.counted = counted
      for (const { resolve } of claims.get(key) ?? []) {
        const granted = state.open < counted
        if (granted) state.open += 1
        resolve(granted)
      }
      if (state.open === 0 && state.counted === 0 && state.waiting.length === 0) keys.delete(key)
      else if (state.open < state.counted) writeSoon(state)
    }
  }

  function writeSoon(state: KeyState) {
    state.changed = true
    timer ??= setTimeout(() => {
      timer = undefined
      loop.wake()
    }, writeDelayMs).unref()
  }

  function releaseOf(key: string): () => void {
    let released = false
    return () => {
      const state = keys.get(key)
      if (released || !state) return
      released = true
      state.open -= 1
      writeSoon(state)
    }
  }

  /** Counts one more; throws `RATE_LIMITED` at the limit. The returned function releases it. */
  async function take(key: string, limit: number, whose: string): Promise<() => void> {
    const state = keys.get(key) ?? { limit, open: 0, counted: 0, waiting: [], changed: false }
    keys.set(key, state)
    if (state.open < state.counted && state.waiting.length === 0 && !isWriting) {
      state.open += 1
      return releaseOf(key)
    }
    const claim = Promise.withResolvers<boolean>()
    state.waiting.push(claim)
    loop.wake()
    const granted = await withTimeout(claim.promise, timeoutMs, () => {
      // If it is granted later, it is released.
      claim.promise.then((late) => late && releaseOf(key)()).catch(() => {})
      return unavailable(new Error('open streams were not counted in time'))
    })
    if (granted) return releaseOf(key)
    const detail = `${whose} ${limit} streams and sockets open, which is the limit. Close one first.`
    throw new Problem('RATE_LIMITED', detail, { retryAfter: retrySeconds })
  }

  return {
    // One after the other, so that a credential at its limit never takes from its owner's limit.
    async open({ rateLimitKey, ownerId }) {
      const release = await take(rateLimitKey, limits.credential, 'This credential has')
      try {
        const releaseOwner = await take(`owner:${ownerId}`, limits.owner, 'All credentials of this owner together have')
        return () => {
          release()
          releaseOwner()
        }
      } catch (error) {
        release()
        throw error
      }
    },
    async close() {
      clearInterval(refreshes)
      clearTimeout(timer)
      await loop.close()
      await deleteAllStreams(db, processId).catch(onError)
    },
  }
}
