/**
 * The operations that match a filter, newest first: read page by page, and kept up to date by the events of the owner. While the list is
 * held, rows neither appear nor disappear: the reader is looking at them. While it is paused, they do not change either.
 */
import { dataOf } from '../../../client/api.ts'
import type { Api, Operation, OwnedEvent } from '../../../client/index.ts'
import type { FeedListener } from '../../live/feed.ts'
import { createReader } from './changed-reader.ts'
import { type Filter, matches, matchesStatus, parametersOf } from './filter.ts'
import { patched, type Row, rowOf } from './row.ts'

/** Limit of what is kept in memory, about 1 KB each. */
const mostRows = 20_000
const mostWaiting = 1000
const firstPageSize = 100
const nextPageSize = 500
const largestPageSize = 1000
/** With a filter that few operations match, pages can be empty. */
const mostEmptyPages = 5

export type ListState = {
  ids: readonly string[]
  isLoading: boolean
  error: unknown
  hasMore: boolean
  /** The list has as many rows as it keeps. */
  isFull: boolean
  /** How many operations will appear when the list is not held. */
  waiting: number
}

export class LiveList {
  readonly listener: FeedListener
  #api: Api
  #filter: Filter
  #rows = new Map<string, Row>()
  #ids: string[] = []
  #waiting = new Map<string, Row>()
  #pageToken: string | undefined
  #isHeld = false
  #isPaused = false
  #missed = false
  #hasGaps = false
  #loading: Promise<void> | undefined
  #error: unknown
  #closing = new AbortController()
  #reader: ReturnType<typeof createReader>
  #listeners = new Set<() => void>()
  #frame: number | undefined
  #state: ListState = { ids: [], isLoading: true, error: undefined, hasMore: false, isFull: false, waiting: 0 }

