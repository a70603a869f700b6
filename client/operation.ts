import type { OperationOf, OperationType, ResultOf } from '../generated/operations.ts'
import { type DownloadTarget, linkIn, save } from './download.ts'
import { OperationCancelled, OperationFailed, OperationTypeMismatch, ResultTimeout } from './errors.ts'
import { betweenHoldsMs, type EventOptions, eventsOf, holdSeconds } from './events.ts'
import { follow, type OperationEvent, type Position, type Round, type StreamGate } from './following.ts'
import { heard, sleep } from './waiting.ts'

/** Even when asking is of use only much later (`startAfter`), so that a cancel from elsewhere is seen. */
const longestPauseMs = 60_000

/** What the service says of an operation; `result` is typed by `type`. */
export type Operation<T extends OperationType = OperationType> = OperationOf[T]

/** One reading of an operation. Without `operation` it had not changed. */
export type Reading = {
  operation?: Operation
  etag?: string
  askAgainMs?: number
  /** The service has held the answer back, as long as nothing changed. */
  wasHeld?: boolean
}

/** What a handle needs of the service. */
export type Operations = {
  /** With `holdSeconds`, not before something has changed since `etag`, if the service can. */
  read(
    operationId: string,
    options: { etag?: string | undefined; holdSeconds?: number; signal?: AbortSignal | undefined },
  ): Promise<Reading>
  /** A part of the events after `after`; none when there are no more. */
  history(operationId: string, after: number | undefined, signal: AbortSignal | undefined): Promise<OperationEvent[]>
  /** Asks once for the stream of the events; any answer resolves. */
  stream(operationId: string, lastEventId: string | undefined, signal: AbortSignal): Promise<Response>
  gate: StreamGate
  cancel(operationId: string, reason: string | undefined, signal: AbortSignal | undefined): Promise<Operation>
  retry(
    operationId: string,
    options: { idempotencyKey: string; signal: AbortSignal | undefined },
  ): Promise<Reading & { operation: Operation }>
  /** Resolves also when it had gone already. */
  purge(operationId: string, signal: AbortSignal | undefined): Promise<void>
  /** Opens a signed link; any answer resolves. */
  open(link: string, signal: AbortSignal | undefined): Promise<Response>
}

/** The fields of the type's result that are links to files. */
export type FileField<T extends OperationType> = Extract<keyof ResultOf[T], `${string}Url`>

/**
 * An operation that was submitted or found: follow it, wait for it, cancel it. It lives in the service, whatever
 * becomes of the handle; with `id` any other process can pick it up. Awaiting a handle does not wait for the end.
 */
export class OperationHandle<T extends OperationType> implements AsyncIterable<Operation<T>> {
  readonly id: string
  readonly type: T
  #operations: Operations
  #snapshot: Operation<T>
  #etag: string | undefined
  /** When it is useful to ask again, by `performance.now()`. Shared, so that several followers ask as often as one. */
  #askAt: number
  /** Wakes the followers at a change. */
  #news = new EventTarget()
  /** What all followers of this handle share, while there are any. */
  #following: Following | undefined
  /** The last event that the handle's state has taken in. */
  #position: Position

  /** Throws `OperationTypeMismatch` when the reading is of an operation of another type. */
  constructor(operations: Operations, type: T, operation: Operation, reading: Reading = {}) {
    this.id = operation.operationId
    this.type = type
    this.#operations = operations
    this.#snapshot = ofType(operation, type)
    this.#etag = reading.etag
    this.#askAt = askAt(reading)
    const isFresh = operation.updatedAt === operation.createdAt
    this.#position = { after: isFresh ? 0 : undefined }
  }

  /** The last state seen. It changes while somebody iterates, waits, refreshes or cancels. */
  get snapshot(): Operation<T> {
    return this.#snapshot
  }

  /** Each state from the one at hand to the terminal one, as they are seen. Leaving the loop detaches. */
  [Symbol.asyncIterator](): AsyncGenerator<Operation<T>, void, void> {
    return this.updates()
  }

