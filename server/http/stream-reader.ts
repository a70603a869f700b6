import type { Caller, StreamReader, StreamSink } from '../contract/implementation.ts'
import type { Following, Over } from '../live/live.ts'
import type { Backend } from './backend.ts'

export const streamHeaders = { 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' } as const

type Text = string | Uint8Array

/** Where events come from, and what each is written as; undefined: not at all. */
export type Source<Event> = {
  /** What is written before all that comes. */
  first: readonly Event[]
  textOf(event: Event): Text | undefined
  /** What is written at first, and as a sign of life; default a comment. */
  sign?(): Text
  follow(follower: { take(events: readonly Event[]): number; over(why: Over): void }): Following
}

/** Lets one reader follow, with signs of life, until the end, a cut, or a credential that stands no more. */
export function readStream<Event>(
  { connections }: Pick<Backend, 'connections'>,
  caller: Caller,
  sink: StreamSink,
  { first, textOf, sign, follow }: Source<Event>,
): StreamReader {
  const reader = readerOf(sink, textOf, sign ?? (() => ':\n\n'))
  sink.write(`retry: ${retryMs}\n\n`)
  reader.take(first)
  const following = follow(reader)
  if (sign) sink.write(sign())
  const forget = connections.add({ caller, scope: 'operations:read', ...reader })
  return {
    drained() {
      reader.drained()
      following.more()
    },
    closed() {
      following.stop()
      forget()
    },
  }
}

/** After how long a reader comes again by itself. */
const retryMs = 1000
/** When the service stops another one takes over at once: soon, and not all in the same moment. */
const handOverMs = () => 100 + Math.floor(Math.random() * 900)
/** Beats that a reader may be behind without a sign of reading, before the connection is given up. */
const mostMissed = 4

/** Writes events to one reader, as far as they are read. */
function readerOf<Event>(sink: StreamSink, textOf: (event: Event) => Text | undefined, sign: () => Text) {
  let behind = false
  let missed = 0

  function finish() {
    sink.end()
    // A reader who does not take the end either is cut off by the beats.
    behind = true
  }

  return {
    take(events: readonly Event[]): number {
      let taken = 0
      while (!behind && taken < events.length) {
        const text = textOf(events[taken] as Event)
        if (text !== undefined) behind = !sink.write(text)
        taken += 1
      }
      return taken
    },
    over(why: Over) {
      if (why === 'closing' && !behind) sink.write(`retry: ${handOverMs()}\n\n`)
      finish()
    },
    revoked: finish,
    drained() {
      behind = false
      missed = 0
    },
    beat() {
      if (!behind) {
        sink.write(sign())
        return
      }
      missed += 1
      if (missed === mostMissed) sink.cut()
    },
  }
}
