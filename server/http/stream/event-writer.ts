import type { Caller, CloseReason, EventSink, EventStream, EventWriter } from '../../contract/implementation.ts'
import type { Connections } from '../../streaming/connections.ts'
import type { Subscription } from '../../streaming/operation-feed.ts'

export type EventSource<Event> = {
  /** Written before the events of the subscription. */
  first?: readonly Event[]
  /** The message of an event; undefined leaves the event out. */
  encode(event: Event): string | Uint8Array | undefined
  /** A message that moves the subscriber's cursor on. It is sent at the start, and instead of pings. */
  cursor?(): string
  subscribe(subscriber: { take(events: readonly Event[]): number; end(reason: CloseReason): void }): Subscription
}

/** Heartbeats after which a slow consumer, or one that does not read the close, is disconnected. */
const maxMissed = 4

/**
 * Writes the events of a source to one consumer, as fast as the consumer reads, with heartbeats. Ends with the source, when the caller's
 * credential is revoked, or when the consumer is too slow.
 */
export function writeEvents<Event>(
  { connections, caller }: { connections: Pick<Connections, 'add'>; caller: Caller },
  sink: EventSink,
  { first = [], encode, cursor, subscribe }: EventSource<Event>,
): EventWriter {
  let slow = false
  let closed = false
  let missed = 0

  function take(events: readonly Event[]): number {
    let taken = 0
    while (!slow && !closed && taken < events.length) {
      const message = encode(events[taken] as Event)
      if (message !== undefined) slow = !sink.write(message)
      taken += 1
    }
    return taken
  }

  function close(reason: CloseReason) {
    if (closed) return
    closed = true
    missed = 0
    subscription.stop()
    sink.close(reason)
  }

  function heartbeat() {
    if (!slow && !closed) {
      if (cursor) sink.write(cursor())
      else sink.ping()
      return
    }
    missed += 1
    if (missed < maxMissed) return
    if (closed) sink.destroy()
    else close('slow')
  }

  take(first)
  const subscription = subscribe({ take, end: close })
  if (cursor) sink.write(cursor())
  const remove = connections.add({ caller, scope: 'operations:read', heartbeat, revoked: () => close('revoked') })
  return {
    drained() {
      slow = false
      missed = 0
      if (!closed) subscription.more()
    },
    closed() {
      closed = true
      subscription.stop()
      remove()
    },
  }
}

/** If the client disconnects before the stream starts, `closed` is never called. */
const startMs = 10_000

/** The stream, calling `release` when it closes or does not start within 10 s. `release` may be called twice. */
export function releasing(stream: EventStream, release: () => void): EventStream {
  const notStarted = setTimeout(release, startMs).unref()
  return (sink) => {
    clearTimeout(notStarted)
    const writer = stream(sink)
    return {
      drained: writer.drained,
      closed() {
        release()
        writer.closed()
      },
    }
  }
}
