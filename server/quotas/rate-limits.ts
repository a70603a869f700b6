import type { RateClass } from '../contract/document.ts'
import type { Caller } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import type { PgPool } from '../database/client.ts'
import { type Counter, createCounter, deleteEndedWindows } from '../database/rate-limits.ts'
import { withTimeout } from '../lib/timeout.ts'

/** The rate limits of each credential, and of each owner with all its credentials, per class of requests, over all processes. */
export type Limits = {
  /**
   * Counts a request for its credential, then for its owner. A request that the owner's limit refuses does not count for the credential.
   * Returns the headers that state both limits; throws `RATE_LIMITED`, with the same headers, when one is reached. If the database does not
   * answer, the request is admitted without these headers.
   */
  admit(caller: Caller, rateClass: RateClass): Promise<Record<string, string>> | Record<string, string>
  /**
   * Counts `more` further requests, as many as both limits allow, for a request that stands for several. With `allOrNothing` it counts all of them,
   * or throws `RATE_LIMITED` and counts none. `refusal`: of those that were not admitted.
   */
  admitMore(
    caller: Caller,
    rateClass: RateClass,
    more: number,
    options?: { allOrNothing?: boolean },
  ): Promise<AdmittedMore>
  close(): void
}

export type AdmittedMore = { admitted: number; headers: Record<string, string>; refusal?: Problem }

type PerClass = Readonly<Record<RateClass, number>>

export type LimitsOptions = {
  /** Requests of each class in one window. */
  most: { credential: PerClass; owner: PerClass }
  windowSeconds?: number
  /** How long a request waits for the count. Default 500. */
  timeoutMs?: number
  /** Requests could not be counted and are admitted. Called at most once a second per limit. */
  onError?(cause: unknown): void
}

type Limit = { name: string; counter: RateCounter; policy: string; refusal: string }

const tidyMs = 10_000
const deleteMs = 300_000

export function createLimits(
  pool: PgPool,
  { most, windowSeconds = 60, timeoutMs, onError = () => {} }: LimitsOptions,
): Limits {
  const limitOf = (name: string, limit: number, refusal: string): Limit => {
    const counter = createCounter(pool, { name, windowSeconds })
    return {
      name,
      counter: createRateCounter({ counter, limit, onError, timeoutMs }),
      policy: `"${name}";q=${limit};w=${windowSeconds}`,
      refusal: `${refusal} in ${windowSeconds} seconds. Retry after the seconds in Retry-After.`,
    }
  }
  const limitsOf = (name: RateClass) => {
    const [own, all] = [most.credential[name], most.owner[name]]
    const credential = limitOf(name, own, `This credential may send ${own} ${name}`)
    const owner = limitOf(`owner-${name}`, all, `All credentials of this owner together may send ${all} ${name}`)
    return { credential, owner, policies: `${credential.policy}, ${owner.policy}` }
  }
  const limits = { submits: limitsOf('submits'), reads: limitsOf('reads'), uploads: limitsOf('uploads') }

  const tidying = setInterval(() => {
    for (const { credential, owner } of Object.values(limits)) {
      credential.counter.tidy()
      owner.counter.tidy()
    }
  }, tidyMs).unref()
  const deleting = setInterval(() => void deleteEndedWindows(pool).catch(onError), deleteMs).unref()

  type Both = (typeof limits)[RateClass]

  function admitForOwner(both: Both, ownerId: string, own: RateLimitState | undefined) {
    if (!own) return {}
    if (!own.admitted) throw rateLimited(both, both.credential, own, stateOf(both.credential, own))
    const all = both.owner.counter.take(ownerId)
    return all instanceof Promise ? all.then((found) => decide(both, own, found)) : decide(both, own, all)
  }

  function decide(both: Both, own: RateLimitState, all: RateLimitState | undefined): Record<string, string> {
    if (!all) return headersOf(both, stateOf(both.credential, own))
    const ownAfter = all.admitted ? own : both.credential.counter.giveBack(own)
    const states = `${stateOf(both.credential, ownAfter)}, ${stateOf(both.owner, all)}`
    if (!all.admitted) throw rateLimited(both, both.owner, all, states)
    return headersOf(both, states)
  }

  return {
    admit({ rateLimitKey, ownerId }, rateClass) {
      const both = limits[rateClass]
      const own = both.credential.counter.take(rateLimitKey)
      if (own instanceof Promise) return own.then((found) => admitForOwner(both, ownerId, found))
      return admitForOwner(both, ownerId, own)
    },
    async admitMore({ rateLimitKey, ownerId }, rateClass, more, { allOrNothing = false } = {}) {
      const both = limits[rateClass]
      const own = await both.credential.counter.takeUpTo(rateLimitKey, more)
      const all = own && own.taken > 0 ? await both.owner.counter.takeUpTo(ownerId, own.taken) : undefined
      // Not counted, because the database did not answer.
      if (!own || (own.taken > 0 && !all)) return { admitted: own?.taken ?? more, headers: {} }
      const admitted = all?.taken ?? 0
      const isRefused = admitted < more
      const kept = isRefused && allOrNothing ? 0 : admitted
      const ownAfter = both.credential.counter.giveBack(own.state, own.taken - kept)
      const allAfter = all && both.owner.counter.giveBack(all.state, admitted - kept)
      const states = [stateOf(both.credential, ownAfter), ...(allAfter ? [stateOf(both.owner, allAfter)] : [])].join(
        ', ',
      )
      const headers = headersOf(both, states)
      if (!isRefused) return { admitted, headers }
      const limiting = own.taken < more ? both.credential : both.owner
      const refusal = rateLimited(both, limiting, limiting === both.owner && all ? all.state : own.state, states)
      if (allOrNothing) throw refusal
      return { admitted, headers, refusal }
    },
    close() {
      clearInterval(tidying)
      clearInterval(deleting)
    },
  }
}

