import type { CloseReason } from '../contract/implementation.ts'
import type { Db } from '../database/db.ts'
import { type EventRow, eventsOf, lastSequences } from '../database/operations/events.ts'
import { isTerminal } from '../domain/state-machine.ts'
import { createLoop } from '../lib/loop.ts'
import type { Following, Notifier } from '../notifications/notifier.ts'
import { streamingError, subscriberError } from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'
import { createEventFetcher, type SubscriberPosition } from './event-fetcher.ts'
import { type History, readPages } from './history.ts'

/** Why a subscription ended: the last event was taken; the operation was removed; the subscriber threw; this process stops. */
export type EndReason = Extract<CloseReason, 'ended' | 'gone' | 'failed' | 'closing'>

export type Subscriber = {
  /**
   * Receives events in order, without gaps or duplicates. Takes as many from the front as it can and returns how many. If it takes fewer
   * than offered, nothing is offered until `Subscription.more` is called.
   */
  take(events: readonly EventRow[]): number
  /** No more events follow. Called once, and not after `stop`. */
  end(reason: EndReason): void
}

export type Subscription = {
  /** The subscriber can take events again. */
  more(): void
  stop(): void
}

/** All subscriptions to operations in this process. */
export type OperationFeed = {
  /**
   * Delivers all events after a position: the stored ones, then each new one within milliseconds of its commit. The caller has checked
   * that the operation exists and belongs to the owner. Calls the subscriber only after `subscribe` has returned.
   */
  subscribe(at: SubscriberPosition, subscriber: Subscriber): Subscription
  /**
   * Whether an event after the position comes within `ms`, before the signal is aborted. False, too, when the operation has ended or was
   * removed, or this process stops.
   */
  changed(at: SubscriberPosition, wait: { ms: number; signal?: AbortSignal }): Promise<boolean>
  /** Whether the operation ends within `ms`, before the signal is aborted. */
  ended(at: SubscriberPosition, wait: { ms: number; signal?: AbortSignal }): Promise<boolean>
  /** The number of subscriptions. */
  subscribers(): number
  /** Ends all subscriptions, and every later one, with `closing`. */
  close(): Promise<void>
}

export type OperationFeedOptions = {
  /** How often the positions of all subscriptions are compared with the database, in case a notification was lost. Default 2,000. */
  compareMs?: number
  /** The least time between two queries. Default 3. */
  tickMs?: number
}

/**
 * A subscription. `full`: waits for `more`. `isBehind`: reads history, `pageSize` events at a time. `ended`: aborted when it ends, if it has read
 * history.
 */
type Entry = SubscriberPosition & {
  subscriber: Subscriber
  full: boolean
  isBehind: boolean
  pageSize: number
  ended?: AbortController
}

/** A page of 200 events keeps the event loop busy for a few milliseconds. */
const minPageSize = 10
const maxPageSize = 200

/** Subscriptions that share a page of history: as many as one credential may have open. */
const maxSharing = 20

/** Ids in one comparison. */
const maxCompared = 5000

/**
 * However many subscriptions there are, the database gets one query per tick in which something happened, and one per `compareMs` for
 * all of them, because a notification may be lost.
 */
