// Generated from spec/ by `npm run generate`. Do not edit.
import type { components, operations } from './schema.ts'

/** Every operation type: its `x-long-running-operation`, and the path of its submit. */
export const operationTypes = {
  analyzeOrders: {
    type: 'analyzeOrders',
    method: 'POST',
    path: '/analytics:run',
    resultSchema: 'AnalysisResult',
    resultLocation: '{downloadUrl}',
    phases: [
      {
        name: 'VALIDATION',
        weight: 5,
      },
      {
        name: 'ANALYSIS',
        weight: 70,
      },
      {
        name: 'FILE_GENERATION',
        weight: 25,
      },
    ],
    timeoutSeconds: 1800,
    queueTimeoutSeconds: 86400,
    maxAttempts: 3,
    priority: 'NORMAL',
    compensates: false,
    retentionSeconds: {
      completed: 604800,
      failed: 2592000,
    },
  },
  cancelOperations: {
    type: 'cancelOperations',
    method: 'POST',
    path: '/operations:cancel',
    resultSchema: 'BulkResult',
    phases: [
      {
        name: 'MATCHING',
        weight: 5,
      },
      {
        name: 'APPLYING',
        weight: 95,
      },
    ],
    timeoutSeconds: 3600,
    queueTimeoutSeconds: 86400,
    maxAttempts: 3,
    priority: 'NORMAL',
    compensates: false,
    retentionSeconds: {
      completed: 604800,
      failed: 2592000,
    },
  },
  deliverOrder: {
    type: 'deliverOrder',
    method: 'POST',
    path: '/orders/{orderId}:deliver',
    resultSchema: 'DeliveryResult',
    resultLocation: '/orders/{orderId}',
    resource: {
      type: 'order',
      id: 'input.orderId',
    },
    phases: [
      {
        name: 'STOCK_RESERVATION',
        weight: 25,
      },
      {
        name: 'PAYMENT',
        weight: 25,
      },
      {
        name: 'CARRIER_BOOKING',
        weight: 25,
      },
      {
        name: 'CONFIRMATION',
        weight: 25,
      },
    ],
    timeoutSeconds: 300,
    queueTimeoutSeconds: 86400,
    maxAttempts: 5,
    priority: 'NORMAL',
    compensates: true,
    retentionSeconds: {
      completed: 604800,
      failed: 2592000,
    },
  },
  exportCustomers: {
    type: 'exportCustomers',
    method: 'POST',
    path: '/customers:export',
    resultSchema: 'ExportResult',
    resultLocation: '{downloadUrl}',
    phases: [
      {
        name: 'VALIDATION',
        weight: 5,
      },
      {
        name: 'EXPORT',
        weight: 95,
      },
    ],
    timeoutSeconds: 1800,
    queueTimeoutSeconds: 86400,
    maxAttempts: 3,
    priority: 'NORMAL',
    compensates: false,
    retentionSeconds: {
      completed: 604800,
      failed: 2592000,
    },
  },
  generateReport: {
    type: 'generateReport',
    method: 'POST',
    path: '/reports:generate',
    resultSchema: 'ReportResult',
    resultLocation: '/reports/{reportId}',
    resource: {
      type: 'report',
      id: 'result.reportId',
    },
    phases: [
      {
        name: 'VALIDATION',
        weight: 5,
      },
      {
        name: 'DATA_PROCESSING',
        weight: 70,
      },
      {
        name: 'REPORT_GENERATION',
        weight: 25,
      },
    ],
    timeoutSeconds: 1800,
    queueTimeoutSeconds: 86400,
    maxAttempts: 3,
    priority: 'NORMAL',
    compensates: false,
    retentionSeconds: {
      completed: 604800,
      failed: 2592000,
    },
  },
  importOrders: {
    type: 'importOrders',
    method: 'POST',
    path: '/orders:import',
    resultSchema: 'ImportResult',
    resultLocation: '/orders?source=IMPORTED',
    phases: [
      {
        name: 'VALIDATION',
        weight: 60,
      },
      {
        name: 'LOADING',
        weight: 40,
      },
    ],
    timeoutSeconds: 3600,
    queueTimeoutSeconds: 86400,
    maxAttempts: 3,
    priority: 'NORMAL',
    compensates: false,
    concurrency: {
      key: 'owner',
      limit: 1,
    },
    retentionSeconds: {
      completed: 604800,
      failed: 2592000,
    },
  },
  retryOperations: {
    type: 'retryOperations',
    method: 'POST',
    path: '/operations:retry',
    resultSchema: 'BulkResult',
    phases: [
      {
        name: 'MATCHING',
        weight: 5,
      },
      {
        name: 'APPLYING',
        weight: 95,
      },
    ],
    timeoutSeconds: 3600,
    queueTimeoutSeconds: 86400,
    maxAttempts: 3,
    priority: 'NORMAL',
    compensates: false,
    retentionSeconds: {
      completed: 604800,
      failed: 2592000,
    },
  },
  screenCandidate: {
    type: 'screenCandidate',
    method: 'POST',
    path: '/candidates:screen',
    resultSchema: 'ScreeningResult',
    phases: [
      {
        name: 'IDENTITY',
        weight: 15,
      },
      {
        name: 'CRIMINAL_RECORDS',
        weight: 25,
      },
      {
        name: 'EMPLOYMENT',
        weight: 25,
      },
      {
        name: 'EDUCATION',
        weight: 15,
      },
      {
        name: 'DECISION',
        weight: 20,
      },
    ],
    timeoutSeconds: 300,
    queueTimeoutSeconds: 86400,
    maxAttempts: 5,
    priority: 'NORMAL',
    compensates: true,
    retentionSeconds: {
      completed: 604800,
      failed: 2592000,
    },
    waits: [
      {
        name: 'identity',
        kind: 'CALLBACK',
        phase: 'IDENTITY',
        schema: 'ScreeningVerdict',
      },
      {
        name: 'criminalRecords',
        kind: 'CALLBACK',
        phase: 'CRIMINAL_RECORDS',
        schema: 'ScreeningVerdict',
      },
      {
        name: 'employment',
        kind: 'CALLBACK',
        phase: 'EMPLOYMENT',
        schema: 'ScreeningVerdict',
      },
      {
        name: 'education',
        kind: 'CALLBACK',
        phase: 'EDUCATION',
        schema: 'ScreeningVerdict',
      },
      {
        name: 'decision',
        kind: 'INPUT',
        phase: 'DECISION',
        schema: 'ScreeningDecision',
      },
    ],
  },
} as const

