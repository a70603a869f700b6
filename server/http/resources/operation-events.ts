import type { Implementation } from '../../contract/implementation.ts'
import { wireEvent, wireLogLine } from '../../contract/present/event.ts'
import { Problem } from '../../contract/problem.ts'
import { creationOf, eventsOf, logOf } from '../../database/operations/events.ts'
import type { Backend } from '../backend.ts'
import { privately } from '../request/paging.ts'
import { findOperation } from '../response/expiry.ts'

type Endpoints = Pick<Implementation, 'getOperationEvents' | 'getOperationLogs'>

/** A page of the events after a sequence. */
type Query = { after?: number; pageSize?: number }

/** Larger pages wait for a turn of `History`, like the pages of streams. */
const maxDirect = 100

/** The stored events and log of an operation. For event streams see `operation-stream.ts`. */
export function operationEventEndpoints({ db, links, history }: Pick<Backend, 'db' | 'links' | 'history'>): Endpoints {
  /** Cuts a page that was fetched with one row more than it holds, and links to the next one. */
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
      const limit = pageSize + 1
      const read = async () => {
        const stored = await eventsOf(db, { operationId, limit, ...(after === undefined ? {} : { after }) })
        const all = after === undefined ? [creationOf(row), ...stored] : stored
        const { rows, headers } = cut(all, `/operations/${path.operationId}/events`, query)
        // In the turn, too: rendering a large page takes as long as reading it.
        return {
          status: 200,
          headers,
          body: { events: rows.map((event) => wireEvent(event, { links, ownerId })) },
        } as const
      }
      return pageSize > maxDirect ? history.turn(ownerId, read) : read()
    },

    async getOperationLogs({ path, query, caller: { ownerId } }) {
      const row = await findOperation({ db }, ownerId, path.operationId)
      if (row instanceof Problem) return row
      const { after = 0, pageSize = 50 } = query
      const { operationId } = row
      // Between two log lines any number of other events may be read.
      const lines = await history.turn(ownerId, () => logOf(db, { operationId, after, limit: pageSize + 1 }))
      const { rows, headers } = cut(lines, `/operations/${path.operationId}/logs`, query)
      return { status: 200, headers, body: { logs: rows.map(wireLogLine) } }
    },
  }
}
