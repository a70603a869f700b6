import type { operations } from '../../../generated/dialects/google.ts'
import { Problem } from '../../contract/problem.ts'
import { defineDialect } from '../dialect.ts'
import { readOperation } from '../read.ts'
import { filterOf } from './filter.ts'
import { errorBody, operationOf } from './project.ts'

const mostPerPage = 1000
/** As long as the API holds a response. */
const mostSeconds = 60

/** google.protobuf.Empty */
const empty = { status: 200, mediaType: 'application/json', content: '{}' } as const

/** google.longrunning.Operations over HTTP and JSON (AIP-151, AIP-127). */
export const google = defineDialect<operations>({
  name: 'google',
  renderProblem: (problem) => ({ body: errorBody(problem) }),
  implement: (canonical) => ({
    async googleListOperations(request) {
      const { pageSize, pageToken, filter } = request.query
      const listed = await canonical.listOperations({
        ...request,
        headers: {},
        query: {
          ...filterOf(filter),
          // AIP-158: a larger page is cut, and 0 is the default.
          ...(pageSize ? { pageSize: Math.min(pageSize, mostPerPage) } : {}),
          ...(pageToken ? { pageToken } : {}),
        },
      })
      if (listed instanceof Problem) return listed
      const { operations, nextPageToken } = listed.body
      const body = { operations: operations.map(operationOf), ...(nextPageToken ? { nextPageToken } : {}) }
      return { status: 200, body }
    },

    async googleGetOperation(request) {
      return answered(await readOperation(canonical, request, request.path))
    },

    async googleWaitOperation(request) {
      const seconds = Math.ceil(Number.parseFloat(request.body?.timeout ?? `${mostSeconds}s`))
      const prefer = `wait=${Math.min(seconds, mostSeconds)}`
      return answered(await readOperation(canonical, request, { ...request.path, prefer }))
    },

    async googleCancelOperation(request) {
      const cancelled = await canonical.cancelOperation({ ...request, query: {}, headers: {}, body: {} })
      // AIP-151: a cancel is best effort, so it succeeds for an operation that is done.
      const isRefused = cancelled instanceof Problem && cancelled.code !== 'CANNOT_CANCEL'
      return isRefused ? cancelled : empty
    },

    async googleDeleteOperation(request) {
      const purged = await canonical.purgeOperation({ ...request, query: {}, headers: {} })
      return purged instanceof Problem ? purged : empty
    },
  }),
})

function answered(read: Awaited<ReturnType<typeof readOperation>>) {
  if (read instanceof Problem) return read
  return { status: 200, headers: { 'Retry-After': read.retryAfter }, body: operationOf(read.operation) } as const
}
