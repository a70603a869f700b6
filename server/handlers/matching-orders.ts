import { sql } from 'drizzle-orm'
import { withClient } from '../database/copy.ts'
import { countWithin } from '../database/count-within.ts'
import { countOrders, type OrderSelection } from '../database/orders/matching.ts'
import { type CheckContext, type Estimate, OperationError, type StepContext, type Violation } from './define.ts'

type DateRange = { fromDate: string; toDate: string }

export async function countMatching(
  { copyPool, signal }: Pick<StepContext, 'copyPool' | 'signal'>,
  selection: OrderSelection,
): Promise<number> {
  const count = countOrders(selection)
  const { rows } = await withClient(copyPool, signal, (client) => client.query<{ orders: number }>(count))
  return rows[0]?.orders ?? 0
}

export function noOrders({ fromDate, toDate, filters = {} }: OrderSelection): OperationError {
  const range = fromDate === undefined ? '' : ` from ${fromDate} to ${toDate}`
  const filtered = Object.keys(filters).length > 0 ? ' that match the filters' : ''
  return new OperationError('NO_DATA_IN_RANGE', `There are no orders${range}${filtered}.`)
}

export function checkRange({ fromDate, toDate }: DateRange): Violation[] {
  if (fromDate <= toDate) return []
  return [{ pointer: '/dateRange', message: `toDate ${toDate} must not be before fromDate ${fromDate}` }]
}

export async function estimateOrders({ db }: Pick<CheckContext, 'db'>, selection: OrderSelection): Promise<Estimate> {
  return { rows: await countWithin(db, sql.raw(countOrders(selection))) }
}
