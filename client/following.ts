import type { components } from '../generated/schema.ts'
import { type Ending, messagesOf, type OpenStream } from './event-stream.ts'
import type { StreamGate } from './stream-gate.ts'
import { sleep } from './waiting.ts'

/** An event of an operation: a status change, progress, a log line or the end. */
export type OperationEvent = components['schemas']['Event']

/** The sequence of the last event that was yielded; undefined: start with the first event. */
export type Position = { after: number | undefined }

/** Events read without a stream, after a pause if there were none. */
export type Round = { events: readonly OperationEvent[]; isOver: boolean }

/** Reads events without a stream. Ends after `mostMs` at the latest if it waits for the time of the next poll: then streams may work again. */
export type Polling = (mostMs: number) => Promise<Round>

/**
 * Each event after `position`, in sequence, without gap or duplicate, to the end of the operation: by streams while they
 * work, otherwise by calls of `instead`.
 */
export async function* follow(
  gate: StreamGate,
  open: OpenStream,
  position: Position,
  instead: Polling,
  signal?: AbortSignal,
): AsyncGenerator<OperationEvent, void, void> {
  while (true) {
    signal?.throwIfAborted()
    if (gate.isOpen()) {
      const ending = yield* connected(gate, open, position, signal)
      if (ending.why === 'over') return
      if (ending.why === 'cut') await sleep(ending.retryMs, signal)
      else if (ending.why === 'silent') gate.failed()
      else gate.failed(ending.retryAfterMs, ending.isOutage)
    } else {
      const { events, isOver } = await instead(gate.opensInMs())
      for (const event of events) {
        position.after = event.sequence
        yield event
        if (isEnd(event)) return
      }
      if (isOver) return
    }
  }
}

/** The events of one connection that continue the sequence. */
async function* connected(
  gate: StreamGate,
  open: OpenStream,
  position: Position,
  signal: AbortSignal | undefined,
): AsyncGenerator<OperationEvent, Ending, void> {
  const messages = messagesOf(open, { lastEventId: position.after?.toString(), signal })
  try {
    while (true) {
      const { done, value } = await messages.next()
      if (done) return value
      gate.worked()
      const event = value.data as OperationEvent
      const next = position.after === undefined ? 0 : position.after + 1
      if (event.sequence < next) continue
      // Missing events are read from the history.
      if (event.sequence > next) return { why: 'unavailable' }
      position.after = event.sequence
      yield event
      if (isEnd(event)) return { why: 'over' }
    }
  } finally {
    await messages.return({ why: 'over' })
  }
}

function isEnd({ event }: OperationEvent): boolean {
  return event === 'completed' || event === 'failed' || event === 'cancelled'
}
