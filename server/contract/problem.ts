import type { components } from '../../generated/schema.ts'
import { type ProblemCode, type ProblemKind, problems } from './problems.ts'

/** RFC 9457, as the spec has it. */
export type ProblemDocument = components['schemas']['Problem']

export type Violation = components['schemas']['ProblemPlace']

/** Violations in one problem. Validation stops there. */
export const maxViolations = 100

const maxNameLength = 64
const maxPointerLength = 128

/** Text of a request for use in a problem: shortened, and without halves of surrogate pairs. */
export function excerpt(text: string, length = maxNameLength): string {
  return text.length <= length ? text.toWellFormed() : `${text.slice(0, length).toWellFormed()}…`
}

/** The JSON Pointer (RFC 6901) of a path in a body. Long names and long pointers are shortened. */
export function pointerTo(path: readonly PropertyKey[]): string {
  const names = path.map((key) => excerpt(String(key)).replaceAll('~', '~0').replaceAll('/', '~1'))
  // Not shortened inside of an escape.
  return excerpt(names.map((name) => `/${name}`).join(''), maxPointerLength).replace(/~…$/, '…')
}

/** The earlier problem that led to a problem. */
export type ProblemCause = { code: string; detail: string; errors?: Violation[] }

/** A stored problem document as the cause of another. */
export function causeIn({ code, detail, errors }: Record<string, unknown>): ProblemCause {
  const places = Array.isArray(errors) ? { errors: errors as Violation[] } : {}
  return { code: String(code), detail: String(detail), ...places }
}

/** The fields of a problem that do not follow from its code. */
export type ProblemExtra = {
  errors?: Violation[] | undefined
  /** Seconds, for a code that is retryable; also sent as `Retry-After`. Default: those of the code. */
  retryAfter?: number | undefined
  expiredAt?: Date
}

/** Why a request is refused. `message` is the problem's `detail`, for the caller; `cause` is for the log. */
export class Problem<Code extends ProblemCode = ProblemCode> extends Error {
  code: Code
  extra: ProblemExtra
  /** Headers of the response, by lower-case name. */
  headers: Record<string, string>

  constructor(
    code: Code,
    detail: string,
    options: ProblemExtra & { headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    const { headers = {}, cause, ...extra } = options
    super(detail, { cause })
    this.name = 'Problem'
    this.code = code
    this.extra = extra
    this.headers = headers
  }
}

/** The kind that a stored code names; undefined for a code that this version does not know. */
export function problemKind(code: string): ProblemKind | undefined {
  return Object.hasOwn(problems, code) ? problems[code as ProblemCode] : undefined
}

/**
 * The problem document of a response, or of an operation's `error`. A code that is not in the catalogue (a newer worker
 * wrote it) is shown with the title of PROCESSING_ERROR.
 */
export function problemDocument(
  code: string,
  about: ProblemExtra & {
    detail: string
    instance?: string
    requestId?: string
    timestamp?: Date
    cause?: ProblemCause | undefined
    /** The service's public address, when it is known. */
    origin?: string
  },
): ProblemDocument {
  const kind: ProblemKind = problemKind(code) ?? problems.PROCESSING_ERROR
  const { detail, instance, requestId, errors, cause, expiredAt, timestamp = new Date(), origin = '' } = about
  const retryAfter = kind.retryAfter && wholeSeconds(about.retryAfter ?? kind.retryAfter)
  return {
    type: `${origin}/problems/${code}`,
    title: kind.title,
    status: kind.status,
    detail,
    ...(instance === undefined ? {} : { instance }),
    code,
    timestamp: timestamp.toISOString(),
    ...(requestId === undefined ? {} : { requestId }),
    ...(errors === undefined ? {} : { errors }),
    ...(cause === undefined ? {} : { cause: causeDocument(cause, origin) }),
    // A problem is retryable exactly if it says when.
    retryable: retryAfter !== undefined,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(expiredAt === undefined ? {} : { expiredAt: expiredAt.toISOString() }),
  }
}

/** At least 1, because 0 would ask for a retry at once. */
function wholeSeconds(seconds: number): number {
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : 1
}

function causeDocument({ code, detail, errors }: ProblemCause, origin: string): ProblemDocument['cause'] {
  const { type, title } = problemDocument(code, { detail, origin })
  return { type, title, detail, code, ...(errors === undefined ? {} : { errors }) }
}
