import { OperationError } from '../define.ts'

/** The error for a file that cannot be parsed. `detail` states the location and how to fix it. */
export function unreadable(code: 'INVALID_FILE' | 'INVALID_ENCODING', detail: string, cause?: unknown): OperationError {
  return new OperationError(code, detail, { errors: [{ pointer: '/uploadId', message: detail }], cause })
}
