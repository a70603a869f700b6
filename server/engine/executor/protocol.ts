import type { Warning } from '../../../generated/operations.ts'
import { isDatabaseUnavailable } from '../../database/errors.ts'
import type { ClaimedRow } from '../../database/operations/attempt-columns.ts'
import type { DependencyRow } from '../../database/operations/dependencies.ts'
import type { LogLine } from '../../database/operations/progress.ts'
import type { OpenedInput } from '../../database/operations/sealed-input.ts'
import type { StepRow } from '../../database/operations/steps.ts'
import type { BegunWait, NewWait } from '../../database/operations/waits.ts'
import type { ExecutorPool } from '../../database/pool-sizes.ts'
import type { Space } from '../../database/quotas.ts'
import type { Progress, StepState } from '../../database/schema/operations.ts'
import { traceparentOf } from '../../domain/trace-context.ts'
import type { FilesLocation } from '../../files/location.ts'
import type { S3Credentials } from '../../files/open.ts'
import { StorageUnavailable } from '../../files/store.ts'
import { type Interruption, OperationError, RetryableError, type Vendors } from '../../handlers/define.ts'
import type { NotificationKind } from '../../notifications/notifier.ts'

/**
 * The messages between a worker and an executor. The worker claims, renews its lease and writes; the executor runs handlers and requests
 * a write before each step has its effect. Messages are sent in arrays, as JSON, in order. `key`: operation id and attempt number.
 */

/** An attempt to run, or only to compensate. */
export type AttemptOrder = {
  key: string
  operationId: string
  ownerId: string
  type: string
  attempt: number
  /** The actor in the operation's events: `worker:<id>`. */
  actor: string
  input: Record<string, unknown>
  /** The input is stored encrypted: no text that may contain part of it leaves the executor. */
  confidential: boolean
  /** When it was claimed: milliseconds since 1970 by the database's clock. */
  claimedAt: number
  /** The steps that earlier attempts have started, in that order. */
  steps: StepRecord[]
  /** The operations that it depends on, in the order of the submit, without those that were deleted. Undefined: it has none. */
  dependencies?: DependencyRow[] | undefined
  /** Signs the callback URLs of this operation, in base64. Undefined: its type declares no callback. */
  callbackKey?: string | undefined
  /** The `traceparent` for requests to vendors. */
  traceparent?: string | undefined
  /** The progress of earlier attempts. */
  progress: Progress | null
  /** No handler is to run: compensate the steps. */
  compensate: boolean
}

/** `durationMs`: of the run that had the result; null until then. */
export type StepRecord = {
  name: string
  /** From 1, in the order in which the steps were started. */
  position: number
  state: StepState
  undoable: boolean
  result: unknown
  durationMs: number | null
}

/** `row`: as claimed; `input`: in clear; `steps`: of earlier attempts. */
export function orderOf(
  row: ClaimedRow,
  input: OpenedInput,
  actor: string,
  { steps, dependencies }: { steps: readonly StepRow[]; dependencies?: DependencyRow[] | undefined },
  { callbackKey, traceContext }: { callbackKey?: string | undefined; traceContext?: string | null } = {},
): AttemptOrder {
  const { operationId, ownerId, type, attempt, startedAt, intendedOutcome, status, progress } = row
  const compensate = intendedOutcome !== null || status === 'CANCELLING'
  return {
    key: `${operationId}/${attempt}`,
    operationId,
    ownerId,
    type,
    attempt,
    actor,
    input: input.value,
    confidential: input.confidential,
    claimedAt: startedAt?.getTime() ?? Date.now(),
    steps: steps.map(({ name, position, state, undoable, result, durationMs }) => ({
      name,
      position,
      state,
      undoable,
      result,
      durationMs,
    })),
    dependencies,
    callbackKey,
    traceparent: traceContext ? traceparentOf(traceContext) : undefined,
    progress,
    compensate,
  }
}

export type ToExecutor =
  | { type: 'run'; order: AttemptOrder }
  | { type: 'interrupt'; key: string; kind: Interruption['kind'] }
  /** The handler has stopped: undo its steps, newest first. */
  | { type: 'compensate'; key: string }
  /** The attempt has ended and can be forgotten. */
  | { type: 'close'; key: string }
  | { type: 'response'; id: number; response: WriteResponse }
  | { type: 'ping' }

export type FromExecutor =
  | { type: 'ready' }
  | { type: 'pong' }
  /** `change`: the phases whose status changed; such an update is an event of its own. */
  | { type: 'progress'; key: string; progress?: Progress; change?: string; lines: LogLine[] }
  | { type: 'request'; key: string; id: number; request: WriteRequest }
  /** The handler has created or changed another operation. */
  | { type: 'notify'; key: string; kind: HandlerNotification; operationId: string }
  /** The handler has created or ended another operation. */
  | { type: 'count'; key: string; kind: 'submitted' | 'cancelled'; operationType: string }
  /** The handler is about to complete the operation in its own transaction. */
  | { type: 'finishing'; key: string }
  /** That transaction was refused because the attempt no longer runs the operation. */
  | { type: 'refused'; key: string; write: string }
  | { type: 'outcome'; key: string; outcome: HandlerOutcome }
  | { type: 'compensated'; key: string; failedSteps: string[]; progress?: Progress | undefined }

export type HandlerNotification = Exclude<NotificationKind, 'due' | 'moved'>

/** `flush`: responded to when all progress sent before is written. */
export type WriteRequest = StepWrite | ({ write: 'beginWait' } & NewWait) | { write: 'flush' }

