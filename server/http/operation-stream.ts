import { wireEvent } from '../contract/event.ts'
import type { EventStream, Implementation, StreamReader, StreamSink } from '../contract/implementation.ts'
import type { Links } from '../contract/links.ts'
import { Problem } from '../contract/problem.ts'
import { creationOf, type EventRow } from '../database/events.ts'
import { isTerminal } from '../lifecycle/states.ts'
import type { Over } from '../live/live.ts'
import type { Backend } from './backend.ts'
import { findOperation } from './expiry.ts'

type Endpoints = Pick<Implementation, 'streamOperation'>

const streamHeaders = { 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' } as const

/** An operation's events as they happen, as server-sent events (WHATWG HTML §9.2). */
export function operationStreamEndpoint(backend: Backend): Endpoints {
  const { db, links, live, connections } = backend
  const textOf = eventTexts(links)

  return {
    async streamOperation({ path, query, headers, caller }) {
      const row = await findOperation({ db }, caller.ownerId, path.operationId)
      if (row instanceof Problem) return row
      const lastId = headers['last-event-id']
      const after = lastId === undefined ? query.after : Number(lastId)
      if (after !== undefined && after >= row.lastSequence && isTerminal(row.status)) return { status: 204 }
      if (after !== undefined && after > row.lastSequence) {
        const detail = `The history of the operation ends at ${row.lastSequence}. Begin again without Last-Event-ID and after.`
        return new Problem('CURSOR_GONE', detail)
      }

      const stream: EventStream = (sink) => {
        sink.write(`retry: ${retryMs}\n\n`)
        if (after === undefined) sink.write(textOf(creationOf(row), caller.ownerId))
        const position = { operationId: row.operationId, after: after ?? 0 }
        const reading = readerOf(sink, (event) => textOf(event, caller.ownerId))
        const following = live.follow(position, reading)
        const forget = connections.add({ caller, scope: 'operations:read', ...reading })
        const reader: StreamReader = {
          drained() {
            reading.drained()
            following.more()
          },
          closed() {
            following.stop()
            forget()
          },
        }
        return reader
      }
      return { status: 200, headers: streamHeaders, mediaType: 'text/event-stream', stream }
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
function readerOf(sink: StreamSink, textOf: (event: EventRow) => Uint8Array) {
  let behind = false
  let missed = 0

  function finish() {
    sink.end()
    // A reader who does not take the end either is cut off by the beats.
    behind = true
  }

  return {
    take(events: readonly EventRow[]): number {
      let taken = 0
      while (!behind && taken < events.length) {
        behind = !sink.write(textOf(events[taken] as EventRow))
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
        sink.write(':\n\n')
        return
      }
      missed += 1
      if (missed === mostMissed) sink.cut()
    },
  }
}

/** The text of an event, made once for all who follow its operation. */
function eventTexts(links: Links) {
  const texts = new WeakMap<EventRow, Uint8Array>()
  return (event: EventRow, ownerId: string): Uint8Array => {
    const known = texts.get(event)
    if (known) return known
    const data = JSON.stringify(wireEvent(event, { links, ownerId }))
    const text = Buffer.from(`id: ${event.sequence}\nevent: ${event.event}\ndata: ${data}\n\n`)
    texts.set(event, text)
    return text
  }
}
