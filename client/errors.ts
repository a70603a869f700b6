/** An error response of the service: the fields of RFC 9457 and fields of the service. */
export type ProblemDetails = {
  /** A page that explains the cause and the remedy. */
  type: string
  title: string
  status: number
  detail?: string
  instance?: string
  /** Stable code in UPPER_SNAKE_CASE. Programs should branch on this field. */
  code: string
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
  cause?: { type: string; title: string; detail: string; code: string; errors?: ProblemDetails['errors'] }
}

/** The service responded with a problem. The fields are those of the response. */
export class LongrunProblem extends Error implements ProblemDetails {
  declare type: string
  declare title: string
  declare status: number
  declare detail?: string
  declare instance?: string
  declare code: string
  declare timestamp?: string
  declare requestId?: string
  declare errors?: ProblemDetails['errors']
  declare retryable?: boolean
  declare retryAfter?: number
  declare expiredAt?: string
  declare cause?: ProblemDetails['cause']
  /** The Idempotency-Key of a submit. Use the key again to repeat the submit safely. */
  declare idempotencyKey?: string

  constructor(problem: ProblemDetails) {
    super(describe(problem))
    this.name = 'LongrunProblem'
    Object.assign(this, problem)
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
  constructor() {
    super('No event stream could be opened')
    this.name = 'StreamsUnavailable'
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
  if (isProblem(body)) return new LongrunProblem({ ...body, status })
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
