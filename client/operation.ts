import type { OperationType, ResultOf } from '../generated/operations.ts'
import { type DownloadTarget, linkIn, save } from './download.ts'
import { OperationCancelled, OperationFailed, OperationTypeMismatch, ResultTimeout } from './errors.ts'
import { betweenHoldsMs, type EventOptions, eventsOf, holdSeconds } from './events.ts'
import { follow, type OperationEvent, type Position, type Round } from './following.ts'
import { eachWithAbsoluteLinks } from './links.ts'
import type { Input, Operation, Operations, Reading, Wait, WaitBodies } from './operations.ts'
import { nextChange, sleep } from './waiting.ts'

/** Upper limit of the poll interval, also for a late `startAfter`, so that a cancel by another client is seen. */
const longestPauseMs = 60_000

/** Lower limit of the poll interval, whatever `Retry-After` says. */
const leastPauseMs = 1000

/** The fields of the result that are links to files. */
export type FileField<T extends OperationType> = Extract<keyof ResultOf[T], `${string}Url`>

/**
 * A handle of a submitted or found operation: subscribe to it, wait for it, cancel it. The operation does not depend on the
 * handle; another process can open it by `id`. Awaiting a handle does not wait for the end of the operation.
 */
export class OperationHandle<T extends OperationType> implements AsyncIterable<Operation<T>> {
  readonly id: string
  readonly type: T
  #operations: Operations
  #snapshot: Operation<T>
  #etag: string | undefined
  /** Time of the next useful poll, by `performance.now()`. Shared, so that several subscribers poll as often as one. */
  #askAt: number
  /** Wakes the subscribers when the snapshot changes. */
  #changes = new EventTarget()
  /** State shared by all subscribers of this handle; undefined without subscribers. */
  #following: Following | undefined
  /** The last event that the snapshot includes. */
  #position: Position

  /** Throws `OperationTypeMismatch` when the operation has another type. */
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

  /** The last known state. Iterating, waiting, refreshing and cancelling update it. */
  get snapshot(): Operation<T> {
    return this.#snapshot
  }

  /** Each state from the current one to the final one, as they are seen. Leaving the loop ends the subscription. */
  [Symbol.asyncIterator](): AsyncGenerator<Operation<T>, void, void> {
    return this.updates()
  }

