/** The codes of this version of the service. */
export type ProblemCode =
  | 'INVALID_REQUEST'
  | 'INVALID_PAGE_TOKEN'
  | 'UNAUTHENTICATED'
  | 'INSUFFICIENT_SCOPE'
  | 'LINK_INVALID'
  | 'CALLBACK_INVALID'
  | 'ORIGIN_NOT_ALLOWED'
  | 'NOT_FOUND'
  | 'OPERATION_NOT_FOUND'
  | 'WAIT_NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_ACCEPTABLE'
  | 'REQUEST_TIMEOUT'
  | 'CANNOT_CANCEL'
  | 'CANNOT_COMPLETE_WAIT'
  | 'TOO_MANY_RECEIVERS'
  | 'TOO_MANY_SCHEDULES'
  | 'STORAGE_FULL'
  | 'TOO_MANY_KEYS'
  | 'CANNOT_RETRY'
  | 'CANNOT_PURGE'
  | 'NOT_FINISHED'
  | 'OPERATION_FAILED'
  | 'OPERATION_CANCELLED'
  | 'OPERATION_EXPIRED'
  | 'WAIT_EXPIRED'
  | 'CURSOR_GONE'
  | 'EXPIRED'
  | 'LINK_EXPIRED'
  | 'CONTENT_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'RANGE_NOT_SATISFIABLE'
  | 'INVALID_INPUT'
  | 'UNSAFE_URL'
  | 'IDEMPOTENCY_MISMATCH'
  | 'BATCH_REFUSED'
  | 'UPGRADE_REQUIRED'
  | 'TOO_MANY_OPERATIONS'
  | 'TOO_MANY_BATCHES'
  | 'TOO_MANY_WEBHOOK_TARGETS'
  | 'TOO_MANY_UPLOADS'
  | 'RATE_LIMITED'
  | 'HEADERS_TOO_LARGE'
  | 'INTERNAL_ERROR'
  | 'UNAVAILABLE'
  | 'DISK_FULL'
  | 'PROCESSING_ERROR'
  | 'INVALID_RESULT'
  | 'TIMEOUT'
  | 'WAIT_TIMEOUT'
  | 'QUEUE_TIMEOUT'
  | 'DEPENDENCY_FAILED'
  | 'NO_DATA_IN_RANGE'
  | 'INSUFFICIENT_HISTORY'
  | 'UPLOAD_NOT_FOUND'
  | 'INVALID_FILE'
  | 'INVALID_ENCODING'
  | 'NO_VALID_ROWS'
  | 'TOO_MANY_ORDER_LINES'
  | 'OUT_OF_STOCK'
  | 'PAYMENT_DECLINED'
  | 'NO_CARRIER'
  | 'CONFIRMATION_REFUSED'
  | 'CHECK_DECLINED'
  | 'VENDOR_REFUSED'
  | 'COMPENSATION_FAILED'
  | 'POISONED'

/** An error response of the service: the fields of RFC 9457 and fields of the service. */
export type ProblemDetails = {
  /** A page that explains the cause and the remedy. */
  type: string
  title: string
  status: number
  detail?: string
  instance?: string
  /** Stable code, for programs. A newer service may send other codes. */
  code: ProblemCode | (string & {})
  timestamp?: string
  /** Quote this id in a support request. */
  requestId?: string
  /** The violations, each located by a JSON pointer into the body or the name of a parameter. */
  errors?: { pointer?: string; parameter?: string; message: string }[]
  /** Whether the same request may succeed later. */
  retryable?: boolean
  /** Seconds to wait before the next attempt. */
  retryAfter?: number
  expiredAt?: string
  /** The earlier problem that led to this one: the failure that was to be compensated before `COMPENSATION_FAILED`. */
  cause?: {
    type: string
    title: string
    detail: string
    code: ProblemDetails['code']
    errors?: ProblemDetails['errors']
  }
}

/** The service responded with a problem. The fields are those of the response. */
export class LongrunProblem extends Error implements ProblemDetails {
  declare type: string
  declare title: string
  declare status: number
  declare detail?: string
  declare instance?: string
  declare code: ProblemDetails['code']
  declare timestamp?: string
  declare requestId?: string
  declare errors?: NonNullable<ProblemDetails['errors']>
  declare retryable?: boolean
  declare retryAfter?: number
  declare expiredAt?: string
  declare cause?: NonNullable<ProblemDetails['cause']>
  /** The Idempotency-Key of a submit. Use the key again to repeat the submit safely. */
  declare idempotencyKey?: string

  constructor(problem: ProblemDetails) {
    super(describe(problem))
    this.name = 'LongrunProblem'
    Object.assign(this, problem)
  }
}

/** The operation was deleted: after its retention, or by a purge. `expiredAt` is the time. Submit it again if the result is still needed. */
export class OperationExpired extends LongrunProblem {
  constructor(problem: ProblemDetails) {
    super(problem)
    this.name = 'OperationExpired'
  }
}

/**
 * A submit got no response, although it was repeated for a minute: the operation may exist or not. Call the same method with the same
 * `input` and the option `idempotencyKey` to continue: the service then creates the operation, or returns the one that exists.
 */
