import type { Implementation, RequestFacts } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'

/** An operation with the headers of its representation, or the problem. `prefer`: as in `Prefer`. */
export async function readOperation(
  canonical: Pick<Implementation, 'getOperation'>,
  request: RequestFacts,
  { operationId, prefer }: { operationId: string; prefer?: string },
) {
  const read = await canonical.getOperation({
    ...request,
    path: { operationId },
    query: {},
    headers: prefer === undefined ? {} : { prefer },
    body: undefined,
  })
  if (read instanceof Problem) return read
  if (read.status === 304) throw new Error('a read without If-None-Match was answered with 304')
  return { operation: read.body, retryAfter: read.headers?.['Retry-After'] }
}
