import { formatId } from '../../contract/ids.ts'
import type { Implementation } from '../../contract/implementation.ts'
import { listWorkers } from '../../database/workers.ts'
import type { Backend } from '../backend.ts'
import { pageOf } from '../request/paging.ts'

/** Attempts of an owner that are counted: see `Worker` in the contract. */
const mostAttempts = 20_000

export function workerEndpoints(backend: Backend): Pick<Implementation, 'listWorkers'> {
  const { db, leaseSeconds } = backend
  return {
    async listWorkers({ query, caller: { ownerId } }) {
      const page = pageOf(backend, { path: '/workers', ownerId, query })
      const at = { ownerId, leaseSeconds, most: mostAttempts }
      const fetched = await listWorkers(db, { ...at, limit: page.limit, before: page.after?.[0] })
      const { rows, headers, nextPageToken } = page.cut(fetched, (last) => [last.workerId])
      const workers = rows.map(({ workerId, startedAt, seenAt, ...rest }) => ({
        workerId: formatId('worker', workerId),
        startedAt: startedAt.toISOString(),
        seenAt: seenAt.toISOString(),
        ...rest,
      }))
      return { status: 200, headers, body: { workers, ...(nextPageToken !== undefined && { nextPageToken }) } }
    },
  }
}
