import { wireEvent, wireLogLine } from '../contract/event.ts'
import type { Implementation } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import { creationOf, eventsOf, logOf } from '../database/events.ts'
import type { Backend } from './backend.ts'
import { findOperation } from './expiry.ts'
import { privately } from './paging.ts'

type Endpoints = Pick<Implementation, 'getOperationEvents' | 'getOperationLogs'>

/** What is asked of a history: what comes after an event of it, a page at a time. */
type Query = { after?: number; pageSize?: number }

/** An operation's history and log, to be read; to follow them see `operation-stream.ts`. */
export function operationEventEndpoints({ db, links }: Pick<Backend, 'db' | 'links'>): Endpoints {
  /** The page that has been fetched with one more than it holds, and where the next one is. */
  function cut<Row extends { sequence: number }>(fetched: readonly Row[], path: string, { pageSize = 50 }: Query) {
    const rows = fetched.slice(0, pageSize)
    const last = rows.at(-1)
    const next = `${links.api(path)}?after=${last?.sequence}&pageSize=${pageSize}`
    const more = fetched.length > pageSize ? { Link: `<${next}>; rel="next"` } : {}
    return { rows, headers: { 'Cache-Control': privately, ...more } }
  }

  return {
    async getOperationEvents({ path, query, caller: { ownerId } }) {
      const row = await findOperation({ db }, ownerId, path.operationId)
      if (row instanceof Problem) return row
      const { after, pageSize = 50 } = query
      const { operationId } = row
      const stored = await eventsOf(db, { operationId, limit: pageSize + 1, ...(after === undefined ? {} : { after }) })
      const all = after === undefined ? [creationOf(row), ...stored] : stored
      const { rows, headers } = cut(all, `/operations/${path.operationId}/events`, query)
      return { status: 200, headers, body: { events: rows.map((event) => wireEvent(event, { links, ownerId })) } }
    },

    async getOperationLogs({ path, query, caller: { ownerId } }) {
      const row = await findOperation({ db }, ownerId, path.operationId)
      if (row instanceof Problem) return row
      const { after = 0, pageSize = 50 } = query
      const lines = await logOf(db, { operationId: row.operationId, after, limit: pageSize + 1 })
      const { rows, headers } = cut(lines, `/operations/${path.operationId}/logs`, query)
      return { status: 200, headers, body: { logs: rows.map(wireLogLine) } }
    },
  }
}
