import type { Readable } from 'node:stream'
import type { Pool } from 'pg'
import type { InputOf, OperationType, PhaseOf, ResultOf, Warning } from '../../generated/operations.ts'
import type { Db } from '../database/db.ts'

/**
 * What a handler can do while it runs. Everything here is fenced by the attempt: once the worker has lost the
 * operation, `signal` is aborted and nothing that the handler still writes counts.
 */
export type Context<T extends OperationType, Results extends StepResults = StepResults> = StepContext & {
  /** Says how far the work is. Call it as often as you like: at most 10 updates a second are written. */
  progress(update: ProgressUpdate<T>): void
  /**
   * Runs one of the handler's `steps`, or answers what it answered in an earlier attempt. Await it before the next one: their
   * order is the order in which they are undone.
   */
  step<Name extends keyof Results & string>(name: Name): Promise<Results[Name]>
  /** Records a partial failure: the operation ends COMPLETED_WITH_ERRORS, with the warning in its result. */
  warn(warning: Warning): void
  /**
   * When the operation, its result and its files will go (completion + the type's retention). The first call fixes
   * it for this attempt, so that a result can state the same instant as the operation.
   */
  expiresAt(): Date
  /** How long the record of an operation of `type` that failed or was cancelled is kept, in seconds. */
  failedSeconds(type: string): number
  /** How many operations that have not ended the owner may have; undefined: any number. */
  ownerOperations: number | undefined
  /**
   * Says of another operation that it was submitted or changed, once that is committed: who waits for it or follows it hears at once.
   * Without a word they find out by themselves, seconds later.
   */
  hint(kind: 'submitted' | 'changed', operationId: string): void
  files: {
    /** Streams `source` into storage, memory flat. The file belongs to the operation and goes with it. */
    create(file: { name: string; mediaType: string }, source: AsyncIterable<Uint8Array | string>): Promise<StoredFile>
    /** The bytes of one of the owner's uploads; undefined when there is no such upload. */
    openUpload(uploadId: string): Promise<UploadedFile | undefined>
  }
  /**
   * Completes the operation inside the handler's own transaction: its rows and the operation's end are committed
   * together or not at all. Throws `Interruption` when this attempt no longer holds the operation (cancelled, timed out,
   * lease lost): let it roll back. Answer with what it returns.
   */
  finish(tx: Db, result: HandlerResult<T>): Promise<Finished>
}

/** What a step and its undo can do. */
export type StepContext = {
  operationId: string
  ownerId: string
  /** The fence: rises each time the operation is claimed. */
  attempt: number
  /** The same number, to hand to a vendor that refuses late writers. */
  fence: number
  /**
   * The idempotency key to hand to a vendor, the same at every attempt: the operation's id, and in a step `<id>:<step>`. For
   * what an undo sends append `:undo`: it may be sent more than once.
   */
  key: string
  /** Aborted on cancel, deadline, shutdown or a lost lease; `signal.reason` is an `Interruption`. */
  signal: AbortSignal
  /**
   * Writes a line of at most 1,000 characters into the operation's log, with `data` of at most 4 KB as JSON. Callers read it:
   * never a secret.
   */
  log(message: string, data?: Record<string, unknown>): void
  db: Db
  /** Connections for COPY, which postgres.js cannot be trusted with (it never settles when COPY FROM fails). */
  copyPool: Pool
  /** Where the systems outside are reached, without a slash at the end. */
  vendors: Vendors
}

export const vendorNames = ['stock', 'payment', 'carrier', 'confirmation'] as const
export type Vendors = Readonly<Record<(typeof vendorNames)[number], string>>

/** By step, what its `run` answers: kept as JSON, and given to its `undo`. */
export type StepResults = Record<string, unknown>

/** One effect outside, by a name of its own, so that after a crash it is known what has been done and how to undo it. */
export type Step<T extends OperationType, Result> = {
  /** The phase that begins with this step and is completed by it; shown COMPENSATING and COMPENSATED when it is undone. */
  phase?: PhaseOf[T]
  /** May run again, with the same `context.key`, when the process died before its result was kept. */
  run(context: StepContext, input: InputOf[T]): Promise<Result>
  /**
   * Makes undone what `run` did. `result` is undefined when it is not known whether `run` did anything: then it may have, and may
   * still be about to. Called again until it succeeds; what it throws is a failed try.
   */
  undo?(context: StepContext, input: InputOf[T], result: Result | undefined): Promise<void>
}

