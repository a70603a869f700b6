import type { Readable } from 'node:stream'
import type {
  CallbackOf,
  InputOf,
  InputWaitOf,
  OperationType,
  PhaseOf,
  ResultOf,
  Warning,
} from '../../generated/operations.ts'
import type { CopyPool } from '../database/copy.ts'
import type { Db } from '../database/db.ts'
import type { OperationRow } from '../database/operations/transition.ts'
import type { TerminalStatus } from '../domain/state-machine.ts'

/**
 * The functions that a handler can use. All of them are fenced: once this attempt no longer runs the operation, `signal` is aborted and
 * further writes are refused.
 */
export type Context<T extends OperationType, Results extends StepResults = StepResults> = StepContext & {
  /** Reports progress. Call it as often as you like: at most 10 updates a second are written. */
  progress(update: ProgressUpdate<T>): void
  /**
   * Runs one of the handler's `steps`, or returns the result that an earlier attempt recorded. Await each step before the next one, or start
   * them with `parallel`: they are undone in reverse order of their start.
   */
  step<Name extends keyof Results & string>(name: Name): Promise<Results[Name]>
  /**
   * Runs several of the handler's `steps` at the same time. Resolves with their results in the order of `names`. After the first failure no
   * further step starts; when those in progress have ended, it rejects with the first `OperationError`, or else with the first failure.
   */
  parallel<const Names extends readonly (keyof Results & string)[]>(
    names: Names,
    options?: ParallelOptions & { settle?: false },
  ): Promise<ResultsOf<Results, Names>>
  /**
   * With `settle` all steps run, and their failures are collected, also those with a `RetryableError`. It rejects with an `Interruption` or
   * an outage of the service's own database or storage, which are not failures of a step.
   */
  parallel<const Names extends readonly (keyof Results & string)[]>(
    names: Names,
    options: ParallelOptions & { settle: true },
  ): Promise<SettledResultsOf<Results, Names>>
  /**
   * Waits durably for `seconds`: the operation is WAITING, without a slot, and its handler runs again from the top afterwards, with the
   * results of its steps and waits. Let the `Suspension` that it throws pass. `name`: unique in the operation, in camelCase.
   */
  sleep(name: string, seconds: number): Promise<void>
  /**
   * Waits durably, like `sleep`, for the request of an external system to `callbackUrl(name)`, and returns its body. Throws `WaitTimeout`
   * after `timeoutSeconds`, counted from the first call.
   */
  waitForCallback<Name extends keyof CallbackOf[T] & string>(
    name: Name,
    options: { timeoutSeconds: number },
  ): Promise<CallbackOf[T][Name]>
  /**
   * Waits durably, like `sleep`, for the decision of a person, and returns it. `who`: who is expected to decide, for readers; at most 200
   * characters. Throws `WaitTimeout` after `timeoutSeconds`.
   */
  waitForInput<Name extends keyof InputWaitOf[T] & string>(
    name: Name,
    options: { timeoutSeconds: number; who?: string },
  ): Promise<InputWaitOf[T][Name]>
  /**
   * The operations of `dependsOn`, in that order, without those that were deleted meanwhile. All of them have ended; with the policy `ANY_END`
   * some may have failed.
   */
  dependencies(): readonly Dependency[]
  /** The result of the first dependency of `type` that has one. Throws an `OperationError` if there is none. */
  resultOf<D extends OperationType>(type: D): ResultOf[D]
  /** Records a partial failure: the operation ends COMPLETED_WITH_ERRORS, with the warning in its result. */
  warn(warning: Warning): void
  /**
   * When the operation, its result and its files expire: completion + the type's retention. The first call determines the time for this
   * attempt, so that a result can contain it.
   */
  expiresAt(): Date
  /** The retention of operations of `type` that failed or were cancelled, in seconds. */
  failedSeconds(type: string): number
  /** How many imported order lines the owner may have; undefined: unlimited. */
  ownerOrderLines: number | undefined
  /**
   * Runs `create` within the owner's quota of active operations. `create` gets the quota as `cap` when it must count under the owner's lock;
   * undefined: it need not count.
   */
  withinOperationQuota<Result>(create: (cap?: number) => Promise<Result>): Promise<Result>
  /** Whether the owner's quota of webhook targets admits a retry of `operation`. */
  admitsRetry(operation: Pick<OperationRow, 'ownerId' | 'webhook'>): Promise<boolean>
  /**
   * Notifies workers and subscribers that the handler has created (`submitted`) or changed another operation. Call it after the commit.
   * Without it they detect the change by polling, seconds later.
   */
  notify(kind: 'submitted' | 'changed', operationId: string): void
  /** Counts an operation of this type for the metrics, which the handler has created (`submitted`) or ended (`cancelled`). Call it after the commit. */
  count(kind: 'submitted' | 'cancelled', type: string): void
  files: {
    /** Streams `source` into storage with constant memory. The file belongs to the operation and expires with it. */
    create(file: { name: string; mediaType: string }, source: AsyncIterable<Uint8Array | string>): Promise<StoredFile>
    /** One of the owner's uploads; undefined when there is no such upload. */
    openUpload(uploadId: string): Promise<UploadedFile | undefined>
  }
  /**
   * Completes the operation inside the handler's own transaction: its rows and the completion are committed together or not at all. Throws
   * `Interruption` when this attempt no longer runs the operation (cancelled, timed out, lease lost): let it roll back. Return what it
   * returns.
   */
  finish(tx: Db, result: HandlerResult<T>): Promise<Finished>
}