  constructor(api: Api, filter: Filter) {
    this.#api = api
    this.#filter = filter
    this.#reader = createReader({
      api,
      signal: this.#closing.signal,
      onRead: (operations, notFound) => this.#take(operations, notFound),
      onTooMany: () => this.#reread(),
      onError: (error) => this.#fail(error),
    })
    this.listener = { onEvents: (events) => this.#apply(events), onGap: () => this.#reread() }
  }

  state = (): ListState => this.#state
  row = (id: string): Row | undefined => this.#rows.get(id)
  /** Whether the row is only still there because the list is held. */
  hasLeft = (row: Row): boolean => !matchesStatus(row.status, this.#filter)

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#closing.abort()
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
  }

  loadMore = (): Promise<void> => this.#exclusive(() => this.#readMore())
  reload = (): void => this.#reread()

  hold({ isHeld, isPaused }: { isHeld: boolean; isPaused: boolean }): void {
    const wasPaused = this.#isPaused
    this.#isHeld = isHeld || isPaused
    this.#isPaused = isPaused
    if (wasPaused && !isPaused && this.#missed) this.#reread()
    this.#settle()
  }

  /** Shows what has arrived, also while the list is held. */
  showWaiting(): void {
    this.#settle(false)
  }

  /** The operations were deleted, of which no event tells. */
  remove(ids: readonly string[]): void {
    for (const id of ids) this.#hasGaps = this.#rows.delete(id) || this.#hasGaps
    this.#changed()
  }

  #apply(events: readonly OwnedEvent[]): void {
    for (const event of events) {
      if (event.event === 'log') continue
      const { operationId } = event
      const isChange = this.#reader.isChange(event)
      const rows = this.#waiting.has(operationId) ? this.#waiting : this.#rows
      const known = rows.get(operationId)
      if (known && this.#isPaused) this.#missed = true
      else if (known) {
        const { row, isWhole } = patched(known, event)
        rows.set(operationId, row)
        if (!isWhole) this.#reader.read(operationId)
      } else if (isChange && matchesStatus(event.status, this.#filter) && this.#isInReach(operationId)) {
        this.#reader.read(operationId)
      }
    }
    this.#settle()
  }

  /** Ids sort by creation. Older operations come with their page. */
  #isInReach(id: string): boolean {
    return (this.#pageToken === undefined && !this.#isFull()) || id >= (this.#ids.at(-1) ?? '')
  }

  #isFull = () => this.#ids.length >= mostRows

  #take(operations: readonly Operation[], notFound: readonly string[]): void {
    this.#error = undefined
    for (const operation of operations) {
      const { operationId } = operation
      const rows = this.#rows.has(operationId) ? this.#rows : this.#waiting
      const known = rows.get(operationId)
      if (known && this.#isPaused && rows === this.#rows) this.#missed = true
      else if (known ? known.updatedAt <= operation.updatedAt : matches(operation, this.#filter))
        rows.set(operationId, rowOf(operation))
    }
    for (const id of notFound) this.#waiting.delete(id)
    this.remove(notFound)
    this.#settle()
  }

  /** Lets rows appear and disappear, unless the list is held. */
  #settle(isHeld = this.#isHeld): void {
    for (const [id, row] of this.#waiting) if (this.hasLeft(row)) this.#waiting.delete(id)
    if (this.#waiting.size > mostWaiting) {
      this.#waiting.delete(this.#waiting.keys().next().value as string)
      this.#missed = true
    }
    if (!isHeld) {
      for (const [id, row] of this.#waiting) this.#rows.set(id, row)
      let isSame = this.#waiting.size === 0
      this.#waiting.clear()
      for (const [id, row] of this.#rows) {
        if (!this.hasLeft(row)) continue
        this.#rows.delete(id)
        isSame = false
      }
      if (!isSame) this.#sort()
    }
    this.#changed()
  }

  #sort(): void {
    this.#hasGaps = false
    this.#ids = [...this.#rows.keys()].sort().reverse()
    for (const id of this.#ids.splice(mostRows)) this.#rows.delete(id)
  }

  async #page(pageSize: number, pageToken: string | undefined) {
    const query = { ...parametersOf(this.#filter), pageSize, ...(pageToken !== undefined && { pageToken }) }
    return dataOf(this.#api.GET('/operations', { params: { query }, signal: this.#closing.signal }))
  }

  /** An event may have arrived after the service read the page. */
  #add(operations: readonly Operation[], known: ReadonlyMap<string, Row> = this.#rows): void {
    for (const operation of operations) {
      const before = known.get(operation.operationId)
      this.#rows.set(
        operation.operationId,
        before && before.updatedAt > operation.updatedAt ? before : rowOf(operation),
      )
    }
  }

  async #readMore(): Promise<void> {
    for (let page = 0; page < mostEmptyPages; page++) {
      const isFirst = this.#ids.length === 0
      const { operations, nextPageToken } = await this.#page(isFirst ? firstPageSize : nextPageSize, this.#pageToken)
      this.#pageToken = nextPageToken
      this.#add(operations)
      this.#sort()
      if (operations.length > 0 || nextPageToken === undefined) return
    }
  }

  /** Reads again what is shown. */
  #reread(): void {
    if (this.#isPaused) {
      this.#missed = true
      return
    }
    this.#missed = false
    void this.#exclusive(async () => {
      const wanted = Math.max(this.#ids.length, firstPageSize)
      const newest = this.#ids[0]
      const found: Operation[] = []
      let pageToken: string | undefined
      for (
        let page = 0;
        page === 0 || (pageToken && found.length < wanted && page < 2 * mostEmptyPages + wanted / 1000);
        page++
      ) {
        const answer = await this.#page(Math.min(Math.max(wanted - found.length, 1), largestPageSize), pageToken)
        found.push(...answer.operations)
        pageToken = answer.nextPageToken
      }
      this.#pageToken = pageToken
      const before = this.#rows
      this.#rows = new Map()
      this.#waiting.clear()
      const isNew = ({ operationId }: Operation) => this.#isHeld && newest !== undefined && operationId > newest
      this.#add(
        found.filter((operation) => !isNew(operation)),
        before,
      )
      for (const operation of found.filter(isNew)) this.#waiting.set(operation.operationId, rowOf(operation))
      this.#sort()
      this.#settle()
    })
  }

  /** One read of pages at a time, because each begins where the last one ended. */
  #exclusive(read: () => Promise<void>): Promise<void> {
    const before = this.#loading
    const reading = (async () => {
      await before
      if (this.#closing.signal.aborted) return
      this.#error = undefined
      await read().catch((error: unknown) => this.#fail(error))
    })().finally(() => {
      if (this.#loading === reading) this.#loading = undefined
      this.#changed()
    })
    this.#loading = reading
    this.#changed()
    return reading
  }

  #fail(error: unknown): void {
    if (this.#closing.signal.aborted) return
    this.#error = error
    this.#changed()
  }

  /** Shows what has changed with the next frame. */
  #changed(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined
      if (this.#hasGaps) this.#sort()
      this.#state = {
        ids: this.#ids,
        isLoading: this.#loading !== undefined,
        error: this.#error,
        hasMore: this.#pageToken !== undefined && !this.#isFull(),
        isFull: this.#isFull(),
        waiting: this.#waiting.size,
      }
      for (const listener of this.#listeners) listener()
    })
  }
}
