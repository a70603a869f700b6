import type { Caller, EventStream, Implementation } from '../../contract/implementation.ts'
import { wireEvent, wireSocketEvent } from '../../contract/present/event.ts'
import { Problem } from '../../contract/problem.ts'
import { creationOf, type EventRow } from '../../database/operations/events.ts'
import type { OperationRow } from '../../database/operations/read.ts'
import { isTerminal } from '../../domain/state-machine.ts'
import type { Backend } from '../backend.ts'
import { findOperation } from '../response/expiry.ts'
import { writeEvents } from '../stream/event-writer.ts'
import { streamHeaders } from '../stream/sse.ts'

type Endpoints = Pick<Implementation, 'streamOperation' | 'openOperationSocket'>

type Encode = (event: EventRow, ownerId: string) => Uint8Array

/** An operation's events as they happen: as server-sent events, or as messages of a WebSocket. */
export function operationStreamEndpoints(backend: Backend): Endpoints {
  const { db, links, operationFeed } = backend

  const encodeSse = encodedOnce((event, ownerId) => {
    const data = JSON.stringify(wireEvent(event, { links, ownerId }))
    return `id: ${event.sequence}\nevent: ${event.event}\ndata: ${data}\n\n`
  })
  const encodeMessage = encodedOnce((event, ownerId) => JSON.stringify(wireSocketEvent(event, { links, ownerId })))

  function streamOf(row: OperationRow, caller: Caller, after: number | undefined, encode: Encode): EventStream {
    const { operationId, ownerId } = row
    return (sink) =>
      writeEvents({ ...backend, caller }, sink, {
        first: after === undefined ? [creationOf(row)] : [],
        encode: (event) => encode(event, caller.ownerId),
        subscribe: (subscriber) => operationFeed.subscribe({ ownerId, operationId, after: after ?? 0 }, subscriber),
      })
  }

  return {
    async streamOperation({ path, query, headers, caller }) {
      const row = await findOperation({ db }, caller.ownerId, path.operationId)
      if (row instanceof Problem) return row
      const lastId = headers['last-event-id']
      const after = lastId === undefined ? query.after : Number(lastId)
      if (hasAll(row, after)) return { status: 204 }
      if (isAhead(row, after)) return cursorGone(row, 'Last-Event-ID and after')
      const stream = streamOf(row, caller, after, encodeSse)
      return { status: 200, headers: streamHeaders, mediaType: 'text/event-stream', stream }
    },

    async openOperationSocket({ path, query: { after }, caller }) {
      const row = await findOperation({ db }, caller.ownerId, path.operationId)
      if (row instanceof Problem) return row
      if (hasAll(row, after)) return { status: 101, stream: closeEnded }
      if (isAhead(row, after)) return cursorGone(row, 'after')
      return { status: 101, stream: streamOf(row, caller, after, encodeMessage) }
    },
  }
}

/** Encodes each event once for all subscribers of its operation. */
function encodedOnce(textOf: (event: EventRow, ownerId: string) => string): Encode {
  const known = new WeakMap<EventRow, Uint8Array>()
  return (event, ownerId) => {
    const bytes = known.get(event) ?? Buffer.from(textOf(event, ownerId))
    known.set(event, bytes)
    return bytes
  }
}

/** Whether the operation has ended and the client has received its last event. */
function hasAll({ lastSequence, status }: OperationRow, after: number | undefined): boolean {
  return after !== undefined && after >= lastSequence && isTerminal(status)
}

function isAhead({ lastSequence }: OperationRow, after: number | undefined): boolean {
  return after !== undefined && after > lastSequence
}

function cursorGone({ lastSequence }: OperationRow, sent: string) {
  return new Problem(
    'CURSOR_GONE',
    `The history of the operation ends at ${lastSequence}. Start again without ${sent}.`,
  )
}

const closeEnded: EventStream = (sink) => {
  sink.close('ended')
  return { drained() {}, closed() {} }
}