/** An operation that this one depends on. Files in its result are references, which only responses replace by links. */
export type Dependency = {
  [T in OperationType]: {
    operationId: string
    type: T
    status: TerminalStatus
    result: ResultOf[T] | null
    /** The problem document of a failed operation. */
    error: Record<string, unknown> | null
  }
}[OperationType]

/** The functions that a step and its undo can use. */
export type StepContext = {
  operationId: string
  ownerId: string
  /** The number of the attempt, incremented by each claim. */
  attempt: number
  /** The attempt number as a fencing token, for vendors that refuse late writers. */
  fence: number
  /**
   * The idempotency key for a vendor, the same in every attempt: the operation's id, and in a step `<id>:<step>`. In an undo append `:undo`;
   * it may be sent more than once.
   */
  key: string
  /**
   * The header `traceparent` for requests to vendors, so that their traces continue this one (W3C Trace Context). Undefined: neither the service
   * nor the caller traces.
   */
  traceparent?: string | undefined
  /**
   * The signed URL of a wait of kind CALLBACK, the same in every attempt. Anyone who has it can complete the wait, once: send it only to the
   * external system. The callback may arrive before the handler waits for it.
   */
  callbackUrl(name: string): string
  /** Aborted on cancel, deadline, shutdown or a lost lease; `signal.reason` is an `Interruption`. */
  signal: AbortSignal
  /** Writes a line of at most 1,000 characters into the operation's log, with at most 4 KB of JSON `data`. Callers can read it: no secrets. */
  log(message: string, data?: Record<string, unknown>): void
  db: Db
  /** Connections for COPY and long queries; there are fewer than operations, so hold one only while it works. */
  copyPool: CopyPool
  /** Base URLs of the external systems, without a trailing slash. */
  vendors: Vendors
}

/** The vendors by the operation type that calls them. */
export const vendorsOfType = {
  deliverOrder: ['stock', 'payment', 'carrier', 'confirmation'],
  screenCandidate: ['identity', 'criminalRecords', 'employment', 'education'],
} as const
export const vendorNames = Object.values(vendorsOfType).flat()
export type VendorName = (typeof vendorNames)[number]
export type Vendors = Readonly<Record<VendorName, string>>

/** The result of each step's `run`, by name: stored as JSON and passed to its `undo`. */
export type StepResults = Record<string, unknown>

/** `limit`: most steps at the same time; default: all of them. Steps start in the order of their names. */
export type ParallelOptions = { limit?: number }

type ResultsOf<Results extends StepResults, Names extends readonly (keyof Results & string)[]> = {
  -readonly [At in keyof Names]: Results[Names[At]]
}

type SettledResultsOf<Results extends StepResults, Names extends readonly (keyof Results & string)[]> = {
  -readonly [At in keyof Names]: PromiseSettledResult<Results[Names[At]]>
}

/** A named effect on an external system. It is recorded, so that after a crash it can be repeated or undone. */
export type Step<T extends OperationType, Result> = {
  /**
   * The phase that the step starts and completes; FAILED when the step fails, and shown as COMPENSATING and COMPENSATED while and after it is
   * undone.
   */
  phase?: PhaseOf[T]
  /** Whether the step completes its phase; default: always. `false` leaves it in progress, for other work that completes it. */
  completesPhase?(result: Result): boolean
  /** What the step does, as a message of the progress: "Booking a carrier". Callers can read it: no secrets. */
  message?(input: InputOf[T]): string
  /** Runs again with the same `context.key` when the process exited before the result was recorded. */
  run(context: StepContext, input: InputOf[T]): Promise<Result>
  /**
   * Undoes `run`. `result` is undefined when it is not known whether `run` had its effect: it may have, or may still have it later. Called
   * again until it succeeds; an exception is a failed try.
   */
  undo?(context: StepContext, input: InputOf[T], result: Result | undefined): Promise<void>
}

