import { wireEvent } from '../contract/event.ts'
import { formatId } from '../contract/ids.ts'
import type { EventStream, Implementation } from '../contract/implementation.ts'
import { operationFilter } from '../contract/operation-filter.ts'
import type { PageScope } from '../contract/page-token.ts'
import { Problem } from '../contract/problem.ts'
import { databaseTime, type OwnedEvent } from '../database/owned-events.ts'
import type { FollowingOwner } from '../live/owners.ts'
import type { Backend } from './backend.ts'
import { readStream, streamHeaders } from './stream-reader.ts'

type Endpoints = Pick<Implementation, 'streamOperations'>

/** To go on from far back would read everything that has happened since, of all owners. */
const cursorMs = 3_600_000

/** What happens to all operations of an owner, as server-sent events. The id of each is a cursor: a time, signed. */
export function operationsStreamEndpoint(backend: Backend): Endpoints {
  const { db, links, liveOwners, pageTokens } = backend

  return {
    async streamOperations({ query, headers, caller }) {
      const { ownerId } = caller
      const { after, ...filters } = query
      const scope: PageScope = { ownerId, endpoint: '/operations/stream', filters }
      const lastId = headers['last-event-id']
      const cursor = pageTokens.open(scope, lastId ?? after, lastId === undefined ? 'after' : 'Last-Event-ID')
      const now = await databaseTime(db)
      const from = cursor ? new Date(Number(cursor[0])) : now
      if (from.getTime() < now.getTime() - cursorMs) {
        const detail = 'The cursor is older than an hour. Read the list of operations, and begin anew without it.'
        return new Problem('CURSOR_GONE', detail)
      }

      const matches = matching(operationFilter(filters))
      const stream: EventStream = (sink) => {
        let latestMs = from.getTime()
        let following: FollowingOwner | undefined
        const id = () => `id: ${pageTokens.seal(scope, [String(latestMs)])}\n`
        return readStream(backend, caller, sink, {
          first: [],
          textOf(event: OwnedEvent) {
            if (!matches(event)) return undefined
            latestMs = Math.max(latestMs, event.timestamp.getTime())
            const operationId = formatId('operation', event.operationId)
            const data = JSON.stringify({ operationId, ...wireEvent(event, { links, ownerId }) })
            return `${id()}event: ${event.event}\ndata: ${data}\n\n`
          },
          // A cursor is good for an hour only: who hears of nothing for so long must not lose its place.
          sign() {
            latestMs = Math.max(latestMs, following?.reachedMs() ?? 0)
            return `${id()}\n`
          },
          follow(follower) {
            following = liveOwners.follow({ ownerId, from }, follower)
            return following
          },
        })
      }
      return { status: 200, headers: streamHeaders, mediaType: 'text/event-stream', stream }
    },
  }
}

/** As the list filters, save that the status is the one that the event tells. */
function matching({ statuses, types, labels = [], createdAfter, createdBefore }: ReturnType<typeof operationFilter>) {
  return ({ status, type, labels: has, createdAt }: OwnedEvent): boolean =>
    (statuses?.includes(status) ?? true) &&
    (types?.includes(type) ?? true) &&
    labels.every(([name, value]) => Object.hasOwn(has, name) && has[name] === value) &&
    (createdAfter === undefined || createdAt >= createdAfter) &&
    (createdBefore === undefined || createdAt < createdBefore)
}