export type StepWrite =
  | { write: 'startStep'; name: string; position: number; phase: string | null }
  | {
      write: 'finishStep'
      name: string
      position: number
      phase: string | null
      undoable: boolean
      result: unknown
      durationMs: number
    }
  | { write: 'recordCompensation'; name: string; state: 'UNDONE' | 'UNDO_FAILED' }

export type WriteResponse =
  /** `refused`: the attempt no longer runs the operation. `wait`: the wait that was begun. */
  | { result: 'written' | 'refused'; wait?: BegunWait }
  | { result: 'failed'; error: string; databaseUnavailable: boolean }

/** How a handler ended. */
export type HandlerOutcome =
  | {
      kind: 'returned'
      result: Record<string, unknown>
      warnings: Warning[]
      progress: Progress
      /** When the operation expires, in milliseconds since 1970. The result may contain the same time. */
      expiresAt: number
    }
  /** Completed by `ctx.finish`. */
  | { kind: 'finished' }
  | { kind: 'threw'; error: HandlerError; progress?: Progress | undefined }
  /** The handler awaits the waits in `names`. `completedWaits`: of the operation when the first of them was begun. */
  | { kind: 'waiting'; names: string[]; completedWaits: number; progress?: Progress | undefined }

/** `cause`: the thrown error, for the log. */
export type HandlerError = { detail: string; cause: SerializedError } & (
  | { kind: 'operation'; code: string; errors?: { pointer: string; message: string }[] }
  | { kind: 'retryable'; retryAfter?: number }
  /** The service's own database was unavailable, or a connection to it broke. */
  | { kind: 'databaseUnavailable' | 'storageUnavailable' }
  | { kind: 'other' }
)

export type SerializedError = { name: string; message: string; stack?: string | undefined; code?: string | undefined }

/** Classifies what a handler threw. `confidential`: without the texts of errors that are not meant for callers. */
export function serializeError(error: unknown, confidential = false): HandlerError {
  const cause = confidential ? withoutTexts(error) : serialized(error)
  if (error instanceof OperationError) {
    const { code, errors } = error
    return { kind: 'operation', detail: error.message, code, cause, ...(errors ? { errors } : {}) }
  }
  if (error instanceof RetryableError) {
    const { retryAfter } = error
    return { kind: 'retryable', detail: error.message, cause, ...(retryAfter === undefined ? {} : { retryAfter }) }
  }
  return { kind: kindOf(error), detail: cause.message, cause }
}

function kindOf(error: unknown) {
  if (isDatabaseUnavailable(error)) return 'databaseUnavailable'
  if (error instanceof StorageUnavailable) return 'storageUnavailable'
  return 'other'
}

/** What callers may read about an error: only the texts of `OperationError` and `RetryableError` are meant for them. */
export function publicDetail({ kind, detail }: HandlerError): string {
  return kind === 'operation' || kind === 'retryable' ? detail : 'an unexpected error occurred'
}

/** For a failed query the text without its parameters, which contain secrets and data of callers. */
function serialized(error: unknown, depth = 0): SerializedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, stack } = error
  const isQuery = 'query' in error && 'params' in error
  const inner = error.cause === undefined || depth > 3 ? undefined : serialized(error.cause, depth + 1)
  const own = isQuery ? `a query failed: ${String(error.query)}` : error.message
  const code = 'code' in error && typeof error.code === 'string' ? error.code : inner?.code
  const message = inner ? `${own} (${inner.message})` : own
  return { name, message, ...(isQuery ? {} : { stack }), ...(code === undefined ? {} : { code }) }
}

/** The kind of an error and its place in the code. Messages, of queries and parsers too, may quote the input. */
function withoutTexts(error: unknown): SerializedError {
  const message = 'the message is hidden, because the input of the operation is confidential'
  if (!(error instanceof Error)) return { name: 'Error', message }
  const { name, code } = serialized(error)
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return { name, message, stack: [`${name}: ${message}`, ...frames].join('\n'), code }
}

/** An Error again, for the log. */
export function deserializeError({ cause }: HandlerError): Error {
  const { name, message, stack, code } = cause
  return Object.assign(new Error(message), { name, ...(stack ? { stack } : {}), ...(code ? { code } : {}) })
}

/** The limits of an owner; undefined: unlimited. */
export type OwnerQuotas = {
  ownerOperations: number | undefined
  ownerStorage: Space | undefined
  ownerOrderLines: number | undefined
  ownerWebhookTargets: number | undefined
}

/**
 * Messages beside the arrays: an executor process needs credentials for files, and its worker sends them. They are in no environment variable, which
 * child processes of handlers would inherit, and temporary ones are replaced before they expire.
 */
export type CredentialsRequest = { need: 'credentials' }
/** `expiresAt`: in milliseconds since 1970. Undefined `credentials`: the worker has none now. */
export type CredentialsAnswer = {
  credentials?: Omit<S3Credentials, 'expiration'> & { expiresAt?: number | undefined }
}

/** The first message to an executor process. */
export type Setup = {
  databaseUrl: string
  files: FilesLocation
  vendors: Vendors
  /** Most connections to the database. */
  pool: ExecutorPool
  phases: Record<string, readonly { name: string; weight: number }[]>
  /** The phases that waits complete, by type and name of the wait. */
  waitPhases: Record<string, Readonly<Record<string, string>>>
  /** What callback URLs begin with; the token follows. */
  callbackBase: string
  completedSeconds: Record<string, number>
  failedSeconds: Record<string, number>
  quotas: OwnerQuotas
  /** The URL of a module that exports `handlers`. */
  handlers: string
}
