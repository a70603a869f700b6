import type { components } from '../../generated/schema.ts'
import { type Status, statuses } from '../domain/state-machine.ts'
import { parseId } from './ids.ts'

/** A filter of operations in the API's format: of the list and of bulk operations. */
export type WireFilter = components['schemas']['OperationFilter']

/** The filter in the database's format. */
export function operationFilter(filter: WireFilter) {
  const { status, type, problemCode, label, createdAfter, createdBefore, batchId, scheduleId } = filter
  // The schema accepts well-formed ids only.
  const batch = batchId === undefined ? undefined : parseId('batch', batchId)
  return {
    ...(status?.length ? { statuses: status.map(canonicalStatus) } : {}),
    ...(type === undefined ? {} : { types: [type] }),
    ...(problemCode?.length ? { problemCodes: problemCode } : {}),
    ...(label?.length ? { labels: label.map(splitLabel) } : {}),
    ...(createdAfter === undefined ? {} : { createdAfter: new Date(createdAfter) }),
    ...(createdBefore === undefined ? {} : { createdBefore: new Date(createdBefore) }),
    // The schema has checked its format.
    ...(scheduleId === undefined ? {} : { scheduleId: parseId('schedule', scheduleId) ?? '' }),
    ...(batch === undefined ? {} : { batchId: batch }),
  }
}

/** The spec allows a status in any case, or PROCESSING. */
function canonicalStatus(text: string): Status {
  const word = text.toUpperCase()
  return word === 'PROCESSING' ? 'RUNNING' : (statuses.find((status) => status === word) ?? 'PENDING')
}

function splitLabel(label: string): [string, string] {
  const at = label.indexOf(':')
  return [label.slice(0, at), label.slice(at + 1)]
}
