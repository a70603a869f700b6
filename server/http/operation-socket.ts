import { wireSocketEvent } from '../contract/event.ts'
import type { CloseCode, EventSocket, Implementation, SocketReader, SocketSink } from '../contract/implementation.ts'
import type { Links } from '../contract/links.ts'
import { Problem } from '../contract/problem.ts'
import { creationOf, type EventRow } from '../database/events.ts'
import { isTerminal } from '../lifecycle/states.ts'
import type { Over } from '../live/live.ts'
import type { Backend } from './backend.ts'
import { findOperation } from './expiry.ts'

type Endpoints = Pick<Implementation, 'openOperationSocket'>

/** An operation's events as they happen, as messages of a WebSocket. */
export function operationSocketEndpoint(backend: Backend): Endpoints {
  const { db, links, live, connections } = backend
  const textOf = messageTexts(links)

  return {
    async openOperationSocket({ path, query: { after }, caller }) {
      const row = await findOperation({ db }, caller.ownerId, path.operationId)
      if (row instanceof Problem) return row
      const hasAll = after !== undefined && after >= row.lastSequence
      if (hasAll && isTerminal(row.status)) return { status: 101, socket: closeAtOnce }
      if (hasAll && after > row.lastSequence) {
        const detail = `The history of the operation ends at ${row.lastSequence}. Begin again without after.`
        return new Problem('CURSOR_GONE', detail)
      }

      const socket: EventSocket = (sink) => {
        if (after === undefined) sink.send(textOf(creationOf(row), caller.ownerId))
        const position = { operationId: row.operationId, after: after ?? 0 }
        const writing = writerTo(sink, {
          textOf: (event) => textOf(event, caller.ownerId),
          ended: () => following.stop(),
        })
        const following = live.follow(position, writing)
        const forget = connections.add({ caller, scope: 'operations:read', ...writing })
        const reader: SocketReader = {
          ponged: writing.ponged,
          drained() {
            writing.drained()
            following.more()
          },
          closed() {
            following.stop()
            forget()
          },
        }
        return reader
      }
      return { status: 101, socket }
    },
  }
}

/** Who comes again after the end has had everything. */
const closeAtOnce: EventSocket = (sink) => {
  sink.close(1000, 'the operation has ended')
  return { drained() {}, ponged() {}, closed() {} }
}

type Closing = readonly [CloseCode, string]

const closings = {
  ended: [1000, 'the operation has ended'],
  gone: [1001, 'the operation was removed'],
  failed: [1011, 'the service failed: open it again after the last sequence'],
  closing: [1012, 'this process stops: open it again'],
  revoked: [1008, 'the credential does not stand any more'],
  slow: [1013, 'too slow: open it again after the last sequence'],
} as const satisfies Record<Over | 'failed' | 'revoked' | 'slow', Closing>

/** Beats that a reader may be behind without reading on, before it is dropped. */
const mostMissed = 4

/** Writes events to one reader, as far as they are read; `ended`: it will write no more. */
function writerTo(sink: SocketSink, { textOf, ended }: { textOf(event: EventRow): Uint8Array; ended(): void }) {
  let behind = false
  let missed = 0
  let pinged = false
  let over = false

  function finish([code, reason]: Closing) {
    over = true
    ended()
    sink.close(code, reason)
  }

  return {
    take(events: readonly EventRow[]): number {
      let taken = 0
      while (!over && !behind && taken < events.length) {
        behind = !sink.send(textOf(events[taken] as EventRow))
        taken += 1
      }
      return taken
    },
    over: (why: Over) => finish(closings[why]),
    revoked: () => finish(closings.revoked),
    drained() {
      behind = false
      missed = 0
      pinged = false
    },
    ponged() {
      pinged = false
    },
    beat() {
      if (over) return
      if (behind) {
        // No ping would come through; it is the reading that tells.
        missed += 1
        if (missed === mostMissed) finish(closings.slow)
      } else if (pinged) {
        sink.cut()
      } else {
        pinged = true
        sink.ping()
      }
    },
  }
}

/** The message of an event, made once for all who follow its operation. */
function messageTexts(links: Links) {
  const texts = new WeakMap<EventRow, Uint8Array>()
  return (event: EventRow, ownerId: string): Uint8Array => {
    const known = texts.get(event)
    if (known) return known
    const text = Buffer.from(JSON.stringify(wireSocketEvent(event, { links, ownerId })))
    texts.set(event, text)
    return text
  }
}
