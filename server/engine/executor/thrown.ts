import { isAway } from '../../database/away.ts'
import { OperationError, RetryableError } from '../../handlers/define.ts'
import type { ThrownText, WireError } from '../protocol.ts'
import { isUnstorable } from '../refusal.ts'

/** What a handler threw, as it travels. By name and not by class alone: a handler may come with its own copy of the module. */
export function describeThrown(error: unknown): WireError {
  const cause = textOf(error)
  if (error instanceof OperationError) {
    const { code, errors } = error
    return { kind: 'operation', detail: error.message, code, cause, ...(errors ? { errors } : {}) }
  }
  if (error instanceof RetryableError) {
    const { retryAfter } = error
    return { kind: 'retryable', detail: error.message, cause, ...(retryAfter === undefined ? {} : { retryAfter }) }
  }
  const kind = isAway(error) ? 'away' : isUnstorable(error) ? 'unstorable' : 'other'
  return { kind, detail: cause.message, cause }
}

/** Of a failed query the text, never its parameters: they hold what callers sent, and secrets. */
function textOf(error: unknown, depth = 0): ThrownText {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, stack } = error
  const isQuery = 'query' in error && 'params' in error
  const inner = error.cause === undefined || depth > 3 ? undefined : textOf(error.cause, depth + 1)
  const own = isQuery ? `a query failed: ${String(error.query)}` : error.message
  const code = 'code' in error && typeof error.code === 'string' ? error.code : inner?.code
  const message = inner ? `${own} (${inner.message})` : own
  return { name, message, ...(isQuery ? {} : { stack }), ...(code === undefined ? {} : { code }) }
}
