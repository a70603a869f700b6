import { dataOf } from '../api.ts'
import { LongrunProblem } from '../errors.ts'
import type { Longrun } from '../index.ts'
import type { Operation } from '../operations.ts'
import type { OwnedEvent } from '../owned-events.ts'
import { nextChange, sleep } from '../waiting.ts'
import type { OperationsEntry, OperationsFilter } from './operations-entry.ts'
import { isRefusal } from './shared.ts'

/** Limit of what is kept and read again at a change: one page of the largest size. */
const mostOperations = 1000
/** With a filter that few operations match, pages can be empty. */
const mostPages = 5
/** Least pause between two reads: many changes at once are one read. */
const leastPauseMs = 1000
/** Pauses until a read without a change: the first one finds what happened before the stream was open, the others find deletions. */
const confirmMs = 2000
const longestPauseMs = 60_000
/** Without streams. */
const pollPauseMs = 10_000
const pollsBetweenStreams = 6

/** Keeps a list up to date: reads it, and again when the stream of the owner reports a change of a status. Rejects with the first error. */
export async function follow(
  entry: OperationsEntry,
  longrun: Longrun,
  filter: OperationsFilter,
  signal: AbortSignal,
): Promise<void> {
  const ending = new AbortController()
  const end = () => ending.abort(signal.reason)
  if (signal.aborted) end()
  signal.addEventListener('abort', end)
  try {
    await Promise.all([
      listen(entry, longrun, filter, ending.signal),
      readRepeatedly(entry, longrun, filter, ending.signal),
    ])
  } finally {
    signal.removeEventListener('abort', end)
    // The other one must not outlive the one that has failed.
    ending.abort()
  }
}

/** The last statuses of operations that are not shown: their progress is no change of the list. */
class Statuses {
  #statuses = new Map<string, string>()

  hasChanged({ operationId, status }: OwnedEvent): boolean {
    const before = this.#statuses.get(operationId)
    this.#statuses.delete(operationId)
    this.#statuses.set(operationId, status)
    const [oldest] = this.#statuses.keys()
    if (this.#statuses.size > mostOperations && oldest) this.#statuses.delete(oldest)
    return before !== status
  }
}

/** The stream has all statuses: an operation that gets another status leaves the list. */
async function listen(
  entry: OperationsEntry,
  longrun: Longrun,
  { status: _status, view: _view, pageSize: _pageSize, ...filter }: OperationsFilter,
  signal: AbortSignal,
): Promise<void> {
  const statuses = new Statuses()
  while (true) {
    try {
      for await (const event of longrun.events(filter, { signal })) {
        const isNew = statuses.hasChanged(event)
        apply(event, entry, isNew)
      }
    } catch (error) {
      signal.throwIfAborted()
      const isLate = error instanceof LongrunProblem && error.code === 'CURSOR_GONE'
      if (isRefusal(error) && !isLate) throw error
      // Where streams do not work, for example behind a proxy that buffers them, the list is polled before the next attempt.
      const polls = isLate ? 0 : pollsBetweenStreams
      for (let poll = 0; poll < polls; poll++) {
        entry.readSoon()
        await sleep(pollPauseMs, signal)
      }
    }
    entry.readSoon()
    await sleep(leastPauseMs, signal)
  }
}

/** What an event changes: the progress of an operation that is shown, or else the list must be read. */
export function apply(
  { operationId, event, status, progress, timestamp }: OwnedEvent,
  entry: OperationsEntry,
  isNewStatus: boolean,
): void {
  if (event === 'log') return
  const { operations } = entry.state
  const known = operations.find((operation) => operation.operationId === operationId)
  if (known?.status !== status) {
    if (known || isNewStatus) entry.readSoon()
  } else if (progress && timestamp > known.updatedAt) {
    const next = { ...known, progress, updatedAt: timestamp }
    entry.set({ operations: operations.map((operation) => (operation === known ? next : operation)) })
  }
}

async function readRepeatedly(
  entry: OperationsEntry,
  longrun: Longrun,
  filter: OperationsFilter,
  signal: AbortSignal,
): Promise<void> {
  for (let pauseMs = confirmMs; ; pauseMs = longestPauseMs) {
    entry.hasChanged = false
    await read(entry, longrun, filter, signal)
    await sleep(leastPauseMs, signal)
    const timer = setTimeout(() => entry.readSoon(), pauseMs)
    try {
      if (!entry.hasChanged) await nextChange(entry.changes, signal)
    } finally {
      clearTimeout(timer)
    }
  }
}

async function read(
  entry: OperationsEntry,
  longrun: Longrun,
  filter: OperationsFilter,
  signal: AbortSignal,
): Promise<void> {
  const shown = () => Math.min(entry.pages * (filter.pageSize ?? 50), mostOperations)
  const limit = shown()
  const found: Operation[] = []
  let pageToken: string | undefined
  for (let page = 0; page === 0 || (pageToken && found.length < limit && page < mostPages * entry.pages); page++) {
    const query = { ...filter, pageSize: limit, pageToken }
    const { operations, nextPageToken } = await dataOf(longrun.api.GET('/operations', { params: { query }, signal }))
    found.push(...operations)
    pageToken = nextPageToken
  }
  const before = new Map(entry.state.operations.map((operation) => [operation.operationId, operation]))
  /** An event may have arrived after the service read the list. */
  const newest = (operation: Operation) => {
    const known = before.get(operation.operationId)
    return known && known.updatedAt > operation.updatedAt ? known : operation
  }
  entry.set({
    operations: found.slice(0, limit).map(newest),
    hasMore: (pageToken !== undefined || found.length > limit) && limit < mostOperations,
    // More may have been requested meanwhile.
    loading: limit < shown(),
    error: undefined,
  })
}
