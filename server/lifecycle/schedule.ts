import type { Status } from './states.ts'

export const priorities = ['LOW', 'NORMAL', 'HIGH'] as const
export type Priority = (typeof priorities)[number]

/**
 * Milliseconds added to an operation's due time to give its turn. A fixed key is ageing for free: a LOW one
 * that has waited five minutes stands level with a HIGH one that has just come.
 */
export const turnDelayMs: Record<Priority, number> = { HIGH: 0, NORMAL: 60_000, LOW: 300_000 }

/** Milliseconds until the next try after `failures` charged failures: 1 s doubling to 5 min, ±20 %. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const base = Math.min(1000 * 2 ** Math.max(0, failures - 1), 300_000)
  return Math.round(base * (0.8 + 0.4 * random()))
}

/** How long a handler may take to yield after a cancel, before the operation ends CANCELLED without it. */
export const cancelGraceSeconds = 10

/** How often a client should ask again, in whole seconds; advisory, the read limit enforces. */
export type PollInterval = { recommended: number; minimum: number }

/**
 * The poll interval of an active operation, between 1 and 30 s: a tenth of its age, or of what is left of it if that is more, so that a
 * short operation is seen early and a long one is not asked for nothing; never beyond the end that is expected. ±20 %, and rounded by
 * chance, so that those who ask together do not come back together. Undefined once terminal.
 */
export function pollInterval(
  status: Status,
  { ageMs, leftMs }: { ageMs: number; leftMs?: number | undefined },
  random: () => number = Math.random,
): PollInterval | undefined {
  if (status !== 'PENDING' && status !== 'RUNNING' && status !== 'CANCELLING') return undefined
  const soundMs = Math.min(Math.max(ageMs, leftMs ?? 0) / 10, leftMs ?? Infinity)
  const seconds = Math.min(30, Math.max(1, soundMs / 1000)) * (0.8 + 0.4 * random())
  const recommended = Math.min(30, Math.max(1, Math.floor(seconds + random())))
  return { recommended, minimum: 1 }
}
