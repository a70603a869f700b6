import { LRUCache } from 'lru-cache'
import type { Db } from '../database/db.ts'
import {
  type ChangedOperation,
  changedSince,
  type OwnedEvent,
  ownedAfter,
  ownedPage,
  ownersOf,
} from '../database/operations/owner-events.ts'
import { createLoop } from '../lib/loop.ts'
import { createRoundRobin } from '../lib/round-robin.ts'
import type { Following, Notifier } from '../notifications/notifier.ts'
import { streamingError, subscriberError } from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'
import { eventsPerPosition, maxPositions } from './event-fetcher.ts'
import { type History, readPages } from './history.ts'
import type { Subscription } from './operation-feed.ts'
import { createOwnerReader, type OwnerReader, type OwnerSubscriber } from './owner-reader.ts'

/** All subscriptions to all operations of an owner in this process. */
export type OwnerFeed = {
  /**
   * Delivers the events of an owner's operations from an instant of the database's clock on, without gaps or duplicates; those of one
   * operation in order, those of several nearly so. Starts ten seconds early, because an event may be committed that long after its timestamp.
   */
  subscribe(at: { ownerId: string; from: Date }, subscriber: OwnerSubscriber): OwnerSubscription
  /** The number of subscriptions. */
  subscribers(): number
  /** Ends all subscriptions, and every later one. */
  close(): Promise<void>
}

export type OwnerSubscription = Subscription & {
  /** The instant to resume from, in milliseconds. It moves on even when nothing happens. */
  reachedMs(): number
}

type Notified = { ownerId: string; operationId: string }

/** Ids in one look-up of owners. */
const maxLookedUp = 5000
/** If more ids wait for their owner, a sweep finds their events sooner. */
const maxUnknown = 50_000
/** Operations whose owner is remembered, about 150 bytes each. */
const maxOwnersKnown = 20_000
/** Operations of one owner that a sweep compares. An owner with more changes in ten seconds reads them as history. */
const maxCompared = 5000
/** Operations of one owner whose events a sweep fetches. With more, its subscribers read history. */
const maxMissed = 200

/**
 * Three loops that do not wait for each other. A notification fetches the events of its operation at once: one query for all operations
 * notified meanwhile, owners round-robin. Every `sweepMs` one query compares the last ten seconds with what was delivered, for all owners,
 * and finds what a lost notification or a late commit has hidden. Subscribers that are behind read pages of `history`.
 */
