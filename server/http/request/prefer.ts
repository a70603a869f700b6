import { Problem } from '../../contract/problem.ts'
import type { OperationFeed } from '../../streaming/operation-feed.ts'

const maxSeconds = 60

/** A preference with its value and its parameters, in which commas may be quoted (RFC 7240 §2), or an empty element of the list (RFC 9110 §5.6.1). */
const preferences =
  /\s*(?:([^\s=;,"]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*))?\s*(?:;(?:"(?:[^"\\]|\\.)*"|[^,"])*)?)?(?:,|$)/y

/** The value of a preference, without quotes. Undefined if it is missing or has none. Of several with the same name the first counts. */
function preference(prefer: string, wanted: string): string | undefined {
  preferences.lastIndex = 0
  for (let found = preferences.exec(prefer); found; found = preferences.exec(prefer)) {
    const [, name, value = ''] = found
    if (name?.toLowerCase() === wanted) return value.replace(/^"(.*)"$/, '$1').replaceAll(/\\(.)/g, '$1') || undefined
    if (preferences.lastIndex === prefer.length) break
  }
  return undefined
}

/**
 * The preference `wait` of a `Prefer` header in seconds, 1–60 (RFC 7240 §4.3). Undefined if it is missing or malformed: preferences that
 * cannot be honoured are ignored (§2).
 */
export function waitSeconds(prefer: string | undefined): number | undefined {
  const given = prefer && preference(prefer, 'wait')
  if (!given || !/^\d{1,9}$/.test(given)) return undefined
  return Math.min(maxSeconds, Number(given)) || undefined
}

/** Whether the preference is `return=minimal` (RFC 7240 §4.2). */
export function prefersMinimal(prefer: string | undefined): boolean {
  return prefer !== undefined && preference(prefer, 'return')?.toLowerCase() === 'minimal'
}

/** The header that states the honoured preference. */
export function preferenceApplied(seconds: number | undefined): { 'Preference-Applied'?: string } {
  return seconds === undefined ? {} : { 'Preference-Applied': `wait=${seconds}` }
}

/** A request that is held until it is disposed. */
export type HeldRequest = Disposable & { seconds: number }

export type HeldRequests = {
  /** Undefined if the request does not ask to be held, or its owner has too many held requests: the preference is ignored then. */
  enter(ownerId: string, prefer: string | undefined): HeldRequest | undefined
}

/**
 * Held requests of one owner. All that wait for one operation read it at the same moment when it changes; with more of them, other owners
 * would wait. They do not count as open streams.
 */
const mostHeld = 100

export function countHeldRequests(): HeldRequests {
  const held = new Map<string, number>()
  return {
    enter(ownerId, prefer) {
      const seconds = waitSeconds(prefer)
      const count = held.get(ownerId) ?? 0
      if (seconds === undefined || count >= mostHeld) return undefined
      held.set(ownerId, count + 1)
      return {
        seconds,
        [Symbol.dispose]() {
          const left = (held.get(ownerId) ?? 1) - 1
          if (left > 0) held.set(ownerId, left)
          else held.delete(ownerId)
        },
      }
    },
  }
}

/** An operation as read, and whether the wait is over (`enough`). */
export type HeldRead<T> = { ownerId: string; operationId: string; lastSequence: number; value: T; enough: boolean }

/**
 * Reads with `read`, and again when the operation has changed or ended, until that is enough or the time is over. Returns the last value,
 * or the problem that `read` returns.
 */
export async function hold<T, P extends Problem>(
  feed: Pick<OperationFeed, 'changed' | 'ended'>,
  { until, seconds = 0, signal }: { until: 'changed' | 'ended'; seconds: number | undefined; signal: AbortSignal },
  read: () => Promise<HeldRead<T> | P>,
): Promise<T | P> {
  const untilMs = performance.now() + seconds * 1000
  for (;;) {
    const current = await read()
    if (current instanceof Problem) return current
    const { ownerId, operationId, lastSequence: after, value, enough } = current
    const ms = untilMs - performance.now()
    if (enough || ms <= 0 || !(await feed[until]({ ownerId, operationId, after }, { ms, signal }))) return value
  }
}