/** One item of the list in `RateLimit`: draft-ietf-httpapi-ratelimit-headers-10, §4. */
function stateOf({ name }: Limit, { remaining, leftMs }: RateLimitState): string {
  return `"${name}";r=${remaining};t=${Math.ceil(leftMs / 1000)}`
}

function headersOf({ policies }: { policies: string }, states: string) {
  return { ratelimit: states, 'ratelimit-policy': policies }
}

function rateLimited(
  both: { policies: string },
  { refusal }: Limit,
  { leftMs }: RateLimitState,
  states: string,
): Problem {
  return new Problem('RATE_LIMITED', refusal, {
    retryAfter: Math.max(1, Math.ceil(leftMs / 1000)),
    headers: headersOf(both, states),
  })
}

/** The state of a key's window. `leftMs`: until it ends, never too short. */
type RateLimitState = { admitted: boolean; taken: number; remaining: number; leftMs: number; block: Block }

/** Admits requests of a key (a credential or an owner), counted over all processes. */
type RateCounter = {
  /** Undefined: the request could not be counted, because the database did not answer. */
  take(key: string): RateLimitState | Promise<RateLimitState | undefined>
  /** Takes up to `wanted` at once. `state`: after it. */
  takeUpTo(key: string, wanted: number): Promise<{ taken: number; state: RateLimitState } | undefined>
  /** Undoes `count` admissions, for requests that another limit refuses. Returns the state after it. */
  giveBack(admission: RateLimitState, count?: number): RateLimitState
  /** Drops the windows that have ended. */
  tidy(): void
}

type RateCounterOptions = {
  counter: Counter
  limit: number
  /** How long a request waits for the count. Default 500. */
  timeoutMs?: number | undefined
  onError?(cause: unknown): void
}

/** The part of a window's limit that this process may spend. */
type Block = {
  left: number
  /** What all processes together could still take when this block was taken. */
  others: number
  /** The block may be spent until here: by the database's clock, the window has not ended before. */
  spendUntilMs: number
  /** The window has ended by here. */
  endsMs: number
}