export type ProgressUpdate<T extends OperationType> = {
  /** One of the type's phases in the spec. Entering a phase completes those before it. */
  phase?: PhaseOf[T]
  /** Within the phase: `current` of `total` units, or a percentage, 0–100. */
  current?: number
  total?: number
  percentage?: number
  /** A message for people, at most 200 characters. */
  message?: string
}

/** A file in storage. `url` is stored in a result and replaced by a signed link each time the result is read. */
export type StoredFile = { fileId: string; url: string; sizeBytes: number; sha256: string; storageKey: string }

export type UploadedFile = { mediaType: string; sizeBytes: number; open(): Readable }

/** The type's result without the part that the engine adds. */
export type HandlerResult<T extends OperationType> = Omit<ResultOf[T], 'warnings'>

declare const finished: unique symbol
/** Proves that the operation was completed by `ctx.finish`. */
export type Finished = { [finished]: true }

export type Handler<T extends OperationType, Results extends StepResults = StepResults> = {
  /** Undone in reverse order when the operation fails, is cancelled or times out. */
  steps?: { readonly [Name in keyof Results]: Step<T, Results[Name]> }
  /** Does the work. An exception fails the operation: see `OperationError` and `RetryableError`. */
  run(context: Context<T, Results>, input: InputOf[T]): Promise<HandlerResult<T> | Finished>
  /**
   * Checks what the schema cannot express, before the operation is accepted. Each violation names a place in the request and how to fix it;
   * with one or more the submit is refused (422 INVALID_INPUT). Limit it to reads by key: every submit waits for it.
   */
  check?(context: CheckContext, input: InputOf[T]): Violation[] | Promise<Violation[]>
  /**
   * Checks what another operation may create. Like `check`, except that the checks of an operation with open dependencies are made when it
   * starts, and then fail it with the problem that the submit would have had.
   */
  checkData?(context: CheckContext, input: InputOf[T]): Violation[] | Promise<Violation[]>
  /** For `validateOnly`: the amount of work. Limit it to a second, because it occupies a connection (`countWithin`). */
  estimate?(context: CheckContext, input: InputOf[T]): Promise<Estimate>
}

export type CheckContext = Pick<StepContext, 'ownerId' | 'db'>

/** `pointer` is a JSON Pointer into the request. */
export type Violation = { pointer: string; message: string }

/** The rows that the operation would read or write, and the seconds if they can be estimated. */
export type Estimate = { rows?: number | undefined; seconds?: number }

/** Declares a step of an operation type. Its result type is inferred from `run`, for `undo` and `context.step`. */
export function defineStep<T extends OperationType, Result>(_type: T, step: Step<T, Result>): Step<T, Result> {
  return step
}

/** Declares the handler of an operation type of the spec. The compiler checks input, result, phases and steps. */
export function defineOperation<T extends OperationType, Results extends StepResults>(
  type: T,
  handler: Handler<T, Results>,
): Handler<T> & { type: T } {
  // The engine does not need the types of the steps.
  return { type, ...handler } as unknown as Handler<T> & { type: T }
}

/** Fails the operation with a problem for the caller. `code` is in the problem catalogue. */
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

/** Fails this attempt. The operation is retried after `retryAfter` seconds, or the backoff, while attempts are left. */
export class RetryableError extends Error {
  retryAfter?: number

  constructor(detail: string, options: { retryAfter?: number; cause?: unknown } = {}) {
    super(detail, { cause: options.cause })
    this.name = 'RetryableError'
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter
  }
}

/** Nothing arrived in time for a wait. Fails the operation, without another attempt, unless the handler catches it. */
export class WaitTimeout extends OperationError {
  wait: string

  constructor(wait: string) {
    super('WAIT_TIMEOUT', `Nothing arrived in time for the wait ${wait}.`)
    this.name = 'WaitTimeout'
    this.wait = wait
  }
}

/**
 * The attempt ends because the operation waits. Let it pass: whatever the handler does then is ignored, except that it throws a `WaitTimeout`,
 * and every further call of its context throws this again.
 */
export class Suspension extends Error {
  constructor(wait: string) {
    super(`suspended: the operation waits for ${wait}`)
    this.name = 'Suspension'
  }
}

/** The reason of `ctx.signal`: why the handler must stop. */
export class Interruption extends Error {
  kind: 'cancel' | 'deadline' | 'shutdown' | 'lease-lost'

  constructor(kind: Interruption['kind']) {
    super(`interrupted: ${kind}`)
    this.name = 'Interruption'
    this.kind = kind
  }
}
