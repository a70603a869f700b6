import type { components } from '../../../generated/dialects/tasks.ts'
import type { components as contract } from '../../../generated/schema.ts'
import type { WireOperation } from '../../contract/present/operation.ts'
import type { ProblemDocument } from '../../contract/problem.ts'
import type { Status } from '../../domain/state-machine.ts'
import { fileOf } from '../file.ts'
import { fieldErrors } from '../problems.ts'

type Tasks = components['schemas']
type Contract = contract['schemas']

const statuses: Readonly<Record<Status, Tasks['Status']>> = {
  PENDING: 'pending',
  RUNNING: 'processing',
  WAITING: 'processing',
  CANCELLING: 'processing',
  COMPLETED: 'completed',
  COMPLETED_WITH_ERRORS: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
}

const types: Readonly<Record<Tasks['ReportType'], Contract['ReportType']>> = {
  'annual-sales': 'SALES_BY_PRODUCT',
  'orders-summary': 'ORDERS_SUMMARY',
  'sales-by-product': 'SALES_BY_PRODUCT',
  'sales-by-country': 'SALES_BY_COUNTRY',
  'customer-activity': 'CUSTOMER_ACTIVITY',
}

const formats: Readonly<Record<Tasks['ReportFormat'], Contract['ReportFormat']>> = {
  pdf: 'PDF',
  csv: 'CSV',
  json: 'JSON',
}

export const names = {
  'webhook.url': 'webhook_url',
  reportType: 'type',
  dateRange: 'date_range',
  fromDate: 'from_date',
  toDate: 'to_date',
}

/** Days that the service can store. */
const allDays = { from_date: '0001-01-01', to_date: '9999-12-31' }

export function reportOf(request: Tasks['ReportRequest']): Contract['GenerateReportRequest'] {
  const { type, date_range: { from_date: fromDate, to_date: toDate } = allDays, format = 'pdf', filters } = request
  return {
    reportType: types[type],
    dateRange: { fromDate, toDate },
    format: formats[format],
    ...(filters ? { filters } : {}),
    ...(request.webhook_url === undefined ? {} : { webhook: { url: request.webhook_url } }),
  }
}

export function operationOf(operation: WireOperation): Tasks['Operation'] {
  const { operationId, status, progress, error, createdAt, updatedAt, startedAt, estimatedCompletion } = operation
  const { completedAt, failedAt, cancelledAt } = operation
  const file = fileOf(operation)
  return {
    id: operationId,
    status: statuses[status],
    progress: progress.percentage,
    ...(file ? { result: { reportUrl: file.downloadUrl, fileSize: file.size, expiresAt: file.expiresAt } } : {}),
    ...(error ? { error: errorOf(error) } : {}),
    // JSON leaves out what is undefined.
    ...({
      estimated_completion: estimatedCompletion,
      started_at: startedAt,
      completed_at: completedAt,
      failed_at: failedAt,
      cancelled_at: cancelledAt,
    } as Pick<Tasks['Operation'], 'started_at'>),
    created_at: createdAt,
    updated_at: updatedAt,
  }
}

export function errorOf({ type, detail, code, ...problem }: ProblemDocument): Tasks['ErrorBody'] {
  return { type, message: detail, code, ...fieldErrors(problem) }
}
