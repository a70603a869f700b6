import { wireEvent } from '../contract/event.ts'
import type { EventStream, Implementation } from '../contract/implementation.ts'
import type { Links } from '../contract/links.ts'
import { Problem } from '../contract/problem.ts'
import { creationOf, type EventRow } from '../database/events.ts'
import { isTerminal } from '../lifecycle/states.ts'
import type { Backend } from './backend.ts'
import { findOperation } from './expiry.ts'
import { readStream, streamHeaders } from './stream-reader.ts'

type Endpoints = Pick<Implementation, 'streamOperation'>

/** An operation's events as they happen, as server-sent events (WHATWG HTML §9.2). */
export function operationStreamEndpoint(backend: Backend): Endpoints {
  const { db, links, live } = backend
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

      const { operationId } = row
      const stream: EventStream = (sink) =>
        readStream(backend, caller, sink, {
          first: after === undefined ? [creationOf(row)] : [],
          textOf: (event) => textOf(event, caller.ownerId),
          follow: (follower) => live.follow({ operationId, after: after ?? 0 }, follower),
        })
      return { status: 200, headers: streamHeaders, mediaType: 'text/event-stream', stream }
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
