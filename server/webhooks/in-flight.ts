import { setTimeout as sleep } from 'node:timers/promises'
import type { DueTarget, Search, Turn } from '../database/webhooks/due.ts'

/** The attempts that this process has in progress, and their limits. */
export type InFlight = {
  /** The parameters of the next search. Undefined when nothing more can be sent now. */
  search(): Omit<Search, 'walked'> | undefined
  /** How many deliveries to claim of which targets: round-robin over owners, and over the targets of each owner. */
  turns(targets: readonly DueTarget[]): Turn[]
  /** Counts an attempt until the returned function is called. `freed` is called when another attempt can start. */
  begin(attempt: Pick<DueTarget, 'ownerId' | 'target' | 'failing'>, freed: () => void): () => void
  /** Resolves when no attempt is in progress, or after `ms`. */
  ended(ms: number): Promise<void>
}

export type SendLimits = {
  /** Most concurrent attempts per owner; at most a fifth of them at targets whose last attempt failed. */
  perOwner: number
  perTarget: number
}

/** Places for attempts in their first second. Slower attempts free their place, so that hanging receivers do not occupy all. */
const quickPlaces = 100
const quickMs = 1000
/** Places for attempts at targets whose last attempt failed, which are likely to hang. */
const retryPlaces = 50
/** All concurrent attempts: each needs a socket and a body in memory. */
const places = 1000

type Counts = { sends: number; retries: number }

export function trackInFlight({ perOwner, perTarget }: SendLimits): InFlight {
  const byTarget = new Map<string, number>()
  const byOwner = new Map<string, Counts>()
  const ownerRetries = Math.max(1, Math.floor(perOwner / 5))
  let all = 0
  let quick = 0
  let retries = 0
  let idle = Promise.withResolvers<void>()
  idle.resolve()

  function count({ ownerId, target, failing }: Pick<DueTarget, 'ownerId' | 'target' | 'failing'>, by: 1 | -1) {
    const toTarget = (byTarget.get(target) ?? 0) + by
    if (toTarget > 0) byTarget.set(target, toTarget)
    else byTarget.delete(target)
    const ofOwner = byOwner.get(ownerId) ?? { sends: 0, retries: 0 }
    ofOwner.sends += by
    if (failing) ofOwner.retries += by
    if (ofOwner.sends > 0) byOwner.set(ownerId, ofOwner)
    else byOwner.delete(ownerId)
    all += by
    if (failing) retries += by
  }

  return {
    search() {
      if (all >= places) return undefined
      const busyOwners = [...byOwner].flatMap(([ownerId, { sends }]) => (sends >= perOwner ? [ownerId] : []))
      const busyTargets = [...byTarget].flatMap(([target, sends]) => (sends >= perTarget ? [target] : []))
      return { busyOwners, busyTargets, sends: perOwner, retries: ownerRetries }
    },
    turns(targets) {
      const free = { all: places - all, quick: quickPlaces - quick, retries: retryPlaces - retries }
      const ofOwners = new Map<string, Counts>()
      const turns: Turn[] = []

      /** Reserves places for a target and returns how many. */
      function reserve({ ownerId, target, failing, halfOpen }: DueTarget): number {
        const own = ofOwners.get(ownerId) ?? { ...(byOwner.get(ownerId) ?? { sends: 0, retries: 0 }) }
        ofOwners.set(ownerId, own)
        const toTarget = (halfOpen ? 1 : perTarget) - (byTarget.get(target) ?? 0)
        const ofOwner = failing ? Math.min(ownerRetries - own.retries, perOwner - own.sends) : perOwner - own.sends
        // The first attempt of an owner needs no shared place, so that other owners cannot block it.
        const shared = Math.max(failing ? free.retries : free.quick, own.sends === 0 ? 1 : 0)
        const most = Math.max(0, Math.min(toTarget, ofOwner, shared, free.all))
        own.sends += most
        free.all -= most
        if (failing) {
          own.retries += most
          free.retries -= most
        } else free.quick -= most
        return most
      }

      const owners = shuffled([...Map.groupBy(targets, ({ ownerId }) => ownerId).values()])
      for (let turn = 0; owners.some((own) => turn < own.length); turn++) {
        for (const own of owners) {
          const due = own[turn]
          const most = due ? reserve(due) : 0
          if (due && most > 0) turns.push({ target: due.target, most })
        }
      }
      return turns
    },
    begin(attempt, freed) {
      if (all === 0) idle = Promise.withResolvers<void>()
      count(attempt, 1)
      if (!attempt.failing) quick += 1
      let isQuick = !attempt.failing
      const slowTimer = setTimeout(freeQuickPlace, quickMs)

      function freeQuickPlace() {
        if (!isQuick) return
        isQuick = false
        quick -= 1
        freed()
      }

      return () => {
        clearTimeout(slowTimer)
        count(attempt, -1)
        freeQuickPlace()
        freed()
        if (all === 0) idle.resolve()
      }
    },
    async ended(ms) {
      const done = new AbortController()
      await Promise.race([idle.promise, sleep(ms, undefined, { signal: done.signal }).catch(() => {})])
      done.abort()
    },
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item)
}
