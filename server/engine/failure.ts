import { formatId } from '../contract/ids.ts'
import { storable } from '../lifecycle/progress.ts'
import type { Failure } from './verdict.ts'

/** The error document of a failed operation (RFC 9457), as it is stored and shown. */
export function problemOf(operationId: string, failure: Failure): Record<string, unknown> {
  return {
    type: `/problems/${failure.code}`,
    detail: storable(failure.detail),
    instance: `/api/v1/operations/${formatId('operation', operationId)}`,
    code: failure.code,
    timestamp: new Date().toISOString(),
  }
}
