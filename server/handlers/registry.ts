import type { OperationType } from '../../generated/operations.ts'
import type { Handler } from './define.ts'
import { exportCustomers } from './export-customers.ts'
import { generateReport } from './generate-report.ts'

/** The handler of every operation type that the spec declares; the compiler names one that is missing. */
export const handlers: { readonly [T in Exclude<OperationType, 'importOrders'>]: Handler<T> } = {
  exportCustomers,
  generateReport,
}