export class SubmitUnanswered extends Error {
  type: string
  input: unknown
  idempotencyKey: string

  constructor(type: string, input: unknown, idempotencyKey: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`${type} got no response (${reason}). Call it again with the Idempotency-Key ${idempotencyKey}.`, { cause })
    this.name = 'SubmitUnanswered'
    this.type = type
    this.input = input
    this.idempotencyKey = idempotencyKey
  }
}

/** The file of a download ended early, or has other bytes than the service stored. `receivedBytes` of `sizeBytes` have arrived. */
export class DownloadIncomplete extends Error {
  receivedBytes: number
  sizeBytes: number | undefined

  constructor(message: string, receivedBytes: number, sizeBytes: number | undefined, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DownloadIncomplete'
    this.receivedBytes = receivedBytes
    this.sizeBytes = sizeBytes
  }
}

/**
 * The operation ended FAILED. `problem` is the cause; `problem.retryable` states whether a retry may succeed.
 * `operation` is the last state.
 */
export class OperationFailed<O = unknown> extends Error {
  operationId: string
  problem: ProblemDetails
  operation: O

  constructor(operationId: string, problem: ProblemDetails, operation: O) {
    super(describe(problem))
    this.name = 'OperationFailed'
    this.operationId = operationId
    this.problem = problem
    this.operation = operation
  }
}

/** The operation ended CANCELLED. `reason` is the reason of the cancel request. */
export class OperationCancelled<O = unknown> extends Error {
  operationId: string
  declare reason?: string
  operation: O

  constructor(operationId: string, reason: string | undefined, operation: O) {
    super(reason === undefined ? `${operationId} was cancelled` : `${operationId} was cancelled: ${reason}`)
    this.name = 'OperationCancelled'
    this.operationId = operationId
    if (reason !== undefined) this.reason = reason
    this.operation = operation
  }
}

/** The operation did not finish within `timeoutMs`. The operation continues; call `result()` again to wait longer. */
export class ResultTimeout<O = unknown> extends Error {
  operationId: string
  operation: O

  constructor(operationId: string, timeoutMs: number, operation: O) {
    super(`${operationId} had not ended after ${timeoutMs} ms; the operation continues`)
    this.name = 'ResultTimeout'
    this.operationId = operationId
    this.operation = operation
  }
}

/** No event stream could be opened for a minute: a proxy buffers event streams, or the service is unavailable. */
export class StreamsUnavailable extends Error {
  /** The service could not be reached, so it is not known whether streams work. */
  isOutage: boolean

  constructor(isOutage = false) {
    super('No event stream could be opened')
    this.name = 'StreamsUnavailable'
    this.isOutage = isOutage
  }
}

/** `operation(id, type)` found an operation of another type. */
export class OperationTypeMismatch extends Error {
  operationId: string
  expected: string
  actual: string

  constructor(operationId: string, expected: string, actual: string) {
    super(`${operationId} is of type ${actual}, not ${expected}`)
    this.name = 'OperationTypeMismatch'
    this.operationId = operationId
    this.expected = expected
    this.actual = actual
  }
}

/**
 * The problem in a response that is not 2xx. A body that is not problem+json, for example the page of a proxy, becomes a
 * problem with the code `HTTP_<status>`.
 */
export function problemOf(response: Response, body: unknown): LongrunProblem {
  const { status } = response
  if (isProblem(body))
    return new (body.code === 'OPERATION_EXPIRED' ? OperationExpired : LongrunProblem)({ ...body, status })
  const words = wordsOf(body)
  return new LongrunProblem({
    type: 'about:blank',
    title: response.statusText || `HTTP ${status}`,
    status,
    code: `HTTP_${status}`,
    ...(words !== '' && { detail: words.slice(0, 500) }),
  })
}

/** The body of a response: JSON if it can be parsed, otherwise its text. Undefined if the connection breaks. */
export async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => undefined)
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}

/** What another program, such as a proxy, has sent in place of a problem of the service. */
function wordsOf(body: unknown): string {
  if (body === undefined || body === null) return ''
  return typeof body === 'string' ? body : JSON.stringify(body)
}

/** Whether the body is a problem of the service, with fields of the expected types. Problems of gateways may use the same names otherwise. */
function isProblem(body: unknown): body is ProblemDetails {
  if (typeof body !== 'object' || body === null) return false
  const { type, title, code, detail, errors } = body as Record<string, unknown>
  const isText = [type, title, code].every((field) => typeof field === 'string')
  return (
    isText && (detail === undefined || typeof detail === 'string') && (errors === undefined || areViolations(errors))
  )
}

function areViolations(errors: unknown): boolean {
  return (
    Array.isArray(errors) &&
    errors.every((one: unknown) => typeof (one as { message?: unknown } | null)?.message === 'string')
  )
}

function describe(problem: ProblemDetails): string {
  const places = (problem.errors ?? []).map(
    ({ pointer, parameter, message }) => `\n  ${pointer ?? parameter ?? ''}: ${message}`,
  )
  return `${problem.code}: ${problem.detail ?? problem.title}${places.join('')}`
}
