/** The filters of the list, as they are in the URL: the same names as in `GET /operations`. */
import type { Operation } from '../../../client/index.ts'
import type { OperationsFilter } from '../../../client/react/index.ts'

export type OperationStatus = Operation['status']

export const activeStatuses = ['PENDING', 'RUNNING', 'WAITING', 'CANCELLING'] as const
export const finalStatuses = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'] as const
export const allStatuses: readonly OperationStatus[] = [...activeStatuses, ...finalStatuses]

/** `status` and `label` may have several values: any of the statuses, all of the labels. */
export type Filter = {
  status: readonly OperationStatus[]
  label: readonly string[]
  type?: string
  problemCode?: string
  createdAfter?: string
  createdBefore?: string
  scheduleId?: string
  batchId?: string
}

export const singleFields = ['type', 'problemCode', 'createdAfter', 'createdBefore', 'scheduleId', 'batchId'] as const

export function filterOf(query: URLSearchParams): Filter {
  const status = query.getAll('status').map((status) => status.toUpperCase())
  const filter: Filter = { status: allStatuses.filter((known) => status.includes(known)), label: query.getAll('label') }
  for (const field of singleFields) {
    const value = query.get(field)
    if (value) filter[field] = value
  }
  return filter
}

/** The filter as the parameters of requests and of the URL. Filters that are not set are left out. */
export function parametersOf({
  status,
  label,
  problemCode,
  ...single
}: Filter): OperationsFilter & Record<string, string | string[]> {
  return {
    ...single,
    ...(problemCode !== undefined && { problemCode: [problemCode] }),
    ...(status.length > 0 && { status: [...status] }),
    ...(label.length > 0 && { label: [...label] }),
  }
}

export const isFiltered = (filter: Filter): boolean => Object.keys(parametersOf(filter)).length > 0

/** Whether the service would list the operation. */
export function matches(operation: Operation, filter: Filter): boolean {
  const { type, problemCode, createdAfter, createdBefore, scheduleId, batchId } = filter
  const created = Date.parse(operation.createdAt)
  return (
    matchesStatus(operation.status, filter) &&
    (type === undefined || operation.type === type) &&
    (problemCode === undefined || operation.error?.code === problemCode) &&
    (scheduleId === undefined || operation.scheduleId === scheduleId) &&
    (batchId === undefined || operation.batchId === batchId) &&
    !(createdAfter !== undefined && created < Date.parse(createdAfter)) &&
    !(createdBefore !== undefined && created >= Date.parse(createdBefore)) &&
    filter.label.every((label) => hasLabel(operation, label))
  )
}

/** Only failed operations have a problem code. */
export const matchesStatus = (status: string, filter: Filter): boolean =>
  (filter.status.length === 0 || (filter.status as readonly string[]).includes(status)) &&
  (filter.problemCode === undefined || status === 'FAILED')

function hasLabel({ labels }: Operation, label: string): boolean {
  const [, key = '', value] = /^([^:]*):(.*)$/s.exec(label) ?? []
  return Object.hasOwn(labels, key) && labels[key] === value
}
