import type { OperationType } from '../../generated/operations.ts'
import type { FoundHandle, Longrun } from '../index.ts'
import type { OperationHandle } from '../operation.ts'
import type { Operation } from '../operations.ts'
import { Shared, type State } from './shared.ts'

export type OperationEntryState = State & { operation: Operation | undefined }

/** How long a failed read is kept for the boundary that shows it. */
const failureKeptMs = 1000

/** The state of one operation: read once, and updated until its end. */
export class OperationEntry extends Shared<OperationEntryState> {
  #longrun: Longrun
  #id: string
  #handle: FoundHandle | undefined
  #reading: Promise<void> | undefined
  #retrying: Promise<OperationHandle<OperationType>> | undefined

  constructor(
    longrun: Longrun,
    id: string,
    initial: OperationEntryState,
    handle: FoundHandle | undefined,
    drop: () => void,
  ) {
    super(initial, (signal) => this.#follow(signal), drop)
    this.#longrun = longrun
    this.#id = id
    this.#handle = handle
  }

  async #follow(signal: AbortSignal): Promise<void> {
    try {
      this.#handle ??= await this.#longrun.operation(this.#id, undefined, { signal })
      for await (const operation of this.#handle.updates({ signal })) this.#show(operation)
    } catch (error) {
      // The next attempt reads first, so that it does not show the last state as if it were current.
      if (!signal.aborted) this.#handle = undefined
      throw error
    }
  }

  /** States may arrive out of order, from a response and from a stream; a final status never changes. */
  #show(operation: Operation): void {
    const known = this.state.operation
    if (known && !operation.done && (known.done || operation.updatedAt < known.updatedAt)) return
    this.set({ operation, loading: !operation.done, error: undefined })
  }

  /** Reads again: after an error, or for new links of an operation that has ended. */
  refresh(): void {
    this.#handle = undefined
    this.restart()
  }

  /** Settles when there is an operation or an error. The same promise for every component until then. */
  read(): Promise<void> {
    this.#reading ??= this.#longrun
      .operation(this.#id)
      .then(
        (handle) => {
          this.#handle ??= handle
          this.#show(handle.snapshot)
        },
        (error: Error) => {
          this.set({ error, loading: false })
          this.keep(failureKeptMs)
        },
      )
      .finally(() => {
        this.#reading = undefined
      })
    return this.#reading
  }

  async act<A>(action: (handle: FoundHandle) => Promise<A>): Promise<A> {
    const handle = this.#handle ?? (await this.#longrun.operation(this.#id))
    const answer = await action(handle)
    this.#show(handle.snapshot)
    return answer
  }

  /** An operation can be retried once, so that a second click gets the handle of the first one. */
  retry(
    action: (handle: FoundHandle) => Promise<OperationHandle<OperationType>>,
  ): Promise<OperationHandle<OperationType>> {
    this.#retrying ??= this.act(action).catch((error: unknown) => {
      this.#retrying = undefined
      throw error
    })
    return this.#retrying
  }
}