export type OperationType = keyof typeof operationTypes

/** The operationId of every request of the contract. */
export type OperationId =
  | 'generateReport'
  | 'getReport'
  | 'analyzeOrders'
  | 'exportCustomers'
  | 'listCustomers'
  | 'importOrders'
  | 'listOrders'
  | 'getOrder'
  | 'deliverOrder'
  | 'screenCandidate'
  | 'listOperations'
  | 'batchGetOperations'
  | 'batchCreateOperations'
  | 'getBatch'
  | 'cancelOperations'
  | 'retryOperations'
  | 'streamOperations'
  | 'getOperation'
  | 'deleteOperation'
  | 'cancelOperation'
  | 'retryOperation'
  | 'purgeOperation'
  | 'getOperationResult'
  | 'getOperationEvents'
  | 'getOperationLogs'
  | 'streamOperation'
  | 'openOperationSocket'
  | 'listWaits'
  | 'completeWait'
  | 'receiveCallback'
  | 'listDeliveries'
  | 'getDelivery'
  | 'redeliver'
  | 'getStatistics'
  | 'listWorkers'
  | 'listSchedules'
  | 'createSchedule'
  | 'getSchedule'
  | 'deleteSchedule'
  | 'updateSchedule'
  | 'pauseSchedule'
  | 'resumeSchedule'
  | 'triggerSchedule'
  | 'listWebhookReceivers'
  | 'createWebhookReceiver'
  | 'getWebhookReceiver'
  | 'deleteWebhookReceiver'
  | 'pingWebhookReceiver'
  | 'rotateWebhookSecret'
  | 'enableWebhookReceiver'
  | 'getPing'
  | 'listKeys'
  | 'createKey'
  | 'getKey'
  | 'revokeKey'
  | 'createUpload'
  | 'getUpload'
  | 'getFile'
  | 'getFileMetadata'
  | 'getHome'
  | 'getOpenapi'
  | 'getDialectOpenapi'
  | 'getDocs'
  | 'getDocsScript'
  | 'getGuides'
  | 'getGuide'
  | 'getConsole'
  | 'getConsoleFile'
  | 'getProblem'
  | 'getHealth'
  | 'getReadiness'