export function openOperationFeed(
  {
    db,
    notifications,
    log,
    history,
  }: { db: Db; notifications: Pick<Notifier, 'listen' | 'follow' | 'resumed'>; log: Log; history: History },
  { compareMs = 2000, tickMs = 3 }: OperationFeedOptions = {},
): OperationFeed {
  const byOperation = new Map<string, Set<Entry>>()
  const following = new Map<string, Following>()
  let closed = false

  const onError = (cause: unknown) => streamingError(log, cause)
  const fetcher = createEventFetcher<Entry>(db, {
    tickMs,
    deliver(operationId, events) {
      for (const entry of byOperation.get(operationId) ?? []) offer(entry, events)
    },
    isBehind: readHistory,
    isWanted: (entry) => !entry.isBehind && isReading(entry),
    onError,
  })
  const comparison = createLoop({ everyMs: compareMs, round: compare, onError })

  const onNotified = (operationIds: string[]) => {
    for (const operationId of operationIds)
      for (const entry of byOperation.get(operationId) ?? []) fetcher.request(entry)
  }
  const stopListening = [
    ...(['moved', 'submitted', 'changed', 'created'] as const).map((kind) => notifications.listen(kind, onNotified)),
    notifications.resumed(() => onNotified([...byOperation.keys()])),
  ]

  /** Events that came with a notification. A subscriber that lacks the events before them reads the rows. */
  const onEvents = (operationId: string, events: readonly EventRow[]) => {
    const last = events.at(-1)?.sequence ?? Infinity
    for (const entry of byOperation.get(operationId) ?? []) {
      if (!entry.isBehind) offer(entry, events)
      if (entry.after < last) fetcher.request(entry)
    }
  }

  const isReading = (entry: Entry) => !entry.full && (byOperation.get(entry.operationId)?.has(entry) ?? false)

  /** Reads history, one page per turn, until there is no more or the subscriber is full. */
  function readHistory(entry: Entry) {
    if (entry.isBehind || !isReading(entry)) return
    entry.isBehind = true
    entry.ended ??= new AbortController()
    const { ownerId, ended } = entry
    const page = async () => {
      if (!isReading(entry)) return false
      const { operationId, after, pageSize: limit } = entry
      const events = await eventsOf(db, { operationId, after, limit })
      for (const one of new Set([entry, ...atSamePosition(entry)])) offer(one, events)
      return isReading(entry) && events.length === limit
    }
    void readPages(history, { ownerId, page, ended: ended.signal, onError }).finally(() => {
      entry.isBehind = false
      // What was committed since the last page.
      if (isReading(entry)) fetcher.request(entry)
    })
  }

  /** Entries that can share the page. */
  function atSamePosition({ operationId, after }: Entry): Entry[] {
    const same: Entry[] = []
    for (const one of byOperation.get(operationId) ?? []) {
      if (one.after === after && isReading(one)) same.push(one)
      if (same.length === maxSharing) break
    }
    return same
  }

  /** Offers consecutive events to an entry whose next event is among them. */
  function offer(entry: Entry, events: readonly EventRow[]) {
    const first = events.findIndex(({ sequence }) => sequence === entry.after + 1)
    if (first < 0 || !isReading(entry)) return
    const offered = first === 0 ? events : events.slice(first)
    const taken = take(entry, offered)
    if (taken === undefined) return
    entry.full = taken < offered.length
    // A slow consumer does not fetch much more than it can take.
    entry.pageSize = Math.min(entry.full ? taken + minPageSize : 2 * entry.pageSize, maxPageSize)
    const last = offered[taken - 1]
    if (!last) return
    entry.after = last.sequence
    if (isLast(last)) end(entry, 'ended')
  }

  /** Undefined if the subscriber threw, which must not affect other subscribers. */
  function take(entry: Entry, events: readonly EventRow[]): number | undefined {
    try {
      return entry.subscriber.take(events)
    } catch (cause) {
      subscriberError(log, { operationId: entry.operationId, cause })
      end(entry, 'failed')
      return undefined
    }
  }

  function remove(entry: Entry): boolean {
    const entries = byOperation.get(entry.operationId)
    if (!entries?.delete(entry)) return false
    entry.ended?.abort()
    if (entries.size > 0) return true
    byOperation.delete(entry.operationId)
    following.get(entry.operationId)?.stop()
    following.delete(entry.operationId)
    return true
  }

  function end(entry: Entry, reason: EndReason) {
    if (remove(entry)) entry.subscriber.end(reason)
  }

  async function compare() {
    const operationIds = [...byOperation.keys()]
    for (let from = 0; from < operationIds.length; from += maxCompared) {
      const some = operationIds.slice(from, from + maxCompared)
      const rows = new Map((await lastSequences(db, some)).map((row) => [row.operationId, row]))
      for (const operationId of some) {
        const row = rows.get(operationId)
        for (const entry of byOperation.get(operationId) ?? []) {
          if (!row) end(entry, 'gone')
          else if (row.lastSequence > entry.after) fetcher.request(entry)
          else if (isTerminal(row.status)) end(entry, 'ended')
        }
      }
    }
  }

  /** When the events of the operation come with notifications, if they do: what is committed later need not be read. */
  function follow({ ownerId, operationId }: SubscriberPosition): Promise<void> | undefined {
    const known = following.get(operationId) ?? notifications.follow({ ownerId, operationId }, onEvents)
    following.set(operationId, known)
    return known.ready
  }

  function subscribe(at: SubscriberPosition, subscriber: Subscriber): Subscription {
    const entry: Entry = { ...at, subscriber, full: false, isBehind: false, pageSize: maxPageSize }
    const entries = byOperation.get(entry.operationId)
    if (entries) entries.add(entry)
    else byOperation.set(entry.operationId, new Set([entry]))
    const ready = follow(at)
    if (closed) queueMicrotask(() => end(entry, 'closing'))
    else if (ready) void ready.then(() => fetcher.request(entry))
    else fetcher.request(entry)
    return {
      more() {
        entry.full = false
        readHistory(entry)
      },
      stop: () => void remove(entry),
    }
  }

  /** Resolves with what `subscribed` answers, or with false when time is up or the signal is aborted. */
  function wait(
    { ms, signal }: { ms: number; signal?: AbortSignal },
    subscribed: (answer: (value: boolean) => void) => Subscription,
  ): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const subscription = subscribed(resolve)
    const giveUp = () => resolve(false)
    const timer = setTimeout(giveUp, ms)
    signal?.addEventListener('abort', giveUp)
    if (signal?.aborted) giveUp()
    return promise.finally(() => {
      subscription.stop()
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
    })
  }

  return {
    subscribe,
    changed: (at, limits) =>
      wait(limits, (answer) => {
        const take = () => {
          answer(true)
          return 0
        }
        return subscribe(at, { take, end: () => answer(false) })
      }),
    ended: (at, limits) =>
      wait(limits, (answer) =>
        subscribe(at, { take: ({ length }) => length, end: (reason) => answer(reason === 'ended') }),
      ),
    subscribers: () => [...byOperation.values()].reduce((sum, { size }) => sum + size, 0),
    async close() {
      closed = true
      for (const stop of stopListening) stop()
      for (const entries of byOperation.values()) for (const entry of entries) end(entry, 'closing')
      await Promise.all([fetcher.close(), comparison.close()])
    },
  }
}

function isLast({ event }: EventRow): boolean {
  return event !== 'status-update' && event !== 'log'
}
