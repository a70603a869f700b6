import type { components } from '../../../generated/schema.ts'
import { parseId } from '../../contract/ids.ts'
import type { WireOperation } from '../../contract/present/operation.ts'
import { findReport } from '../../database/reports/reports.ts'
import type { Backend } from '../backend.ts'
import { orderOf } from '../resources/orders.ts'
import { wireReport } from '../resources/reports.ts'
import { hasExpired } from './expiry.ts'

type Owned = { ownerId: string }

/** The operation with its order or report, if that exists. */
export async function expanded(
  backend: Pick<Backend, 'db' | 'links'>,
  owned: Owned,
  operation: WireOperation,
): Promise<WireOperation> {
  if (!('resource' in operation) || operation.resource === undefined) return operation
  const { resource } = operation
  if (resource.type === 'order') {
    const order = await orderOf(backend.db, { ownerId: owned.ownerId, orderId: resource.id })
    return { ...operation, resource: { ...resource, ...(order ? { order } : {}) } } as WireOperation
  }
  const report = await reportOf(backend, owned, resource.id)
  return { ...operation, resource: { ...resource, ...(report ? { report } : {}) } } as WireOperation
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
