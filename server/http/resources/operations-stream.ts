import type { EventStream, Implementation } from '../../contract/implementation.ts'
import type { Links } from '../../contract/links.ts'
import { operationFilter } from '../../contract/operation-filter.ts'
import type { PageScope } from '../../contract/page-token.ts'
import { wireEvent } from '../../contract/present/event.ts'
import { Problem } from '../../contract/problem.ts'
import { databaseTime, type OwnedEvent } from '../../database/operations/owner-events.ts'
import type { OwnerSubscription } from '../../streaming/owner-feed.ts'
import type { Backend } from '../backend.ts'
import { writeEvents } from '../stream/event-writer.ts'
import { streamHeaders } from '../stream/sse.ts'

type Endpoints = Pick<Implementation, 'streamOperations'>

/** Resuming from an older cursor would read too many events of all owners. */
const maxCursorAgeMs = 3_600_000

/** The events of all operations of an owner, as server-sent events. Each id is a cursor: a signed time. */
export function operationsStreamEndpoint(backend: Backend): Endpoints {
  const { db, links, ownerFeed, pageTokens } = backend
  const bodyOf = eventBodies(links)

  return {
    async streamOperations({ query, headers, caller }) {
      const { ownerId } = caller
      const { after, ...filters } = query
      const scope: PageScope = { ownerId, endpoint: '/operations/stream', filters }
      const lastId = headers['last-event-id']
      const cursor = pageTokens.open(scope, lastId ?? after, lastId === undefined ? 'after' : 'Last-Event-ID')
      const now = await databaseTime(db)
      // If the database's clock was set back, the cursor is ahead of it, and nothing has happened since.
      const from = cursor ? new Date(Math.min(Number(cursor[0]), now.getTime())) : now
      if (from.getTime() < now.getTime() - maxCursorAgeMs) {
        const detail =
          'The cursor is older than an hour. Read the list of operations, then start again without a cursor.'
        return new Problem('CURSOR_GONE', detail)
      }

      const matches = matching(operationFilter(filters))
      const stream: EventStream = (sink) => {
        let latestMs = from.getTime()
        let subscription: OwnerSubscription | undefined
        let sealedMs = Number.NaN
        let cursorLine = ''
        const id = () => {
          if (sealedMs !== latestMs) cursorLine = `id: ${pageTokens.seal(scope, [String(latestMs)])}\n`
          sealedMs = latestMs
          return cursorLine
        }
        return writeEvents({ ...backend, caller }, sink, {
          encode(event: OwnedEvent) {
            if (!matches(event)) return undefined
            latestMs = Math.max(latestMs, event.timestamp.getTime())
            return id() + bodyOf(event)
          },
          // Cursors expire after an hour, so a client without events needs new ones.
          cursor() {
            latestMs = Math.max(latestMs, subscription?.reachedMs() ?? 0)
            return `${id()}\n`
          },
          subscribe(subscriber) {
            subscription = ownerFeed.subscribe({ ownerId, from }, subscriber)
            return subscription
          },
        })
      }
      return { status: 200, headers: streamHeaders, mediaType: 'text/event-stream', stream }
    },
  }
}

/** Encodes each event, without its cursor, once for all subscribers of its owner. */
function eventBodies(links: Links) {
  const bodies = new WeakMap<OwnedEvent, string>()
  return (event: OwnedEvent): string => {
    const known = bodies.get(event)
    if (known !== undefined) return known
    const data = JSON.stringify(wireEvent(event, { links, ownerId: event.ownerId }))
    const body = `event: ${event.event}\ndata: ${data}\n\n`
    bodies.set(event, body)
    return body
  }
}

/** Filters like the list of operations, but by the status in the event. */
function matching(filter: ReturnType<typeof operationFilter>) {
  const { statuses, types, problemCodes, labels = [], createdAfter, createdBefore, batchId, scheduleId } = filter
  return ({ status, type, labels: has, createdAt, outcome, ...of }: OwnedEvent): boolean =>
    (statuses?.includes(status) ?? true) &&
    (types?.includes(type) ?? true) &&
    (problemCodes?.includes(String(outcome?.error?.code)) ?? true) &&
    labels.every(([name, value]) => Object.hasOwn(has, name) && has[name] === value) &&
    (createdAfter === undefined || createdAt >= createdAfter) &&
    (createdBefore === undefined || createdAt < createdBefore) &&
    (batchId === undefined || of.batchId === batchId) &&
    (scheduleId === undefined || of.scheduleId === scheduleId)
}
