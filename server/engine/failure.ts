import { formatId } from '../contract/ids.ts'
import { problemDocument } from '../contract/problem.ts'
import { storable } from '../lifecycle/progress.ts'
import type { Failure } from './verdict.ts'

/** The error document of a failed operation (RFC 9457), as it is stored and shown. */
export function problemOf(operationId: string, { code, detail, errors }: Failure): Record<string, unknown> {
  const instance = `/api/v1/operations/${formatId('operation', operationId)}`
  const places = errors?.map(({ pointer, message }) => ({ pointer: storable(pointer), message: storable(message) }))
  return { ...problemDocument(code, { detail: storable(detail), instance, errors: places }) }
}
