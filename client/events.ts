import { dataOf } from './api.ts'
import type { Calls } from './calls.ts'
import { follow, type OperationEvent, type Polling, type Position, type Round } from './following.ts'
import { betweenHoldsMs, holdSeconds, read } from './reading.ts'
import { gateOf } from './stream-gate.ts'
import { type CallOptions, signalOf, sleep } from './waiting.ts'

export type EventOptions = CallOptions & {
  /** The `sequence` of the last known event. By default all events are returned, from the creation of the operation. */
  after?: number
}

/** Each event after `position`, by streams while they work, otherwise by calls of `polling`. */
export function changesOf(
  calls: Calls,
  operationId: string,
  position: Position,
  { polling, signal }: { polling: Polling; signal: AbortSignal | undefined },
): AsyncGenerator<OperationEvent, void, void> {
  const open = (lastEventId: string | undefined, signal: AbortSignal) =>
    calls.stream(`/operations/${operationId}/stream`, lastEventId, signal)
  return follow(gateOf(calls), open, position, polling, signal)
}

/**
 * Each event of an operation after `after`, as it happens, without gap or duplicate, up to the final event. Reconnects broken
 * connections, and reads the history where streams do not work. Throws the problem when the service refuses, and the reason of
 * the signal.
 */
export function eventsOf(
  calls: Calls,
  operationId: string,
  { after, ...options }: EventOptions = {},
): AsyncGenerator<OperationEvent, void, void> {
  const signal = signalOf(options)
  const position = { after }
  let etag: string | undefined
  let isDone = false

  async function fromHistory(mostMs: number): Promise<Round> {
    const params = { path: { operationId }, query: { after: position.after, pageSize: 1000 } }
    const { events } = await dataOf(calls.persistent.GET('/operations/{operationId}/events', { params, signal }))
    if (events.length > 0 || isDone) return { events, isOver: isDone && events.length === 0 }
    const isFirst = etag === undefined
    const reading = await read(calls, operationId, isFirst ? { signal } : { etag, holdSeconds, signal })
    etag = reading.etag
    isDone = reading.operation?.done ?? false
    const pauseMs = reading.wasHeld ? betweenHoldsMs : Math.max(1000, reading.askAgainMs ?? 0)
    if (!isDone && !isFirst) await sleep(Math.min(pauseMs, mostMs), signal)
    return { events: [], isOver: false }
  }

  return changesOf(calls, operationId, position, { polling: fromHistory, signal })
}
