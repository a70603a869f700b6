/** What the service says when it refuses or fails: the fields of RFC 9457 and the service's own beside them. */
export type ProblemDetails = {
  /** A page that explains cause and cure. */
  type: string
  title: string
  status: number
  detail?: string
  instance?: string
  /** UPPER_SNAKE and stable: what a program should look at. */
  code: string
  timestamp?: string
  /** Quote it to whoever runs the service. */
  requestId?: string
  /** What is wrong where: a JSON pointer into the body, or the name of a parameter. */
  errors?: { pointer?: string; parameter?: string; message: string }[]
  /** Whether the same request may succeed later. */
  retryable?: boolean
  /** Seconds to wait before that. */
  retryAfter?: number
  expiredAt?: string
}

/** A request that the service answered with a problem. The fields are those of the answer. */
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

  constructor(problem: ProblemDetails) {
    super(describe(problem))
    this.name = 'LongrunProblem'
    Object.assign(this, problem)
  }
}

/**
 * The operation ended FAILED. `problem` says why; `problem.retryable` whether it could succeed when tried again.
 * `operation` is its last state.
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

/** The operation ended CANCELLED. `reason` is the one given by whoever cancelled it. */
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

/** The caller's patience ended before the operation did. The operation goes on; ask for its result again. */
export class ResultTimeout<O = unknown> extends Error {
  operationId: string
  operation: O

  constructor(operationId: string, timeoutMs: number, operation: O) {
    super(`${operationId} had not ended after ${timeoutMs} ms; it goes on`)
    this.name = 'ResultTimeout'
    this.operationId = operationId
    this.operation = operation
  }
}

/** No stream of events got through for a minute: something between holds them back, or the service is away. */
export class StreamsUnavailable extends Error {
  constructor() {
    super('No stream of events gets through to here')
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
 * The problem in an answer that is not 2xx. `body` is what was read of it; what is no problem+json (a proxy's page,
 * say) becomes one with the code `HTTP_<status>`.
 */
export function problemOf(response: Response, body: unknown): LongrunProblem {
  if (isProblem(body)) return new LongrunProblem({ ...body, status: response.status })
  const { status } = response
  return new LongrunProblem({
    type: 'about:blank',
    title: response.statusText || `HTTP ${status}`,
    status,
    code: `HTTP_${status}`,
    ...(typeof body === 'string' && body !== '' && { detail: body.slice(0, 200) }),
  })
}

function isProblem(body: unknown): body is ProblemDetails {
  return typeof body === 'object' && body !== null && 'code' in body && 'title' in body && 'type' in body
}

function describe(problem: ProblemDetails): string {
  const places = (problem.errors ?? []).map(
    ({ pointer, parameter, message }) => `\n  ${pointer ?? parameter ?? ''}: ${message}`,
  )
  return `${problem.code}: ${problem.detail ?? problem.title}${places.join('')}`
}