  /**
   * Like iterating the handle, with a signal. Aborting throws the reason of the signal; the operation continues.
   * Changes arrive by an event stream. Where streams do not work, the handle polls at `Retry-After`, at least once a minute.
   * Requests are retried for up to a minute while the service is unavailable. A state that ends before it is read is omitted;
   * `events` has all of them.
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
        await nextChange(this.#changes, signal)
      }
    } finally {
      if (following) this.#leave(following)
    }
  }

  /**
   * Each past event of the operation and then each new one, in sequence, up to the final event: states, progress and log
   * lines. Throws the problem CURSOR_GONE when there is no event `after`.
   */
  events(options: EventOptions = {}): AsyncGenerator<OperationEvent, void, void> {
    return eachWithAbsoluteLinks(eventsOf(this.#operations, this.id, options), this.#operations.origin)
  }

  /** Reads the operation now. */
  async refresh(options: { signal?: AbortSignal } = {}): Promise<Operation<T>> {
    this.#take(await this.#operations.read(this.id, { etag: this.#etag, signal: options.signal }))
    return this.#snapshot
  }

  /** Reads what the operation was asked to do: the fields of its submit, without what the contract marks `writeOnly`. */
  async input(options: { signal?: AbortSignal } = {}): Promise<Input<T>> {
    return (await this.#operations.input(this.id, options.signal)) as Input<T>
  }

  /**
   * Waits for the end and returns the result; the result of COMPLETED_WITH_ERRORS has `warnings`.
   * Rejects with `OperationFailed`, `OperationCancelled`, `ResultTimeout` after `timeoutMs`, or the reason of the signal.
   * A timeout or an aborted signal does not end the operation.
   */
  async result(options: { signal?: AbortSignal; timeoutMs?: number } = {}): Promise<ResultOf[T]> {
    const { signal, timeoutMs } = options
    if (timeoutMs === undefined) return this.#end(signal)
    const timeout = new AbortController()
    const over = new ResultTimeout(this.id, timeoutMs, this.#snapshot)
    const timer = setTimeout(() => timeout.abort(over), timeoutMs)
    try {
      return await this.#end(signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal)
    } finally {
      clearTimeout(timer)
      over.operation = this.#snapshot
    }
  }

  /**
   * Cancels the operation and returns its state: CANCELLED, or CANCELLING until the handler has stopped. Throws
   * `LongrunProblem` CANNOT_CANCEL when the operation has ended with another status.
   */
  async cancel(options: { reason?: string; signal?: AbortSignal } = {}): Promise<Operation<T>> {
    this.#take({ operation: await this.#operations.cancel(this.id, options.reason, options.signal) })
    return this.#snapshot
  }

  /** What the operation has waited for so far, in the order in which it began. It waits for those that are PENDING. */
  waits(options: { signal?: AbortSignal } = {}): Promise<Wait[]> {
    return this.#operations.waits(this.id, options.signal)
  }

  /**
   * Completes a wait of the operation, which then continues with `body`. Throws `LongrunProblem` INVALID_INPUT for a body that the wait does not
   * accept, WAIT_NOT_FOUND before the operation waits for it, CANNOT_COMPLETE_WAIT when it was completed with another body or the operation
   * has ended, and WAIT_EXPIRED when its time is over. Completing a wait again with the same body is a success.
   */
  async complete<Name extends keyof WaitBodies<T> & string>(
    name: Name,
    body: WaitBodies<T>[Name] & object,
    options: { signal?: AbortSignal } = {},
  ): Promise<Wait> {
    const wait = await this.#operations.complete(this.id, name, body, options.signal)
    // The operation continues at once.
    this.#askAt = askAt({})
    return wait
  }

  /**
   * Creates a new operation with the input of one that is FAILED, CANCELLED or COMPLETED_WITH_ERRORS; returns its handle. Throws
   * `LongrunProblem` CANNOT_RETRY for other statuses, and when the operation was retried before. `snapshot` does not change.
   */
  async retry(options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<OperationHandle<T>> {
    const { idempotencyKey = crypto.randomUUID(), signal } = options
    const reading = await this.#operations.retry(this.id, { idempotencyKey, signal })
    return new OperationHandle(this.#operations, this.type, reading.operation, { askAgainMs: reading.askAgainMs })
  }

  /**
   * Deletes the finished operation with its input, result and files before its retention ends; resolves also when the operation
   * was already deleted. Throws `LongrunProblem` CANNOT_PURGE while the operation is active. `snapshot` does not change.
   */
  async purge(options: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#operations.purge(this.id, options.signal)
  }

  /**
   * Waits for the result and streams its file (or the file in the field `file`) into `target`. Requests a new link when the
   * link has expired. A file at a path appears only when it is complete. Returns the number of bytes.
   */
  async download(
    target: DownloadTarget,
    options: { file?: FileField<T>; signal?: AbortSignal } = {},
  ): Promise<{ sizeBytes: number }> {
    const { file = 'downloadUrl', signal } = options
    let link = linkIn(await this.result(options), file)
    let response = await this.#operations.open(link, signal)
    if (response.status === 410 || response.status === 403) {
      await response.body?.cancel()
      // Without the ETag: a 304 would keep the old link.
      this.#etag = undefined
      await this.refresh(options)
      link = linkIn(await this.result(options), file)
      response = await this.#operations.open(link, signal)
    }
    return save(response, (headers) => this.#operations.open(link, signal, headers), target, signal)
  }

  async #end(signal: AbortSignal | undefined): Promise<ResultOf[T]> {
    for await (const operation of this.updates({ signal })) {
      if (operation.done) return outcomeOf(operation)
    }
    return outcomeOf(this.#snapshot)
  }

  #join(): Following {
    if (this.#following === undefined || this.#following.failure) {
      const following: Following = { subscribers: 0, stop: new AbortController() }
      this.#following = following
      this.#follow(following.stop.signal).catch((error: unknown) => {
        following.failure = { error }
        this.#changes.dispatchEvent(new Event('change'))
      })
    }
    this.#following.subscribers += 1
    return this.#following
  }

  #leave(following: Following): void {
    following.subscribers -= 1
    if (following.subscribers > 0) return
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

  /** Events contain status and progress; the other fields are read when the status has changed. */
  async #hear({ event, status, progress, timestamp }: OperationEvent, signal: AbortSignal): Promise<void> {
    const known = this.#snapshot
    if (event === 'log' || known.done || timestamp < known.updatedAt) return
    const hasMoved = status !== known.status || (progress !== undefined && !isSame(progress, known.progress))
    if (!hasMoved) return
    // With equal timestamps the snapshot may be newer than the event.
    const isNext = timestamp > known.updatedAt && status === known.status
    if (isNext && progress) this.#show({ ...known, progress, updatedAt: timestamp })
    else await this.refresh({ signal })
  }

  /** Replaces the stream by a long poll at the recommended time. */
  async #poll(signal: AbortSignal): Promise<Round> {
    const waitMs = this.#askAt - performance.now()
    if (waitMs > 0) await sleep(waitMs, signal)
    // Another subscriber may have polled meanwhile.
    if (this.#askAt > performance.now()) return { events: [], isOver: false }
    this.#askAt = askAt({})
    // Without an ETag the service would hold the response until the operation ends.
    const hold = this.#etag === undefined ? {} : { etag: this.#etag, holdSeconds }
    this.#take(await this.#operations.read(this.id, { ...hold, signal }))
    return { events: [], isOver: this.#snapshot.done }
  }

  #take(reading: Reading): void {
    const { operation, etag } = reading
    this.#askAt = askAt(reading)
    if (operation === undefined) return
    // Responses may arrive out of order; a final status never changes.
    if (this.#snapshot.done && !operation.done) return
    if (!operation.done && operation.updatedAt < this.#snapshot.updatedAt) return
    this.#etag = etag
    this.#show(ofType(operation, this.type))
  }

  #show(operation: Operation<T>): void {
    this.#snapshot = operation
    this.#changes.dispatchEvent(new Event('change'))
  }
}

type Following = { subscribers: number; stop: AbortController; failure?: { error: unknown } }

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function askAt({ wasHeld, askAgainMs = 1000 }: Reading): number {
  return performance.now() + (wasHeld ? betweenHoldsMs : Math.min(Math.max(askAgainMs, leastPauseMs), longestPauseMs))
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
