import type pg from 'pg'
import type { RateClass } from '../contract/document.ts'
import type { Caller } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import { createCounter } from '../database/rate-limits.ts'
import { createLeases, type Leases, type Standing } from './leases.ts'

/** What a credential may send, of each class, over all processes. */
export type Limits = {
  /**
   * Counts a request. Answers the headers that tell of the limit; throws `RATE_LIMITED`, with the same headers, when the limit is reached.
   * When the database does not answer the request is let through, without a word of the limit: it will meet the database itself.
   */
  admit(caller: Caller, rateClass: RateClass): Promise<Record<string, string>> | Record<string, string>
  close(): void
}

export type LimitsOptions = {
  /** Requests of each class in one window. */
  most: Readonly<Record<RateClass, number>>
  windowSeconds?: number
  /** How long a request waits for the count; by default 500. */
  patienceMs?: number
  /** Requests could not be counted, and are let through; told at most once a second for each class. */
  onTrouble?(cause: unknown): void
}

type Kept = { leases: Leases; policy: string; refusal: string }

const tidyMs = 10_000

export function createLimits(
  pool: pg.Pool,
  { most, windowSeconds = 60, patienceMs, onTrouble = () => {} }: LimitsOptions,
): Limits {
  const keep = (name: RateClass): Kept => {
    const limit = most[name]
    const counter = createCounter(pool, { name, limit, windowSeconds })
    return {
      leases: createLeases({ counter, limit, onTrouble, ...(patienceMs === undefined ? {} : { patienceMs }) }),
      policy: `"${name}";q=${limit};w=${windowSeconds}`,
      refusal: `This credential may send ${limit} ${name} in ${windowSeconds} seconds. Go on after the seconds in Retry-After.`,
    }
  }
  const kept = { submits: keep('submits'), reads: keep('reads'), uploads: keep('uploads') }
  const tidying = setInterval(() => {
    for (const { leases } of Object.values(kept)) leases.tidy()
  }, tidyMs)
  tidying.unref()

  return {
    admit({ allowance }, rateClass) {
      const standing = kept[rateClass].leases.take(allowance)
      if (standing instanceof Promise) return standing.then((found) => verdict(rateClass, kept[rateClass], found))
      return verdict(rateClass, kept[rateClass], standing)
    },
    close: () => clearInterval(tidying),
  }
}

/** draft-ietf-httpapi-ratelimit-headers-10. */
function verdict(rateClass: RateClass, { policy, refusal }: Kept, standing: Standing | undefined) {
  if (!standing) return {}
  const { admitted, remaining, leftMs } = standing
  const leftSeconds = Math.ceil(leftMs / 1000)
  const headers = { ratelimit: `"${rateClass}";r=${remaining};t=${leftSeconds}`, 'ratelimit-policy': policy }
  if (admitted) return headers
  throw new Problem('RATE_LIMITED', refusal, { retryAfter: leftSeconds, headers })
}
