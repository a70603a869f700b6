import { setTimeout as sleep } from 'node:timers/promises'
import type { Turn } from '../database/deliveries.ts'

/** What one process sends at the moment. */
export type SendingNow = {
  /** What more it may take up. */
  room(): Pick<Turn, 'limit' | 'troubledLimit' | 'sending'>
  /** Counts an attempt until the answer is called. `freed`: there is room again. */
  begin(one: { target: string; troubled: boolean }, freed: () => void): () => void
  /** Resolves when nothing is being sent, at the latest after `ms`. */
  ended(ms: number): Promise<void>
}

/** Attempts that count as quick: what takes longer gives its place away, so that receivers which hang do not fill them all. */
const quickPlaces = 100
const quickMs = 1000
/** Attempts at targets that failed last, which are the likeliest to hang. */
const troubledPlaces = 50
/** Attempts of any kind: sockets, and bodies in memory. */
const places = 1000

export function sendingNow(): SendingNow {
  const byTarget = new Map<string, number>()
  let all = 0
  let quick = 0
  let troubled = 0
  let idle = Promise.withResolvers<void>()
  idle.resolve()

  function count(target: string, by: 1 | -1) {
    const now = (byTarget.get(target) ?? 0) + by
    if (now > 0) byTarget.set(target, now)
    else byTarget.delete(target)
    all += by
  }

  return {
    room() {
      const free = Math.max(0, places - all)
      return {
        limit: Math.min(free, Math.max(0, quickPlaces - quick)),
        troubledLimit: Math.min(free, Math.max(0, troubledPlaces - troubled)),
        sending: Object.fromEntries(byTarget),
      }
    },
    begin(one, freed) {
      if (all === 0) idle = Promise.withResolvers<void>()
      count(one.target, 1)
      if (one.troubled) troubled += 1
      else quick += 1
      let isQuick = !one.troubled
      const slow = setTimeout(noLongerQuick, quickMs)

      function noLongerQuick() {
        if (!isQuick) return
        isQuick = false
        quick -= 1
        freed()
      }

      return () => {
        clearTimeout(slow)
        count(one.target, -1)
        if (one.troubled) troubled -= 1
        noLongerQuick()
        freed()
        if (all === 0) idle.resolve()
      }
    },
    async ended(ms) {
      const waited = new AbortController()
      await Promise.race([idle.promise, sleep(ms, undefined, { signal: waited.signal }).catch(() => {})])
      waited.abort()
    },
  }
}
