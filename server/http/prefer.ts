import { Problem } from '../contract/problem.ts'
import type { Live } from '../live/live.ts'

const longestSeconds = 60

/**
 * How many seconds an answer may be held, 1–60: the preference `wait` of a `Prefer` header, RFC 7240 §4.3. Undefined when it is not there, or
 * says nothing that can be read: preferences that cannot be met are ignored (§2).
 */
export function waitSeconds(prefer: string | undefined): number | undefined {
  if (prefer === undefined) return undefined
  // The first of a name counts.
  const said = /(?:^|,)\s*wait\s*=\s*("?)(\d{1,9})\1\s*(?:;[^,]*)?(?=,|$)/i.exec(prefer)?.[2]
  const seconds = Math.min(longestSeconds, Number(said ?? 0))
  return seconds > 0 ? seconds : undefined
}

/** The header that says what was honoured. */
export function preferenceApplied(seconds: number | undefined): { 'Preference-Applied'?: string } {
  return seconds === undefined ? {} : { 'Preference-Applied': `wait=${seconds}` }
}

/** A reading of an operation, and whether it says what was waited for. */
export type Reading<T> = { operationId: string; lastSequence: number; value: T; enough: boolean }

/**
 * Reads with `look`; while that is not enough, again when the operation has changed, or when it has ended, until the time is over.
 * Answers the last that was read, or the problem that came instead.
 */
export async function hold<T, P extends Problem>(
  live: Pick<Live, 'changed' | 'ended'>,
  { until, seconds = 0, signal }: { until: 'changed' | 'ended'; seconds: number | undefined; signal: AbortSignal },
  look: () => Promise<Reading<T> | P>,
): Promise<T | P> {
  const untilMs = performance.now() + seconds * 1000
  for (;;) {
    const reading = await look()
    if (reading instanceof Problem) return reading
    const { operationId, lastSequence: after, value, enough } = reading
    const ms = untilMs - performance.now()
    if (enough || ms <= 0 || !(await live[until]({ operationId, after }, { ms, signal }))) return value
  }
}
