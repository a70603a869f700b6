import type { paths } from '../generated/schema.ts'
import { StreamsUnavailable } from './errors.ts'
import { messagesOf, type OpenStream } from './event-stream.ts'
import type { OperationEvent } from './following.ts'
import { sleep } from './waiting.ts'

/** An event of one of the owner's operations. Pass `cursor` as `after` to resume after this event. */
export type OwnedEvent = OperationEvent & { cursor: string }

type Query = NonNullable<paths['/operations/stream']['get']['parameters']['query']>

/** An event must match all filters. `status` is the status of the event; the other filters apply to the operation. */
export type EventFilter = Omit<Query, 'after'>

/** A resumed stream repeats about the last ten seconds; the window also covers the duration of a batch. */
const repeatedMs = 60_000
const longestPauseMs = 10_000

/**
 * Each event after `after`, or from now on, once; does not end on its own. Reconnects broken connections. When no connection
 * succeeds for `retryMs`, throws the last problem or `StreamsUnavailable`. Throws the problem CURSOR_GONE when it was
 * disconnected for longer than a cursor is valid.
 */
export async function* ownedEvents(
  open: OpenStream,
  {
    after,
    signal,
    retryMs,
    isNew = newEvents(),
  }: {
    after?: string | undefined
    signal?: AbortSignal | undefined
    retryMs: number
    isNew?: (event: OwnedEvent) => boolean
  },
): AsyncGenerator<OwnedEvent, void, void> {
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
        if (isNew(event)) yield { ...event, cursor: lastEventId }
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
      const backoffMs = Math.random() * Math.min(500 * 2 ** failures, longestPauseMs)
      const pauseMs = Math.max(backoffMs, ending.retryAfterMs ?? 0)
      if (nowMs + pauseMs > failingSinceMs + retryMs) throw ending.problem ?? new StreamsUnavailable(ending.isOutage)
      failures += 1
      await sleep(pauseMs, signal)
    }
  }
}

/** Says of each event whether it is new. */
function newEvents(): (event: OwnedEvent) => boolean {
  const seen = new Map<string, number>()
  return ({ operationId, sequence, timestamp }) => {
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
}
