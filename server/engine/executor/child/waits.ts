import type { NewWait } from '../../../database/operations/waits.ts'
import { isWaitName } from '../../../domain/wait-name.ts'
import { Suspension, WaitTimeout } from '../../../handlers/define.ts'
import type { AttemptRuntime, AttemptWaits } from './runtime.ts'

/** The waits of one attempt. */
export type Waits = AttemptWaits & {
  /** What the handler awaits when it has ended, after all waits that it began were recorded; undefined if it awaits nothing. */
  suspended(): Promise<{ names: string[]; completedWaits: number } | undefined>
}

const mostSeconds = 10 * 365 * 24 * 60 * 60

export function createWaits({ order, resources, worker, signal, track, updates, ...runtime }: AttemptRuntime): Waits {
  const phases = resources.waitPhases[order.type] ?? {}
  const inProgress = new Set<Promise<unknown>>()
  const awaited = new Map<string, number>()
  let suspension: Suspension | undefined
  /** The waits are recorded one after the other, in the order of the calls. */
  let previous: Promise<unknown> = Promise.resolve()

  async function begin(wait: NewWait) {
    const beginning = previous.then(() => worker.beginWait(order.key, wait))
    previous = beginning.catch(() => {})
    const begun = await beginning
    if (begun) return begun
    throw runtime.interrupt('lease-lost')
  }

  /** Returns the promise of `work` itself: a handler that does not await its steps leaves no other one unhandled. */
  function unlessSuspended<T>(work: () => Promise<T>): Promise<T> {
    return suspension ? Promise.reject(suspension) : work()
  }

  async function wait(given: NewWait): Promise<unknown> {
    requireValid(given)
    signal.throwIfAborted()
    const { name, kind } = given
    const { state, body, waitedMs, completedWaits, ...known } = await begin(given)
    if (known.kind !== kind) throw new Error(`the wait ${name} is a ${known.kind}, not a ${kind}`)
    const phase = phases[name]
    if (state === 'PENDING') {
      // An earlier attempt has shown it, if the wait goes on.
      if (phase && !track.isIn(phase, 'IN_PROGRESS')) updates.progress(track.wait(phase, runtime.nowMs()))
      awaited.set(name, completedWaits)
      suspension ??= new Suspension(name)
      throw suspension
    }
    if (state === 'EXPIRED') throw new WaitTimeout(name)
    if (phase && !track.isIn(phase, 'COMPLETED')) updates.progress(track.finish(phase, runtime.nowMs(), waitedMs))
    return body ?? undefined
  }

  return {
    wait: (given) =>
      unlessSuspended(async () => {
        const waiting = wait(given)
        inProgress.add(waiting)
        try {
          return await waiting
        } finally {
          inProgress.delete(waiting)
        }
      }),
    unlessSuspended,
    async suspended() {
      if (!suspension) return undefined
      await Promise.allSettled(inProgress)
      // With the earliest number, a completion after the first of the waits was begun is noticed.
      return { names: [...awaited.keys()], completedWaits: Math.min(...awaited.values()) }
    },
  }
}

function requireValid({ name, seconds, who }: NewWait) {
  if (!isWaitName(name))
    throw new Error(`a wait needs a name in camelCase of at most 63 characters, not ${JSON.stringify(name)}`)
  if (!(seconds >= 0 && seconds <= mostSeconds))
    throw new Error(`the wait ${name} needs 0 to ${mostSeconds} seconds, not ${seconds}`)
  if (who !== undefined && who.length > 200) throw new Error(`who of the wait ${name} has more than 200 characters`)
}
