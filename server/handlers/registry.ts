import type { OperationType } from '../../generated/operations.ts'
import { analyzeOrders } from './analyze-orders.ts'
import { cancelOperations } from './cancel-operations.ts'
import type { Handler } from './define.ts'
import { deliverOrder } from './deliver-order.ts'
import { exportCustomers } from './export-customers.ts'
import { generateReport } from './generate-report.ts'
import { importOrders } from './import-orders.ts'
import { retryOperations } from './retry-operations.ts'
import { screenCandidate } from './screen-candidate.ts'

/** The handler of every operation type. A type of the spec without a handler is a compile error. */
export const handlers: { [T in OperationType]: Handler<T> } = {
  analyzeOrders,
  cancelOperations,
  deliverOrder,
  exportCustomers,
  generateReport,
  importOrders,
  retryOperations,
  screenCandidate,
}