/** A process that stops, or gets no more requests of a key, wastes at most one block: with six processes, 5 % of the limit. */
const blockShare = 0.01
/** After a count that failed, requests do not wait for another one for this long. */
const retryMs = 1000

/**
 * Takes from the common count in blocks, so that most requests need no query. A block that fits only in part is taken in part and is the
 * last one: later requests are refused without a query until the window ends.
 */
function createRateCounter({ counter, limit, timeoutMs = 500, onError = () => {} }: RateCounterOptions): RateCounter {
  const blockSize = Math.max(1, Math.floor(limit * blockShare))
  const blocks = new Map<string, Block>()
  const taking = new Map<string, Promise<boolean>>()
  let pausedUntilMs = 0

  function spend(key: string, wanted = 1): RateLimitState | undefined {
    const block = blocks.get(key)
    const nowMs = performance.now()
    if (!block || nowMs >= block.endsMs) return undefined
    const leftMs = block.endsMs - nowMs
    if (block.left > 0 && nowMs < block.spendUntilMs) {
      const taken = Math.min(wanted, block.left)
      block.left -= taken
      return { admitted: true, taken, remaining: block.others + block.left, leftMs, block }
    }
    return block.others === 0 ? { admitted: false, taken: 0, remaining: 0, leftMs, block } : undefined
  }

  async function takeUpTo(key: string, wanted: number) {
    let taken = 0
    for (;;) {
      const state = spend(key, wanted - taken)
      taken += state?.taken ?? 0
      if (state && (taken >= wanted || !state.admitted)) return { taken, state }
      if (state) continue
      if (performance.now() < pausedUntilMs) return undefined
      if (!(await (taking.get(key) ?? startTaking(key, Math.max(blockSize, wanted - taken))))) return undefined
    }
  }

  async function wait(key: string): Promise<RateLimitState | undefined> {
    for (;;) {
      if (performance.now() < pausedUntilMs) return undefined
      if (!(await (taking.get(key) ?? startTaking(key)))) return undefined
      const state = spend(key)
      if (state) return state
    }
  }

  function startTaking(key: string, points = blockSize): Promise<boolean> {
    const taken = withTimeout(
      takeBlock(key, points),
      timeoutMs,
      () => new Error('a rate limit was not counted in time'),
    )
      .catch((cause) => {
        pause(cause)
        return false
      })
      .finally(() => taking.delete(key))
    taking.set(key, taken)
    return taken
  }

  /** A block that arrives after the timeout serves later requests. */
  async function takeBlock(key: string, points: number): Promise<boolean> {
    const sentMs = performance.now()
    try {
      const { used, leftMs } = await counter.take(key, points)
      const left = Math.max(0, Math.min(points, limit - (used - points)))
      const others = Math.max(0, limit - used)
      const block = blocks.get(key)
      // The same window: what was given back to it meanwhile stays.
      if (block && performance.now() < block.spendUntilMs) Object.assign(block, { left: block.left + left, others })
      else blocks.set(key, { left, others, spendUntilMs: sentMs + leftMs, endsMs: performance.now() + leftMs })
      return true
    } catch (cause) {
      pause(cause)
      return false
    }
  }

  function pause(cause: unknown) {
    const nowMs = performance.now()
    if (nowMs >= pausedUntilMs) onError(cause)
    pausedUntilMs = nowMs + retryMs
  }

  return {
    take: (key) => spend(key) ?? wait(key),
    takeUpTo,
    // To the block of the admission: the key's window may be the next one by now.
    giveBack(admission, count = 1) {
      admission.block.left += count
      return { ...admission, remaining: admission.remaining + count }
    },
    tidy() {
      const nowMs = performance.now()
      for (const [key, { endsMs }] of blocks) if (nowMs >= endsMs) blocks.delete(key)
    },
  }
}
