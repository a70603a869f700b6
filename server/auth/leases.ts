import type { Counter } from '../database/rate-limits.ts'

/** What is known of a credential's window. `leftMs`: until it ends, never too short. */
export type Standing = { admitted: boolean; remaining: number; leftMs: number }

/** Admits requests, counted over all processes. */
export type Leases = {
  /** Undefined: nothing could be counted, because the database did not answer. */
  take(credential: string): Standing | Promise<Standing | undefined>
  /** Forgets the windows that have ended. */
  tidy(): void
  size(): number
}

export type LeaseOptions = {
  counter: Counter
  limit: number
  /** How long a request waits for the count. */
  patienceMs?: number
  onTrouble?(cause: unknown): void
}

/** A block of the window that this process may spend. */
type Held = {
  left: number
  /** What all processes together could still take when this block was. */
  others: number
  /** The window has not ended before this, by the database's clock: until here the block may be spent. */
  spendUntilMs: number
  /** By here it has. */
  endsMs: number
}

/** A process that stops, or has no more requests of a credential, wastes one block at most: with six, that is 5 % of the limit. */
const blockShare = 0.01
/** After a count that failed, so long nobody waits for the next one. */
const restMs = 1000

/**
 * Takes from the common count block by block, so that most requests need no query. A block that fits only in part is taken in part; it is
 * the last one, and whoever comes after it is refused without a query until the window ends.
 */
export function createLeases({ counter, limit, patienceMs = 500, onTrouble = () => {} }: LeaseOptions): Leases {
  const block = Math.max(1, Math.floor(limit * blockShare))
  const held = new Map<string, Held>()
  const taking = new Map<string, Promise<boolean>>()
  let restUntilMs = 0

  function spend(credential: string): Standing | undefined {
    const mine = held.get(credential)
    const nowMs = performance.now()
    if (!mine || nowMs >= mine.endsMs) return undefined
    const leftMs = mine.endsMs - nowMs
    if (mine.left > 0 && nowMs < mine.spendUntilMs) {
      mine.left -= 1
      return { admitted: true, remaining: mine.others + mine.left, leftMs }
    }
    return mine.others === 0 ? { admitted: false, remaining: 0, leftMs } : undefined
  }

  async function wait(credential: string): Promise<Standing | undefined> {
    for (;;) {
      if (performance.now() < restUntilMs) return undefined
      if (!(await (taking.get(credential) ?? begin(credential)))) return undefined
      const standing = spend(credential)
      if (standing) return standing
    }
  }

  function begin(credential: string): Promise<boolean> {
    const lease = lend(credential)
    const { promise: late, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(() => {
      rest(new Error('the count of a limit did not come in time'))
      resolve(false)
    }, patienceMs)
    const settled = Promise.race([lease, late]).finally(() => {
      clearTimeout(timer)
      taking.delete(credential)
    })
    taking.set(credential, settled)
    return settled
  }

  /** One that comes too late for those who waited is good for those who come next. */
  async function lend(credential: string): Promise<boolean> {
    const sentMs = performance.now()
    try {
      const { used, leftMs } = await counter.take(credential, block)
      const left = Math.max(0, Math.min(block, limit - (used - block)))
      const spendUntilMs = sentMs + leftMs
      held.set(credential, {
        left,
        others: Math.max(0, limit - used),
        spendUntilMs,
        endsMs: performance.now() + leftMs,
      })
      return true
    } catch (cause) {
      rest(cause)
      return false
    }
  }

  function rest(cause: unknown) {
    const nowMs = performance.now()
    if (nowMs >= restUntilMs) onTrouble(cause)
    restUntilMs = nowMs + restMs
  }

  return {
    take: (credential) => spend(credential) ?? wait(credential),
    tidy() {
      const nowMs = performance.now()
      for (const [credential, { endsMs }] of held) if (nowMs >= endsMs) held.delete(credential)
    },
    size: () => held.size,
  }
}
