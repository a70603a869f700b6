import type { OperationType, ResultOf } from '../generated/operations.ts'
import { dataOf } from './api.ts'
import type { Calls } from './calls.ts'
import type { DownloadTarget } from './download.ts'
import { OperationCancelled, OperationFailed, OperationTypeMismatch, ResultTimeout } from './errors.ts'
import type { EventOptions } from './events.ts'
import type { OperationEvent, Position, Round } from './following.ts'
import { eachWithAbsoluteLinks } from './links.ts'
import type { Input, Operation, Wait, WaitBodies } from './operations.ts'
import { list } from './pages.ts'
import { askAt, holdSeconds, type Reading, read } from './reading.ts'
import type { Transferred } from './stream.ts'
import { type CallOptions, nextChange, retryAfterMs, signalOf, sleep } from './waiting.ts'

/** What another process needs to continue with an operation. */
export type OperationReference<T extends OperationType = OperationType> = { id: string; type: T }

/** The fields of the result that are links to files. */
export type FileField<T extends OperationType> = Extract<keyof ResultOf[T], `${string}Url`>

/**
 * A handle of a submitted or found operation: subscribe to it, wait for it, cancel it. The operation does not depend on the
 * handle; another process can open it by `id`. Awaiting a handle does not wait for the end of the operation.
 */
export class OperationHandle<T extends OperationType> implements AsyncIterable<Operation<T>> {
  readonly id: string
  readonly type: T
  #calls: Calls
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
  /** Whether the service holds a response until the end of the operation. Undefined: not tried. */
  #holds: boolean | undefined

  /** Throws `OperationTypeMismatch` when the operation has another type. */
  constructor(calls: Calls, type: T, operation: Operation, reading: Reading = {}) {
    this.id = operation.operationId
    this.type = type
    this.#calls = calls
    this.#snapshot = ofType(operation, type)
    this.#etag = reading.etag
    this.#askAt = askAt(reading)
    const isFresh = operation.updatedAt === operation.createdAt
    this.#position = { after: isFresh ? 0 : undefined }
  }

