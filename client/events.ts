import { follow, type OperationEvent, type Round } from './following.ts'
import type { Operations } from './operations.ts'
import { sleep } from './waiting.ts'

/** Duration of a long poll. The service responds at once when the operation changes; log lines are not changes. */
export const holdSeconds = 10
/** Least pause between two long polls. */
export const betweenHoldsMs = 200
/** A response that took less counts as not held: a proxy that changes ETags makes the service respond at once, each time. */
export const leastHoldMs = 1000

export type EventOptions = {
  /** The `sequence` of the last known event. By default all events are returned, from the creation of the operation. */
  after?: number
  /** Ends the loop. The operation continues. */
  signal?: AbortSignal
}

/**
 * Each event of an operation after `after`, as it happens, without gap or duplicate, up to the final event. Reconnects broken
 * connections, and reads the history where streams do not work. Throws the problem when the service refuses, and the reason of
 * the signal.
 */
export function eventsOf(
  operations: Operations,
  operationId: string,
  { after, signal }: EventOptions = {},
): AsyncGenerator<OperationEvent, void, void> {
  const position = { after }
  let etag: string | undefined
  let isDone = false

  async function fromHistory(): Promise<Round> {
    const events = await operations.history(operationId, position.after, signal)
    if (events.length > 0 || isDone) return { events, isOver: isDone && events.length === 0 }
    const isFirst = etag === undefined
    const reading = await operations.read(operationId, { etag, holdSeconds, signal })
    etag = reading.etag
    isDone = reading.operation?.done ?? false
    const pauseMs = reading.wasHeld ? betweenHoldsMs : Math.max(1000, reading.askAgainMs ?? 0)
    if (!isDone && !isFirst) await sleep(pauseMs, signal)
    return { events: [], isOver: false }
  }

  const open = (lastEventId: string | undefined, signal: AbortSignal) =>
    operations.stream(operationId, lastEventId, signal)
  return follow(operations.gate, open, position, fromHistory, signal)
}
