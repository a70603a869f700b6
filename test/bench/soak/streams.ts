import { setTimeout as delay } from 'node:timers/promises'
import { openStream } from '../../support/sse.ts'
import type { Callers } from './callers.ts'
import type { Accepted } from './load.ts'

/**
 * Readers of event streams that reconnect: half of them read single operations to their end, with cuts between, and check that no event is
 * missing or repeated; the others read all operations of an owner and reconnect every few seconds.
 */
export function startStreams(callers: Callers, any: () => Accepted | undefined, readers: number) {
  const gaps: string[] = []
  const totals = { events: 0, opened: 0 }
  let over = false
  const open = new Set<{ cut(): void }>()

  /** Reads until the stream ends or `ms` have passed; undefined when it could not be opened. */
  async function read(
    path: string,
    at: { owner: number; ms: number; lastEventId?: string | undefined },
    each: (id: string) => void,
  ) {
    const stream = await openStream(`${callers.base()}/api/v1${path}`, {
      key: callers.keyOf(at.owner),
      lastEventId: at.lastEventId,
    }).catch(() => undefined)
    if (!stream) return undefined
    open.add(stream)
    totals.opened += 1
    const timer = setTimeout(() => stream.cut(), at.ms)
    try {
      for await (const { id, event } of stream.blocks) {
        if (id === undefined || event === undefined) continue
        totals.events += 1
        each(id)
      }
    } catch {
      // The process that served it was killed.
    } finally {
      clearTimeout(timer)
      open.delete(stream)
    }
    return stream.status
  }

  async function followOne() {
    const operation = any()
    if (!operation) return delay(200)
    let last: number | undefined
    for (let turn = 0; turn < 20 && !over; turn++) {
      const status = await read(
        `/operations/${operation.id}/stream`,
        {
          owner: operation.owner,
          ms: 1000 + Math.random() * 9000,
          lastEventId: last === undefined ? undefined : String(last),
        },
        (id) => {
          const sequence = Number(id)
          if (sequence !== (last ?? -1) + 1) gaps.push(`${operation.id}: event ${sequence} after ${last}`)
          last = sequence
        },
      )
      // 204: it has ended, and nothing more comes.
      if (status === 204 || status === 404 || status === 410) return undefined
      await delay(200)
    }
  }

  async function followOwner(owner: number) {
    let lastEventId: string | undefined
    await read('/operations/stream', { owner, ms: 3000 + Math.random() * 15_000, lastEventId }, (id) => {
      lastEventId = id
    })
    await delay(200)
  }

  const running = Array.from({ length: readers }, async (_, n) => {
    while (!over) await (n % 2 === 0 ? followOne() : followOwner(n % callers.owners))
  })
  return {
    gaps,
    totals,
    async stop() {
      over = true
      for (const stream of open) stream.cut()
      await Promise.all(running)
    },
  }
}
