import type { components } from '../../../generated/dialects/lro.ts'
import type { Implementation, RequestFacts } from '../../contract/implementation.ts'
import type { WireOperation } from '../../contract/present/operation.ts'
import { Problem } from '../../contract/problem.ts'
import { statusesOf } from './project.ts'

/** The most operations of a page of the API. */
const mostListed = 1000

/** The newest operations, at most `most`. The pages of the API have tokens, so those before a numbered page are read too. */
export async function firstOperations(
  canonical: Pick<Implementation, 'listOperations'>,
  request: RequestFacts,
  { status, most }: { status: components['schemas']['Status'] | undefined; most: number },
): Promise<{ operations: WireOperation[]; hasMore: boolean } | Problem> {
  if (most > mostListed) {
    const message = 'times pageSize is at most 1,000; for older operations use GET /api/v1/operations of the API'
    throw new Problem('INVALID_REQUEST', `page ${message}.`, { errors: [{ parameter: 'page', message }] })
  }
  const operations: WireOperation[] = []
  const filter = status === undefined ? {} : { status: statusesOf(status) }
  let pageToken: string | undefined
  do {
    // A page of the API has fewer operations if many do not match. Reading on is another read.
    if (pageToken !== undefined) await request.countMore(1, { allOrNothing: true })
    const query = { ...filter, pageSize: most - operations.length, ...(pageToken === undefined ? {} : { pageToken }) }
    const listed = await canonical.listOperations({ ...request, path: {}, query, headers: {}, body: undefined })
    if (listed instanceof Problem) return listed
    operations.push(...listed.body.operations)
    pageToken = listed.body.nextPageToken
  } while (pageToken !== undefined && operations.length < most)
  return { operations, hasMore: pageToken !== undefined }
}
