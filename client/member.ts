import type { OperationEvent, Position, Round } from './following.ts'
import type { Operation } from './operations.ts'
import type { Reading } from './reading.ts'
import type { Reads } from './reads.ts'

/** What the subscriptions use of a handle. */
export type Followed = {
  readonly id: string
  /** The last event that the snapshot includes. */
  readonly position: Position
  snapshot(): Operation
  etag(): string | undefined
  /** Milliseconds until the next useful poll. */
  dueInMs(): number
  take(reading: Reading): void
  /** A long poll at the recommended time. Without one if that time is later than in `mostMs`. */
  poll(signal: AbortSignal, mostMs?: number): Promise<Round>
}

/** One followed operation of a client: what its events change, and its reads. */
export type Member = ReturnType<typeof createMember>

export function createMember(operation: Followed, reads: Reads, signal: AbortSignal) {
  let step: AbortController | undefined
  let reading: Promise<void> | undefined
  /** Whether the operation must be read after the read in flight, which may have been sent too early. */
  let again = false
  /** The last event that arrived during a read. */
  let latest: OperationEvent | undefined
  /** The last sequence that the shared stream has delivered. */
  let sequence: number | undefined
  let failure: { error: unknown } | undefined

  const throwFailure = () => {
    if (failure) throw failure.error
  }
  const isDone = () => operation.snapshot().done

  async function readOnce(): Promise<void> {
    again = false
    latest = undefined
    const found = await reads.read(operation.id, operation.etag(), signal)
    const isKnown = found.operation !== undefined && isUnchanged(operation.snapshot(), found.operation)
    operation.take(isKnown ? { ...found, operation: undefined } : found)
    if (again && !isDone()) await readOnce()
  }

  /** Settles when the operation was read, after this call; does not reject. */
  function read(): Promise<void> {
    again = true
    reading ??= readOnce()
      .catch((error: unknown) => {
        failure = { error }
      })
      .then(() => {
        reading = undefined
        if (failure || isDone()) step?.abort()
        else if (latest) hear(latest)
      })
    return reading
  }

  /** Events contain status and progress; the other fields are read when the status has changed. */
  function hear(event: OperationEvent): void {
    const known = operation.snapshot()
    const { status, progress, timestamp } = event
    if (event.event === 'log' || known.done || timestamp < known.updatedAt) return
    const hasMoved = status !== known.status || (progress !== undefined && !isSame(progress, known.progress))
    if (!hasMoved) return
    // With equal timestamps the snapshot may be newer than the event.
    const isNext = timestamp > known.updatedAt && status === known.status && progress !== undefined
    if (reading) latest = event
    else if (isNext) operation.take({ operation: { ...known, progress, updatedAt: timestamp }, etag: operation.etag() })
    else void read()
  }

  return {
    operation,
    isDone,
    read,
    hear,
    /** The same for an event of the shared stream, which repeats some. A gap is closed by a read. */
    deliver(event: OperationEvent): void {
      const before = sequence
      if (before !== undefined && event.sequence <= before) return
      sequence = event.sequence
      operation.position.after = Math.max(operation.position.after ?? 0, sequence)
      if (before !== undefined && sequence > before + 1) void read()
      else hear(event)
    },
    /** A shared stream begins: what happened before is read. */
    begin(): void {
      sequence = undefined
      void read()
    },
    /** Runs `work` until it ends or `interrupt` is called. Throws the failure of a read. */
    async during(work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
      throwFailure()
      const controller = new AbortController()
      step = controller
      try {
        await work(controller.signal)
      } catch (error) {
        if (!controller.signal.aborted) throw error
      } finally {
        step = undefined
      }
      throwFailure()
    },
    interrupt(): void {
      step?.abort()
    },
  }
}

/** Whether two readings show the same state. `batchGet` has no ETags. */
function isUnchanged(known: Operation, found: Operation): boolean {
  const { status, updatedAt, progress } = found
  return status === known.status && updatedAt === known.updatedAt && progress.percentage === known.progress.percentage
}

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
