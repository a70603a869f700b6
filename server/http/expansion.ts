import type { components } from '../../generated/schema.ts'
import { parseId } from '../contract/ids.ts'
import type { WireOperation } from '../contract/operation.ts'
import { findOrder } from '../database/orders.ts'
import { findReport } from '../database/reports.ts'
import type { Backend } from './backend.ts'
import { hasExpired } from './expiry.ts'
import { wireOrder } from './orders.ts'
import { wireReport } from './reports.ts'

type Owned = { ownerId: string }

/** The operation with what it made or works on, as that answers when it is read by itself; without, where there is no such thing (any more). */
export async function expanded(
  backend: Pick<Backend, 'db' | 'links'>,
  owned: Owned,
  operation: WireOperation,
): Promise<WireOperation> {
  if (!('resource' in operation) || operation.resource === undefined) return operation
  const { resource } = operation
  if (resource.type === 'order') {
    const order = await orderOf(backend, owned, resource.id)
    return { ...operation, resource: { ...resource, ...(order ? { order } : {}) } } as WireOperation
  }
  const report = await reportOf(backend, owned, resource.id)
  return { ...operation, resource: { ...resource, ...(report ? { report } : {}) } } as WireOperation
}

async function orderOf({ db }: Pick<Backend, 'db'>, { ownerId }: Owned, orderId: string) {
  const found = await findOrder(db, { ownerId, orderId })
  return found && wireOrder(found)
}

async function reportOf(
  { db, links }: Pick<Backend, 'db' | 'links'>,
  { ownerId }: Owned,
  id: string,
): Promise<components['schemas']['Report'] | undefined> {
  const reportId = parseId('report', id)
  const row = reportId === undefined ? undefined : await findReport(db, { ownerId, reportId })
  return row && !hasExpired(row) ? wireReport(row, links) : undefined
}
