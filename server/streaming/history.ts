import { setTimeout as delay } from 'node:timers/promises'
import { createLoop } from '../lib/loop.ts'
import { createRoundRobin } from '../lib/round-robin.ts'

/** Reads stored events apart from new ones, so that subscribers that are behind do not delay the others. */
export type History = {
  /**
   * Runs `read`, which reads one page, when it is the owner's turn; settles as `read` does. One page at a time in this process, owners
   * round-robin. After each page comes a pause of twice the time that it took: history uses one connection, and a third of a core at most.
   * Rejects with `HistoryClosed` when this process stops, or when `ended` is aborted before the turn: who no longer reads keeps no place.
   */
  turn<T>(ownerId: string, read: () => Promise<T>, ended?: AbortSignal): Promise<T>
  close(): Promise<void>
}

export class HistoryClosed extends Error {}

const retryMs = 500

/** Reads pages, one per turn of the owner, while `page` resolves to true, until `ended`. A page that fails is read again after 500 ms. */
export async function readPages(
  history: History,
  {
    ownerId,
    page,
    ended,
    onError,
  }: { ownerId: string; page(): Promise<boolean>; ended: AbortSignal; onError(cause: unknown): void },
): Promise<void> {
  for (let more = true; more; ) {
    try {
      more = await history.turn(ownerId, page, ended)
    } catch (cause) {
      if (cause instanceof HistoryClosed) return
      onError(cause)
      await delay(retryMs)
    }
  }
}

/** A page that takes longer than half of this was delayed by something other than its own work. */
const maxPauseMs = 100

export function createHistory(): History {
  const turns = createRoundRobin<() => Promise<void>>()
  let closed = false
  const loop = createLoop({ hasWork: () => !turns.isEmpty(), round, onError: () => {} })

  async function round() {
    const startMs = performance.now()
    await turns.next()?.item()
    if (!closed) await delay(Math.min(2 * (performance.now() - startMs), maxPauseMs))
  }

  return {
    turn<T>(ownerId: string, read: () => Promise<T>, ended?: AbortSignal): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>()
      if (closed || ended?.aborted) {
        reject(new HistoryClosed())
        return promise
      }
      const turn = async () => {
        ended?.removeEventListener('abort', leave)
        if (closed) reject(new HistoryClosed())
        else await read().then(resolve, reject)
      }
      const leave = () => {
        turns.delete(ownerId, turn)
        reject(new HistoryClosed())
      }
      ended?.addEventListener('abort', leave, { once: true })
      turns.add(ownerId, turn)
      loop.wake()
      return promise
    },
    async close() {
      closed = true
      await loop.close()
      for (let next = turns.next(); next; next = turns.next()) await next.item()
    },
  }
}
