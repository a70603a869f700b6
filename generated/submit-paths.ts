// Generated from spec/ by `npm run generate`. Do not edit.
/** The path of the submit of each operation type. */
export const submitPaths = {
  analyzeOrders: '/analytics:run',
  cancelOperations: '/operations:cancel',
  deliverOrder: '/orders/{orderId}:deliver',
  exportCustomers: '/customers:export',
  generateReport: '/reports:generate',
  importOrders: '/orders:import',
  retryOperations: '/operations:retry',
  screenCandidate: '/candidates:screen',
} as const