  /** What `fromJSON` of a client needs, in this process or another one; `JSON.stringify` calls it. */
  toJSON(): OperationReference<T> {
    return { id: this.id, type: this.type }
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
   * Changes arrive by an event stream, which the operations that a client follows share. Where streams do not work, the handle polls at
   * `Retry-After`, at least once a minute, and so does a page that has been hidden for a minute.
   * Requests are retried for up to a minute while the service is unavailable. A state that ends before it is read is omitted;
   * `events` has all of them.
   */
  updates(options: CallOptions = {}): AsyncGenerator<Operation<T>, void, void> {
    return this.#states(signalOf(options), 1)
  }

  /** `watching`: 1 if each state is wanted, 0 if the last one is. */
  async *#states(signal: AbortSignal | undefined, watching: number): AsyncGenerator<Operation<T>, void, void> {
    let seen: Operation<T> | undefined
    let following: Following | undefined
    try {
      while (true) {
        while (this.#snapshot !== seen) {
          seen = this.#snapshot
          yield seen
        }
        if (seen.done) return
        following ??= this.#join(watching)
        if (following.failure) throw following.failure.error
        await nextChange(this.#changes, signal)
      }
    } finally {
      if (following) this.#leave(following, watching)
    }
  }

  /**
   * Each past event of the operation and then each new one, in sequence, up to the final event: states, progress and log
   * lines. Throws the problem CURSOR_GONE when there is no event `after`.
   */
  async *events(options: EventOptions = {}): AsyncGenerator<OperationEvent, void, void> {
    const { eventsOf } = await import('./events.ts')
    yield* eachWithAbsoluteLinks(eventsOf(this.#calls, this.id, options), this.#calls.origin)
  }

  /** Reads the operation now. */
  async refresh(options: CallOptions = {}): Promise<Operation<T>> {
    this.#take(await read(this.#calls, this.id, { ...options, etag: this.#etag }))
    return this.#snapshot
  }

  /** Reads what the operation was asked to do: the fields of its submit, without what the contract marks `writeOnly`. */
  async input(options: CallOptions = {}): Promise<Input<T>> {
    const init = { params: { path: this.#path, query: { view: 'FULL' } }, ...options } as const
    const { input } = await dataOf(this.#calls.persistent.GET('/operations/{operationId}', init))
    return input as Input<T>
  }

  /**
   * Waits for the end and returns the result; the result of COMPLETED_WITH_ERRORS has `warnings`.
   * Rejects with `OperationFailed`, `OperationCancelled`, `ResultTimeout` after `timeoutMs`, or the reason of the signal.
   * A timeout or an aborted signal does not end the operation.
   */
  async result(options: CallOptions = {}): Promise<ResultOf[T]> {
    const over = (timeoutMs: number) => new ResultTimeout(this.id, timeoutMs, this.#snapshot)
    for await (const operation of this.#states(signalOf(options, over), 0)) {
      if (operation.done) return outcomeOf(operation)
    }
    return outcomeOf(this.#snapshot)
  }

  /**
   * Cancels the operation and returns its state: CANCELLED, or CANCELLING until the handler has stopped. Throws
   * `LongrunProblem` CANNOT_CANCEL when the operation has ended with another status.
   */
  async cancel({ reason, ...options }: CallOptions & { reason?: string } = {}): Promise<Operation<T>> {
    const init = { params: { path: this.#path }, body: reason === undefined ? undefined : { reason }, ...options }
    this.#take({ operation: await dataOf(this.#calls.api.POST('/operations/{operationId}:cancel', init)) })
    return this.#snapshot
  }

  /** What the operation has waited for so far, in the order in which it began. It waits for those that are PENDING. */
  async waits(options: CallOptions = {}): Promise<Wait[]> {
    const init = { params: { path: this.#path, query: { pageSize: 1000 } }, ...options }
    const waits: Wait[] = []
    for await (const wait of list(this.#calls.api, '/operations/{operationId}/waits', init)) waits.push(wait)
    return waits
  }

  /**
   * Completes a wait of the operation, which then continues with `body`. Throws `LongrunProblem` INVALID_INPUT for a body that the wait does not
   * accept, WAIT_NOT_FOUND before the operation waits for it, CANNOT_COMPLETE_WAIT when it was completed with another body or the operation
   * has ended, and WAIT_EXPIRED when its time is over. Completing a wait again with the same body is a success.
   */
  async complete<Name extends keyof WaitBodies<T> & string>(
    name: Name,
    body: WaitBodies<T>[Name] & object,
    options: CallOptions = {},
  ): Promise<Wait> {
    const init = { params: { path: { ...this.#path, name } }, body: { ...body } as Record<string, unknown>, ...options }
    const wait = await dataOf(this.#calls.api.POST('/operations/{operationId}/waits/{name}:complete', init))
    // The operation continues at once.
    this.#askAt = askAt({})
    return wait
  }

  /**
   * Creates a new operation with the input of one that is FAILED, CANCELLED or COMPLETED_WITH_ERRORS; returns its handle. Throws
   * `LongrunProblem` CANNOT_RETRY for other statuses, and when the operation was retried before. `snapshot` does not change.
   */
  async retry(options: CallOptions & { idempotencyKey?: string } = {}): Promise<OperationHandle<T>> {
    const { idempotencyKey = crypto.randomUUID(), ...rest } = options
    const init = { params: { path: this.#path, header: { 'Idempotency-Key': idempotencyKey } }, ...rest }
    const { data, error, response } = await this.#calls.api.POST('/operations/{operationId}:retry', init)
    if (!data) throw error
    return new OperationHandle(this.#calls, this.type, data, { askAgainMs: retryAfterMs(response.headers) })
  }

  /**
   * Deletes the finished operation with its input, result and files before its retention ends; resolves also when the operation
   * was already deleted. Throws `LongrunProblem` CANNOT_PURGE while the operation is active. `snapshot` does not change.
   */
  async purge(options: CallOptions = {}): Promise<void> {
    const init = { params: { path: this.#path }, ...options }
    const { error } = await this.#calls.api.POST('/operations/{operationId}:purge', init)
    // 410 is success: the response to the first request may have been lost.
    if (error && error.status !== 410) throw error
  }

  /**
   * Waits for the result and streams its file (or the file in the field `file`) into `target`. Requests a new link when the
   * link has expired. A file at a path appears only when it is complete. Returns the number of bytes.
   */
  async download(
    target: DownloadTarget,
    options: CallOptions & { file?: FileField<T>; onProgress?: (transferred: Transferred) => void } = {},
  ): Promise<{ sizeBytes: number }> {
    const { file = 'downloadUrl', onProgress } = options
    const signal = signalOf(options)
    // A page that downloads nothing does not load it.
    const { linkIn, save } = await import('./download.ts')
    const open = async (headers?: Record<string, string>) =>
      this.#calls.open(linkIn(await this.result({ signal }), file), signal, headers)
    let response = await open()
    if (response.status === 410 || response.status === 403) {
      await response.body?.cancel()
      // Without the ETag: a 304 would keep the old link.
      this.#etag = undefined
      await this.refresh({ signal })
      response = await open()
    }
    return save(response, open, target, { signal, onProgress })
  }

  get #path() {
    return { operationId: this.id }
  }

  #join(watching: number): Following {
    if (this.#following === undefined || this.#following.failure) {
      const following: Following = { subscribers: 0, watching: 0, stop: new AbortController() }
      this.#following = following
      this.#follow(following.stop.signal).catch((error: unknown) => {
        following.failure = { error }
        this.#changes.dispatchEvent(new Event('change'))
      })
    }
    this.#following.subscribers += 1
    this.#following.watching += watching
    return this.#following
  }

  #leave(following: Following, watching: number): void {
    following.subscribers -= 1
    following.watching -= watching
    if (following.subscribers > 0) return
    following.stop.abort()
    if (this.#following === following) this.#following = undefined
  }

  async #follow(signal: AbortSignal): Promise<void> {
    // A page that only submits does not load it. Without it, for example after a new version of a page was deployed, polling remains.
    const subscriptions = await import('./subscriptions.ts').catch(() => undefined)
    const poll = (until: AbortSignal, mostMs?: number) => this.#poll(until, mostMs)
    if (!subscriptions) {
      while (!(await poll(signal)).isOver) signal.throwIfAborted()
      return
    }
    const followed = {
      id: this.id,
      position: this.#position,
      snapshot: () => this.#snapshot,
      etag: () => this.#etag,
      dueInMs: () => this.#askAt - performance.now(),
      take: (reading: Reading) => this.#take(reading),
      poll,
    }
    await subscriptions.follow(this.#calls, followed, signal)
  }

  /** Replaces the stream by a long poll at the recommended time; the first one at once, because the service holds it. */
  async #poll(signal: AbortSignal, mostMs = Number.POSITIVE_INFINITY): Promise<Round> {
    const isTrial = this.#holds === undefined && !this.#following?.watching
    const waitMs = isTrial ? 0 : Math.min(this.#askAt - performance.now(), mostMs)
    if (waitMs > 0) await sleep(waitMs, signal)
    // Another subscriber may have polled meanwhile, or `mostMs` are over.
    if (!isTrial && this.#askAt > performance.now()) return { events: [], isOver: false }
    this.#askAt = askAt({})
    // Without an ETag the service holds the response until the end. A proxy may remove the preference: then an ETag saves the body.
    const endOnly = this.#holds !== false && !this.#following?.watching
    const held = endOnly || this.#etag !== undefined ? { holdSeconds } : {}
    const reading = await read(this.#calls, this.id, { ...held, ...(!endOnly && { etag: this.#etag }), signal })
    if (endOnly) this.#holds = reading.wasApplied ?? false
    this.#take(reading)
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

type Following = { subscribers: number; watching: number; stop: AbortController; failure?: { error: unknown } }

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
