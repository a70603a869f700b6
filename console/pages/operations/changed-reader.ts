/** Reads operations of which events tell that they have changed: together, and not more often than every `pauseMs`. */
import { dataOf } from '../../../client/api.ts'
import { type Api, LongrunProblem, type Operation, type OwnedEvent } from '../../../client/index.ts'

const pauseMs = 500
const retryMs = 3000
/** Of one request. */
const mostIds = 1000
/** With more, the whole list is read. */
const mostWanted = 3000
const mostStatuses = 5000

type Options = {
  api: Api
  signal: AbortSignal
  onRead: (operations: readonly Operation[], notFound: readonly string[]) => void
  onTooMany: () => void
  onError: (error: unknown) => void
}

export function createReader({ api, signal, onRead, onTooMany, onError }: Options) {
  const wanted = new Set<string>()
  /** The last statuses: the progress of an operation that is not listed is no reason to read it. */
  const statuses = new Map<string, string>()
  let isReading = false

  async function readWanted(): Promise<void> {
    isReading = true
    // The first changes are read soon, later ones together.
    await pause(pauseMs / 10)
    while (wanted.size > 0 && !signal.aborted) {
      const operationIds = [...wanted].slice(0, mostIds)
      for (const id of operationIds) wanted.delete(id)
      try {
        const { operations, notFound } = await dataOf(
          api.POST('/operations:batchGet', { body: { operationIds }, signal }),
        )
        onRead(operations, notFound)
        await pause(pauseMs)
      } catch (error) {
        if (signal.aborted) return
        onError(error)
        if (!isRefusal(error)) for (const id of operationIds) wanted.add(id)
        await pause(retryMs)
      }
    }
    isReading = false
  }

  function read(id: string): void {
    wanted.add(id)
    if (wanted.size > mostWanted) {
      wanted.clear()
      onTooMany()
    }
    if (!isReading) void readWanted()
  }

  return {
    read,
    /** Whether the status of the operation is another one than that of its last event. */
    isChange({ operationId, status }: OwnedEvent): boolean {
      const before = statuses.get(operationId)
      statuses.delete(operationId)
      statuses.set(operationId, status)
      const [oldest] = statuses.keys()
      if (statuses.size > mostStatuses && oldest !== undefined) statuses.delete(oldest)
      return before !== status
    },
  }
}

/** The service has decided: the same request is refused again. */
const isRefusal = (error: unknown) => error instanceof LongrunProblem && error.status < 500 && error.status !== 429

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
