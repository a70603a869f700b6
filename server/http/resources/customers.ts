import type { Implementation } from '../../contract/implementation.ts'
import { listCustomers } from '../../database/orders/customers.ts'
import { sourceOf } from '../../database/orders/sources.ts'
import type { Backend } from '../backend.ts'
import { pageOf } from '../request/paging.ts'

export function customerEndpoints(backend: Backend): Pick<Implementation, 'listCustomers'> {
  const { db } = backend
  return {
    async listCustomers({ query, caller }) {
      const { ownerId } = caller
      const page = pageOf(backend, { path: '/customers', ownerId, query })
      const { source, segment } = query
      const [customerId, owner] = page.after ?? []
      const fetched = await listCustomers(db, {
        ownerId,
        limit: page.limit,
        ...(source === undefined ? {} : { source }),
        ...(segment === undefined ? {} : { segment }),
        ...(customerId === undefined || owner === undefined ? {} : { after: { customerId, ownerId: owner } }),
      })
      const { rows, headers, nextPageToken } = page.cut(fetched, (last) => [last.customerId, last.ownerId])
      const customers = rows.map(({ ownerId: whose, ...customer }) => ({ ...customer, source: sourceOf(whose) }))
      return { status: 200, headers, body: { customers, ...(nextPageToken === undefined ? {} : { nextPageToken }) } }
    },
  }
}