export function openOwnerFeed(
  {
    db,
    notifications,
    log,
    history,
  }: { db: Db; notifications: Pick<Notifier, 'listen' | 'follow' | 'resumed'>; log: Log; history: History },
  { sweepMs = 2000, tickMs = 3 }: { sweepMs?: number; tickMs?: number } = {},
): OwnerFeed {
  const byOwner = new Map<string, Set<OwnerReader>>()
  const following = new Map<string, Following>()
  const notified = createRoundRobin<string>()
  // Notifications name the operation, not its owner.
  const unknown = new Set<string>()
  const ownerOf = new LRUCache<string, string>({ max: maxOwnersKnown })
  /** Aborted when the subscription ends. */
  const readingHistory = new Map<OwnerReader, AbortController>()
  let closed = false

  const onError = (cause: unknown) => streamingError(log, cause)
  const hasNotified = () => unknown.size > 0 || !notified.isEmpty()
  const fetchLoop = createLoop({ spacingMs: tickMs, hasWork: hasNotified, round: fetchNotified, onError })
  const sweepLoop = createLoop({ spacingMs: tickMs, everyMs: sweepMs, round: sweep, onError })

  const onNotified = (operationIds: string[]) => {
    if (byOwner.size === 0) return
    for (const operationId of operationIds) {
      const ownerId = ownerOf.get(operationId)
      if (ownerId === undefined) unknown.add(operationId)
      else if (byOwner.has(ownerId)) notified.add(ownerId, operationId)
    }
    if (unknown.size > maxUnknown) {
      unknown.clear()
      sweepLoop.wake()
    }
    if (hasNotified()) fetchLoop.wake()
  }
  const stopListening = [
    ...(['moved', 'submitted', 'changed', 'created'] as const).map((kind) => notifications.listen(kind, onNotified)),
    notifications.resumed(sweepLoop.wake),
  ]

  /** Events that came with a notification. Readers that lack the events before them need the rows. */
  function onEvents(ownerId: string, operationId: string, events: OwnedEvent[]) {
    const current = currentOf(ownerId)
    const [first] = events
    const isNext = (reader: OwnerReader) =>
      first !== undefined && first.sequence <= (reader.lastSequence(operationId) ?? -1) + 1
    if (!first) onNotified([operationId])
    else if (current.every(isNext)) deliver(ownerId, events)
    else {
      notified.add(ownerId, operationId)
      fetchLoop.wake()
    }
  }

  const isSubscribed = (reader: OwnerReader) => byOwner.get(reader.ownerId)?.has(reader) ?? false
  /** The owner's readers that are not behind. */
  const currentOf = (ownerId: string) => [...(byOwner.get(ownerId) ?? [])].filter((reader) => !reader.isBehind())

  /** Reads history until the present, or until the subscriber is full. */
  function readHistory(reader: OwnerReader) {
    const { ownerId } = reader
    const isReading = () => isSubscribed(reader) && reader.isBehind() && !reader.isFull()
    if (closed || readingHistory.has(reader)) return
    const ended = new AbortController()
    readingHistory.set(reader, ended)
    const page = async () => {
      const asked = isReading() ? reader.nextPage() : undefined
      if (!asked) return false
      const startMs = performance.now()
      const read = await ownedPage(db, { ownerId, ...asked })
      const tookMs = performance.now() - startMs
      offer(reader, () => reader.page({ ...read, tookMs }))
      return isReading()
    }
    void readPages(history, { ownerId, page, ended: ended.signal, onError }).then(() => {
      readingHistory.delete(reader)
      // `more` may have been called while the last page was read; or notifications were skipped while the reader was behind.
      if (isReading()) readHistory(reader)
      else if (isSubscribed(reader) && !reader.isBehind()) sweepLoop.wake()
    })
  }

  /** Runs `give`, which hands events to the subscriber. A subscriber that throws is removed and does not affect the others. */
  function offer(reader: OwnerReader, give: () => void) {
    if (!isSubscribed(reader)) return
    const wasBehind = reader.isBehind()
    try {
      give()
    } catch (cause) {
      remove(reader)
      subscriberError(log, { ownerId: reader.ownerId, cause })
      reader.subscriber.end('failed')
      return
    }
    if (!wasBehind && reader.isBehind() && !reader.isFull()) readHistory(reader)
  }

  async function fetchNotified() {
    if (unknown.size > 0) await lookUpOwners()
    const batch: Notified[] = []
    while (batch.length < maxPositions) {
      const next = notified.next()
      if (!next) break
      batch.push({ ownerId: next.ownerId, operationId: next.item })
    }
    try {
      for (const { ownerId, operationId } of await fetch(batch)) notified.add(ownerId, operationId)
    } catch (cause) {
      for (const { ownerId, operationId } of batch) notified.add(ownerId, operationId)
      throw cause
    }
  }

  async function lookUpOwners() {
    const operationIds = [...unknown].slice(0, maxLookedUp)
    const found = await ownersOf(db, operationIds)
    for (const { operationId, ownerId } of found) ownerOf.set(operationId, ownerId)
    for (const operationId of operationIds) unknown.delete(operationId)
    onNotified(found.map(({ operationId }) => operationId))
  }

  /** Fetches and delivers the new events of these operations. Returns the operations that may have more. */
  async function fetch(operations: readonly Notified[]): Promise<Notified[]> {
    const positions = operations.flatMap(({ ownerId, operationId }) => {
      const current = currentOf(ownerId)
      if (current.length === 0) return []
      const from = new Date(Math.min(...current.map((reader) => reader.horizonMs())))
      return [{ operationId, from, after: commonSequence(current, operationId) }]
    })
    if (positions.length === 0) return []
    const ownerIds = [...new Set(operations.map(({ ownerId }) => ownerId))]
    const each = eventsPerPosition(positions.length)
    const events = await ownedAfter(db, { ownerIds, positions, each })
    const ofOwners = [...Map.groupBy(events, ({ ownerId }) => ownerId)]
    // Owners with few events do not wait for owners with many.
    ofOwners.sort(([, some], [, more]) => some.length - more.length)
    for (const [ownerId, own] of ofOwners) deliver(ownerId, own)
    const byOperation = Map.groupBy(events, ({ operationId }) => operationId)
    return operations.filter(({ operationId }) => (byOperation.get(operationId)?.length ?? 0) >= each)
  }

  function deliver(ownerId: string, events: readonly OwnedEvent[]) {
    for (const reader of currentOf(ownerId)) offer(reader, () => reader.deliver(events))
  }

  async function sweep() {
    const current = [...byOwner.keys()].flatMap(currentOf)
    if (current.length === 0) return
    const from = new Date(Math.min(...current.map((reader) => reader.horizonMs())))
    const ownerIds = [...new Set(current.map(({ ownerId }) => ownerId))]
    const { readAt, moved } = await changedSince(db, { ownerIds, from, each: maxCompared })
    const movedOf = Map.groupBy(moved, ({ ownerId }) => ownerId)
    const missed = [...movedOf].flatMap(([ownerId, own]) => missedOf(ownerId, own))
    for (let at = 0; at < missed.length; at += maxPositions) {
      let some: Notified[] = missed.slice(at, at + maxPositions)
      while (some.length > 0) some = await fetch(some)
    }
    for (const reader of current) offer(reader, () => reader.swept(readAt))
  }

  /** The operations with events that a subscriber of the owner has not received; none if there are so many that they are read as history. */
  function missedOf(ownerId: string, moved: readonly ChangedOperation[]) {
    const current = currentOf(ownerId)
    const missed = moved.filter((one) => current.some((reader) => reader.lacks(one)))
    if (moved.length < maxCompared && missed.length <= maxMissed) return missed
    for (const reader of current) offer(reader, reader.fallBehind)
    return []
  }

  function remove(reader: OwnerReader): boolean {
    const own = byOwner.get(reader.ownerId)
    if (!own?.delete(reader)) return false
    readingHistory.get(reader)?.abort()
    if (own.size > 0) return true
    byOwner.delete(reader.ownerId)
    following.get(reader.ownerId)?.stop()
    following.delete(reader.ownerId)
    return true
  }

  const readers = () => [...byOwner.values()].flatMap((own) => [...own])

  return {
    subscribe({ ownerId, from }, subscriber) {
      const reader = createOwnerReader({ ownerId, from, subscriber })
      const own = byOwner.get(ownerId)
      if (own) own.add(reader)
      else {
        byOwner.set(ownerId, new Set([reader]))
        const follow = notifications.follow({ ownerId }, (operationId, events) =>
          onEvents(ownerId, operationId, events),
        )
        following.set(ownerId, follow)
      }
      const end = () => {
        if (remove(reader)) subscriber.end('closing')
      }
      if (closed) queueMicrotask(end)
      else readHistory(reader)
      return {
        more() {
          reader.more()
          if (reader.isBehind()) readHistory(reader)
        },
        stop: () => remove(reader),
        reachedMs: reader.reachedMs,
      }
    },
    subscribers: () => readers().length,
    async close() {
      closed = true
      for (const stop of stopListening) stop()
      await Promise.all([fetchLoop.close(), sweepLoop.close()])
      for (const reader of readers()) {
        remove(reader)
        reader.subscriber.end('closing')
      }
    },
  }
}

/** The sequence that all of these readers have received of an operation; null if one of them has not received any lately. */
function commonSequence(readers: readonly OwnerReader[], operationId: string): number | null {
  let least = Number.MAX_SAFE_INTEGER
  for (const reader of readers) {
    const sequence = reader.lastSequence(operationId)
    if (sequence === undefined) return null
    least = Math.min(least, sequence)
  }
  return least
}
