import { follow, type OperationEvent, type Round } from './following.ts'
import type { Operations } from './operation.ts'
import { sleep } from './waiting.ts'

/** How long the service is asked to hold an answer back until something changes: lines of a log do not count as that. */
export const holdSeconds = 10
/** Between two answers that were held back, however fast things change. */
export const betweenHoldsMs = 200

export type EventOptions = {
  /** The `sequence` of the last event that you have; by default all come, from the operation's creation. */
  after?: number
  /** Detaches: the operation goes on. */
  signal?: AbortSignal
}

/**
 * Each event of an operation after `after`, as it happens, without gap or double, up to the one that ends it. Survives broken
 * connections; where streams do not get through it reads the history instead. Throws the problem when the service refuses,
 * and the signal's reason.
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
    const pauseMs = reading.wasHeld ? betweenHoldsMs : (reading.askAgainMs ?? 1000)
    if (!isDone && !isFirst) await sleep(pauseMs, signal)
    return { events: [], isOver: false }
  }

  const open = (lastEventId: string | undefined, signal: AbortSignal) =>
    operations.stream(operationId, lastEventId, signal)
  return follow(operations.gate, open, position, fromHistory, signal)
}
