import type { paths } from '../generated/schema.ts'
import { StreamsUnavailable } from './errors.ts'
import { messagesOf, type OpenStream } from './event-stream.ts'
import type { OperationEvent } from './following.ts'
import { sleep } from './waiting.ts'

/** One thing that happened to one of your operations. With `cursor` another process, or this one tomorrow, goes on after it. */
export type OwnedEvent = OperationEvent & { operationId: string; cursor: string }

type Query = NonNullable<paths['/operations/stream']['get']['parameters']['query']>

/** Events that match all of it. `status` is that of the event, the others are the operation's. */
export type EventFilter = Omit<Query, 'after'>

/** A reader who resumes gets the last ten seconds or so again; with what a batch may take, this covers it. */
const repeatedMs = 60_000
const longestPauseMs = 10_000

/**
 * Each event from `after` on, or from now on, once; it does not end by itself. Survives broken connections, and holds out
 * while there is none for `patienceMs`; then throws what came last: the problem, or `StreamsUnavailable`. Throws the problem
 * CURSOR_GONE when it was cut off for longer than a cursor is good for.
 */
export async function* ownedEvents(
  open: OpenStream,
  { after, signal, patienceMs }: { after?: string | undefined; signal?: AbortSignal | undefined; patienceMs: number },
): AsyncGenerator<OwnedEvent, void, void> {
  const seen = new Map<string, number>()
  let lastEventId = after
  let failures = 0
  let failingSinceMs = 0

  while (true) {
    signal?.throwIfAborted()
    const onId = (id: string) => {
      lastEventId = id
    }
    const messages = messagesOf(open, { lastEventId, signal, onId })
    let step = await messages.next()
    try {
      for (; !step.done; step = await messages.next()) {
        const event = step.value.data as OwnedEvent
        lastEventId = step.value.id
        failures = 0
        if (remember(seen, event)) yield { ...event, cursor: lastEventId }
      }
    } finally {
      await messages.return({ why: 'over' })
    }

    const ending = step.value
    if (ending.why === 'over') return
    if (ending.why !== 'unavailable') {
      failures = 0
      await sleep(ending.retryMs, signal)
    } else {
      const nowMs = performance.now()
      if (failures === 0) failingSinceMs = nowMs
      const pauseMs = ending.retryAfterMs ?? Math.random() * Math.min(500 * 2 ** failures, longestPauseMs)
      if (nowMs + pauseMs > failingSinceMs + patienceMs) throw ending.problem ?? new StreamsUnavailable()
      failures += 1
      await sleep(pauseMs, signal)
    }
  }
}

/** Whether it is new. */
function remember(seen: Map<string, number>, { operationId, sequence, timestamp }: OwnedEvent): boolean {
  const key = `${operationId}/${sequence}`
  if (seen.has(key)) return false
  const at = Date.parse(timestamp)
  seen.set(key, at)
  for (const [old, oldAt] of seen) {
    if (oldAt >= at - repeatedMs) break
    seen.delete(old)
  }
  return true
}
