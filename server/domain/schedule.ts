import { isTerminal, type Status } from './state-machine.ts'

export const priorities = ['LOW', 'NORMAL', 'HIGH'] as const
export type Priority = (typeof priorities)[number]

/**
 * Milliseconds added to an operation's due time to determine its turn. A fixed key ages by itself: a LOW operation that has waited five
 * minutes is level with a new HIGH one.
 */
export const turnDelayMs: Record<Priority, number> = { HIGH: 0, NORMAL: 60_000, LOW: 300_000 }

/** Milliseconds until the next attempt after `failures` charged failures: 1 s, doubling up to 5 min, ±20 %. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const base = Math.min(1000 * 2 ** Math.max(0, failures - 1), 300_000)
  return Math.round(base * (0.8 + 0.4 * random()))
}

/** How long a handler may take to stop after an interruption. Then a cancelled operation ends without waiting for it. */
export const cancelGraceSeconds = 10

/** The recommended interval between polls, in whole seconds. Advisory: the rate limit enforces. */
export type PollInterval = { recommended: number; minimum: number }

/**
 * The poll interval of an active operation, 1–30 s: a tenth of its age or of its remaining time, whichever is longer, but not beyond the
 * expected end. Varied by ±20 % and rounded at random, so that clients that poll together spread out; while WAITING, when `leftMs` is that of a
 * timer, not beyond its end. Undefined once terminal.
 */
export function pollInterval(
  status: Status,
  { ageMs, leftMs }: { ageMs: number; leftMs?: number | undefined },
  random: () => number = Math.random,
): PollInterval | undefined {
  if (isTerminal(status)) return undefined
  const soundMs = Math.min(Math.max(ageMs, leftMs ?? 0) / 10, leftMs ?? Infinity)
  const seconds = Math.min(30, Math.max(1, soundMs / 1000)) * (0.8 + 0.4 * random())
  const mostSeconds = status === 'WAITING' && leftMs !== undefined ? Math.min(30, Math.ceil(leftMs / 1000)) : 30
  const recommended = Math.max(1, Math.min(mostSeconds, Math.floor(seconds + random())))
  return { recommended, minimum: 1 }
}