  /**
   * As iterating the handle, with a signal. Aborting it detaches (throwing the signal's reason): the operation goes on.
   * Changes come by a stream as they happen. Where streams do not get through, by asking when the service says that it is
   * useful, at least once a minute. Holds out while the service is away for up to a minute. A state that is over before it
   * could be read is left out; `events` has them all.
   */
  async *updates({ signal }: { signal?: AbortSignal } = {}): AsyncGenerator<Operation<T>, void, void> {
    let seen: Operation<T> | undefined
    let following: Following | undefined
    try {
      while (true) {
        while (this.#snapshot !== seen) {
          seen = this.#snapshot
          yield seen
        }
        if (seen.done) return
        following ??= this.#join()
        if (following.failure) throw following.failure.error
        await heard(this.#news, signal)
      }
    } finally {
      if (following) this.#leave(following)
    }
  }

  /**
   * Each event of the operation's history and then each that happens, in sequence, up to the one that ends it: its states,
   * its progress, the lines of its log. Throws the problem CURSOR_GONE when there is no event `after`.
   */
  events(options: EventOptions = {}): AsyncGenerator<OperationEvent, void, void> {
    return eventsOf(this.#operations, this.id, options)
  }

  /** Asks now. */
  async refresh(options: { signal?: AbortSignal } = {}): Promise<Operation<T>> {
    this.#take(await this.#operations.read(this.id, { etag: this.#etag, signal: options.signal }))
    return this.#snapshot
  }

  /**
   * Waits for the end, and answers with the result; a partly failed one (COMPLETED_WITH_ERRORS) has `warnings`.
   * Rejects with `OperationFailed`, `OperationCancelled`, with `ResultTimeout` after `timeoutMs`, or with the signal's
   * reason; the latter two leave the operation running.
   */
  async result(options: { signal?: AbortSignal; timeoutMs?: number } = {}): Promise<ResultOf[T]> {
    const { signal, timeoutMs } = options
    if (timeoutMs === undefined) return this.#end(signal)
    const patience = new AbortController()
    const over = new ResultTimeout(this.id, timeoutMs, this.#snapshot)
    const timer = setTimeout(() => patience.abort(over), timeoutMs)
    try {
      return await this.#end(signal ? AbortSignal.any([signal, patience.signal]) : patience.signal)
    } finally {
      clearTimeout(timer)
      over.operation = this.#snapshot
    }
  }

  /**
   * Asks the service to stop the operation, and answers with its state: CANCELLED, or CANCELLING until the work has
   * yielded. Throws `LongrunProblem` CANNOT_CANCEL when it had ended otherwise.
   */
  async cancel(options: { reason?: string; signal?: AbortSignal } = {}): Promise<Operation<T>> {
    this.#take({ operation: await this.#operations.cancel(this.id, options.reason, options.signal) })
    return this.#snapshot
  }

  /**
   * Starts an operation that failed, was cancelled, or is COMPLETED_WITH_ERRORS anew, with nothing sent again; answers with the handle of
   * the new one. Throws `LongrunProblem` CANNOT_RETRY otherwise, and when that was done before. `snapshot` stays as it is.
   */
  async retry(options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<OperationHandle<T>> {
    const { idempotencyKey = crypto.randomUUID(), signal } = options
    const reading = await this.#operations.retry(this.id, { idempotencyKey, signal })
    return new OperationHandle(this.#operations, this.type, reading.operation, { askAgainMs: reading.askAgainMs })
  }

  /**
   * Removes the finished operation with its input, result and files from the service, before its retention is over; resolves also
   * when it had gone already. Throws `LongrunProblem` CANNOT_PURGE while it is active. `snapshot` stays as it is.
   */
  async purge(options: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#operations.purge(this.id, options.signal)
  }

  /**
   * Waits for the result and streams its file (or the one that `file` names) into `target`. A link that has expired is
   * minted afresh. A file at a path appears only when it is whole. Answers with the bytes written.
   */
  async download(
    target: DownloadTarget,
    options: { file?: FileField<T>; signal?: AbortSignal } = {},
  ): Promise<{ sizeBytes: number }> {
    const { file = 'downloadUrl', signal } = options
    let response = await this.#operations.open(linkIn(await this.result(options), file), signal)
    if (response.status === 410 || response.status === 403) {
      await response.body?.cancel()
      // Without the ETag: a 304 would leave the old link in place.
      this.#etag = undefined
      await this.refresh(options)
      response = await this.#operations.open(linkIn(await this.result(options), file), signal)
    }
    return save(response, target, signal)
  }

  async #end(signal: AbortSignal | undefined): Promise<ResultOf[T]> {
    for await (const operation of this.updates({ signal })) {
      if (operation.done) return outcomeOf(operation)
    }
    return outcomeOf(this.#snapshot)
  }

  #join(): Following {
    if (this.#following === undefined || this.#following.failure) {
      const following: Following = { followers: 0, stop: new AbortController() }
      this.#following = following
      this.#follow(following.stop.signal).catch((error: unknown) => {
        following.failure = { error }
        this.#news.dispatchEvent(new Event('news'))
      })
    }
    this.#following.followers += 1
    return this.#following
  }

  #leave(following: Following): void {
    following.followers -= 1
    if (following.followers > 0) return
    following.stop.abort()
    if (this.#following === following) this.#following = undefined
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { gate } = this.#operations
    const open = (lastEventId: string | undefined, signal: AbortSignal) =>
      this.#operations.stream(this.id, lastEventId, signal)
    for await (const event of follow(gate, open, this.#position, () => this.#poll(signal), signal)) {
      await this.#hear(event, signal)
    }
    if (!this.#snapshot.done) await this.refresh({ signal })
  }

  /** Events tell status and progress; what else an operation says is read when its status has changed. */
  async #hear({ event, status, progress, timestamp }: OperationEvent, signal: AbortSignal): Promise<void> {
    const known = this.#snapshot
    if (event === 'log' || known.done || timestamp < known.updatedAt) return
    const hasMoved = status !== known.status || (progress !== undefined && !isSame(progress, known.progress))
    if (!hasMoved) return
    // Of two in the same millisecond the state at hand may be the later one.
    const isNext = timestamp > known.updatedAt && status === known.status
    if (isNext && progress) this.#show({ ...known, progress, updatedAt: timestamp })
    else await this.refresh({ signal })
  }

  /** In place of the stream: asks when it is useful, and has the answer held back until something changes. */
  async #poll(signal: AbortSignal): Promise<Round> {
    const waitMs = this.#askAt - performance.now()
    if (waitMs > 0) await sleep(waitMs, signal)
    // Somebody may have asked meanwhile.
    if (this.#askAt > performance.now()) return { events: [], isOver: false }
    this.#askAt = askAt({})
    // Without an ETag the answer would be held back up to the end.
    const hold = this.#etag === undefined ? {} : { etag: this.#etag, holdSeconds }
    this.#take(await this.#operations.read(this.id, { ...hold, signal }))
    return { events: [], isOver: this.#snapshot.done }
  }

  #take(reading: Reading): void {
    const { operation, etag } = reading
    this.#askAt = askAt(reading)
    if (operation === undefined) return
    // Answers may overtake each other, and what has ended stays ended.
    if (this.#snapshot.done && !operation.done) return
    if (!operation.done && operation.updatedAt < this.#snapshot.updatedAt) return
    this.#etag = etag
    this.#show(ofType(operation, this.type))
  }

  #show(operation: Operation<T>): void {
    this.#snapshot = operation
    this.#news.dispatchEvent(new Event('news'))
  }
}

type Following = { followers: number; stop: AbortController; failure?: { error: unknown } }

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function askAt({ wasHeld, askAgainMs = 1000 }: Reading): number {
  return performance.now() + (wasHeld ? betweenHoldsMs : Math.min(askAgainMs, longestPauseMs))
}

function ofType<T extends OperationType>(operation: Operation, type: T): Operation<T> {
  if (isOfType(operation, type)) return operation
  const { operationId, type: actual } = operation as Operation
  throw new OperationTypeMismatch(operationId, type, actual)
}

function isOfType<T extends OperationType>(operation: Operation, type: T): operation is Operation<T> {
  return operation.type === type
}

function outcomeOf<T extends OperationType>(operation: Operation<T>): ResultOf[T] {
  const { operationId, status, error, reason } = operation
  if (status === 'FAILED' && error) throw new OperationFailed(operationId, error, operation)
  if (status === 'CANCELLED') throw new OperationCancelled(operationId, reason, operation)
  return operation.result as ResultOf[T]
}