export type ProgressUpdate<T extends OperationType> = {
  /** One of the type's phases in the spec; entering one completes those before it. */
  phase?: PhaseOf[T]
  /** Of the phase: `current` of `total` units; or a percentage of the phase, 0–100. */
  current?: number
  total?: number
  percentage?: number
  /** For a person to read; at most 200 characters. */
  message?: string
}

/** A file in storage. `url` stands in a stored result and becomes a signed link each time the result is read. */
export type StoredFile = { fileId: string; url: string; sizeBytes: number; sha256: string; storageKey: string }

export type UploadedFile = { mediaType: string; sizeBytes: number; open(): Readable }

/** The type's result without what the engine adds to it. */
export type HandlerResult<T extends OperationType> = Omit<ResultOf[T], 'warnings'>

declare const finished: unique symbol
/** Proof that the operation was completed by `ctx.finish`. */
export type Finished = { [finished]: true }

export type Handler<T extends OperationType, Results extends StepResults = StepResults> = {
  /** Undone in reverse order when the operation fails, is cancelled or runs out of time. */
  steps?: { readonly [Name in keyof Results]: Step<T, Results[Name]> }
  /** Does the work. What it throws fails the operation: see `OperationError` and `RetryableError`. */
  run(context: Context<T, Results>, input: InputOf[T]): Promise<HandlerResult<T> | Finished>
  /**
   * Checks what the schema cannot say, before anything is accepted. Each fault that it answers is a place in the request and how to
   * mend it: with one or more the submit is refused (422 INVALID_INPUT). Keep it to a read by key: every submit waits for it.
   */
  check?(context: CheckContext, input: InputOf[T]): Fault[] | Promise<Fault[]>
  /** For `validateOnly`: what the work would be. */
  estimate?(context: CheckContext, input: InputOf[T]): Promise<Estimate>
}

export type CheckContext = Pick<StepContext, 'ownerId' | 'db' | 'copyPool'>

/** `pointer` is a JSON Pointer into the request. */
export type Fault = { pointer: string; message: string }

/** What a submit would cost: rows to be read or written, and seconds if they can be foreseen. */
export type Estimate = { rows?: number; seconds?: number }

/** Ties a step to its operation type, so that the compiler carries its result from `run` to `undo` and to `context.step`. */
export function defineStep<T extends OperationType, Result>(_type: T, step: Step<T, Result>): Step<T, Result> {
  return step
}

/** Ties a handler to the operation type that the spec declares; the compiler checks input, result, phases and steps. */
export function defineOperation<T extends OperationType, Results extends StepResults>(
  type: T,
  handler: Handler<T, Results>,
): Handler<T> & { type: T } {
  // The names of its steps are the handler's own affair.
  return { type, ...handler } as unknown as Handler<T> & { type: T }
}

/** Ends the operation FAILED with a problem that the caller can act on. `code` is in the problem catalogue. */
export class OperationError extends Error {
  code: string
  errors?: { pointer: string; message: string }[]

  constructor(
    code: string,
    detail: string,
    options: { errors?: { pointer: string; message: string }[]; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause })
    this.name = 'OperationError'
    this.code = code
    if (options.errors) this.errors = options.errors
  }
}

/** Fails this attempt; the operation runs again after `retryAfter` seconds, or the backoff, while attempts are left. */
export class RetryableError extends Error {
  retryAfter?: number

  constructor(detail: string, options: { retryAfter?: number; cause?: unknown } = {}) {
    super(detail, { cause: options.cause })
    this.name = 'RetryableError'
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter
  }
}

/** Why a handler was told to stop: the reason of `ctx.signal`. */
export class Interruption extends Error {
  kind: 'cancel' | 'deadline' | 'shutdown' | 'lease-lost'

  constructor(kind: Interruption['kind']) {
    super(`interrupted: ${kind}`)
    this.name = 'Interruption'
    this.kind = kind
  }
}