/** The input of a handler: the request fields of the type and its path parameters. */
export type InputOf = {
  analyzeOrders: Omit<components['schemas']['AnalyzeOrdersRequest'], 'priority' | 'labels' | 'startAfter' | 'dependsOn' | 'dependencyPolicy' | 'concurrencyKey' | 'webhook' | 'validateOnly'>
  cancelOperations: Omit<components['schemas']['CancelOperationsRequest'], 'priority' | 'labels' | 'startAfter' | 'dependsOn' | 'dependencyPolicy' | 'concurrencyKey' | 'webhook' | 'validateOnly'>
  deliverOrder: Omit<components['schemas']['DeliverOrderRequest'], 'priority' | 'labels' | 'startAfter' | 'dependsOn' | 'dependencyPolicy' | 'concurrencyKey' | 'webhook' | 'validateOnly'> & operations['deliverOrder']['parameters']['path']
  exportCustomers: Omit<components['schemas']['ExportCustomersRequest'], 'priority' | 'labels' | 'startAfter' | 'dependsOn' | 'dependencyPolicy' | 'concurrencyKey' | 'webhook' | 'validateOnly'>
  generateReport: Omit<components['schemas']['GenerateReportRequest'], 'priority' | 'labels' | 'startAfter' | 'dependsOn' | 'dependencyPolicy' | 'concurrencyKey' | 'webhook' | 'validateOnly'>
  importOrders: Omit<components['schemas']['ImportOrdersRequest'], 'priority' | 'labels' | 'startAfter' | 'dependsOn' | 'dependencyPolicy' | 'concurrencyKey' | 'webhook' | 'validateOnly'>
  retryOperations: Omit<components['schemas']['RetryOperationsRequest'], 'priority' | 'labels' | 'startAfter' | 'dependsOn' | 'dependencyPolicy' | 'concurrencyKey' | 'webhook' | 'validateOnly'>
  screenCandidate: Omit<components['schemas']['ScreenCandidateRequest'], 'priority' | 'labels' | 'startAfter' | 'dependsOn' | 'dependencyPolicy' | 'concurrencyKey' | 'webhook' | 'validateOnly'>
}

/** The `result` of a completed operation, by type. */
export type ResultOf = {
  analyzeOrders: components['schemas']['AnalysisResult']
  cancelOperations: components['schemas']['BulkResult']
  deliverOrder: components['schemas']['DeliveryResult']
  exportCustomers: components['schemas']['ExportResult']
  generateReport: components['schemas']['ReportResult']
  importOrders: components['schemas']['ImportResult']
  retryOperations: components['schemas']['BulkResult']
  screenCandidate: components['schemas']['ScreeningResult']
}

export type PhaseOf = {
  analyzeOrders: 'VALIDATION' | 'ANALYSIS' | 'FILE_GENERATION'
  cancelOperations: 'MATCHING' | 'APPLYING'
  deliverOrder: 'STOCK_RESERVATION' | 'PAYMENT' | 'CARRIER_BOOKING' | 'CONFIRMATION'
  exportCustomers: 'VALIDATION' | 'EXPORT'
  generateReport: 'VALIDATION' | 'DATA_PROCESSING' | 'REPORT_GENERATION'
  importOrders: 'VALIDATION' | 'LOADING'
  retryOperations: 'MATCHING' | 'APPLYING'
  screenCandidate: 'IDENTITY' | 'CRIMINAL_RECORDS' | 'EMPLOYMENT' | 'EDUCATION' | 'DECISION'
}

/** The bodies of the callbacks and of the inputs that operations wait for, by type and name. */
export type CallbackOf = {
  analyzeOrders: Record<never, never>
  cancelOperations: Record<never, never>
  deliverOrder: Record<never, never>
  exportCustomers: Record<never, never>
  generateReport: Record<never, never>
  importOrders: Record<never, never>
  retryOperations: Record<never, never>
  screenCandidate: { identity: components['schemas']['ScreeningVerdict']; criminalRecords: components['schemas']['ScreeningVerdict']; employment: components['schemas']['ScreeningVerdict']; education: components['schemas']['ScreeningVerdict'] }
}

export type InputWaitOf = {
  analyzeOrders: Record<never, never>
  cancelOperations: Record<never, never>
  deliverOrder: Record<never, never>
  exportCustomers: Record<never, never>
  generateReport: Record<never, never>
  importOrders: Record<never, never>
  retryOperations: Record<never, never>
  screenCandidate: { decision: components['schemas']['ScreeningDecision'] }
}

/** The operation, by type. */
export type OperationOf = {
  analyzeOrders: components['schemas']['AnalysisOperation']
  cancelOperations: components['schemas']['CancelOperationsOperation']
  deliverOrder: components['schemas']['DeliveryOperation']
  exportCustomers: components['schemas']['ExportOperation']
  generateReport: components['schemas']['ReportOperation']
  importOrders: components['schemas']['ImportOperation']
  retryOperations: components['schemas']['RetryOperationsOperation']
  screenCandidate: components['schemas']['ScreeningOperation']
}

export type Warning = components['schemas']['Warning']
