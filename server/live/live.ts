import type { Db } from '../database/db.ts'
import { type EventRow, lastSequences, type Position } from '../database/events.ts'
import type { Hints } from '../database/hints.ts'
import { isTerminal } from '../lifecycle/states.ts'
import { followerFailed, followingTroubled } from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'
import { type Asking, createFetching } from './fetching.ts'

/**
 * Why no more events come: the operation's last one was taken; it has been removed; the follower has thrown an error; the service stops, and
 * another goes on.
 */
export type Over = 'ended' | 'gone' | 'failed' | 'closing'

/** Somebody who follows an operation. */
export type Follower = {
  /**
   * Is handed events in their order, none left out and none twice; takes as many from the front as it has room for, and answers how
   * many. One that takes fewer is left alone until it calls `more`: it then goes on from where it is, by the rows.
   */
  take(events: readonly EventRow[]): number
  /** Nothing more comes. Called once, and not after `stop`. */
  over(why: Over): void
}

export type Following = {
  /** There is room again. */
  more(): void
  /** Ends it; whatever it held is free. */
  stop(): void
}

/** Everybody in this process who follows operations. */
export type Live = {
  /**
   * Hands all events of an operation after a sequence to `follower`: what is stored, and then each within milliseconds of its commit. Whether
   * the operation exists and is the caller's has been found out before. Calls nothing before it has returned.
   */
  follow(at: Position, follower: Follower): Following
  /**
   * Whether the operation gets an event after a sequence before `ms` are over or the signal is aborted; answers as soon as that is known.
   * False, too, when the operation has ended before, has gone, or the service stops.
   */
  changed(at: Position, wait: { ms: number; signal?: AbortSignal }): Promise<boolean>
  /** Whether the operation ends before `ms` are over or the signal is aborted. The events on its way there wake nobody. */
  ended(at: Position, wait: { ms: number; signal?: AbortSignal }): Promise<boolean>
  /** How many follow now. */
  followers(): number
  /** Ends all of them with `closing`, and those who come later as well. */
  close(): Promise<void>
}

export type LiveOptions = {
  /** How often all followed operations are compared with their rows, in case that a hint was lost; default 2,000. */
  compareMs?: number
  /** Least time between two fetches; default 3. */
  tickMs?: number
}

/** One follower and how far it has come. */
type Entry = Asking & { follower: Follower; full: boolean }

/** How many events one follower is fetched at once, at first and at its extremes. */
const usual = 100
const fewest = 10
const largest = 1000

/** Ids in one comparison. */
const comparedAtOnce = 5000

/**
 * Opens the one listener of this process. However many follow, the database sees one query for each tick in which something
 * happened, and one in two seconds for all of them (a hint is no more than a hint).
 */
export function openLive(
  { db, hints, log }: { db: Db; hints: Pick<Hints, 'listen' | 'resumed'>; log: Log },
  { compareMs = 2000, tickMs = 3 }: LiveOptions = {},
): Live {
  const entries = new Map<string, Set<Entry>>()
  let closed = false
  let comparing: Promise<void> | undefined

  const fetching = createFetching<Entry>(db, {
    tickMs,
    deliver,
    isWanted: (entry) => !entry.full && (entries.get(entry.operationId)?.has(entry) ?? false),
    troubled: (cause) => followingTroubled(log, cause),
  })

  const heard = (operationIds: string[]) => {
    for (const operationId of operationIds) for (const entry of entries.get(operationId) ?? []) fetching.ask(entry)
  }
  const deafen = [
    ...(['moved', 'submitted', 'changed'] as const).map((kind) => hints.listen(kind, heard)),
    hints.resumed(() => fetchAll()),
  ]
  const comparison = setInterval(() => {
    comparing ??= compare()
      .catch((cause) => followingTroubled(log, cause))
      .finally(() => {
        comparing = undefined
      })
  }, compareMs)
  comparison.unref()

  function fetchAll() {
    for (const ofOne of entries.values()) for (const entry of ofOne) fetching.ask(entry)
  }

  /** Events of one operation, without a gap among them, to all who stand where they begin or within. */
  function deliver(operationId: string, events: readonly EventRow[]) {
    for (const entry of entries.get(operationId) ?? []) {
      const first = events.findIndex(({ sequence }) => sequence === entry.after + 1)
      if (first < 0 || entry.full) continue
      const offered = first === 0 ? events : events.slice(first)
      const taken = takenBy(entry, offered)
      if (taken === undefined) continue
      entry.full = taken < offered.length
      // A slow reader is not fetched many times what it has room for; a quick one reads its history in large pieces.
      entry.most = entry.full ? Math.max(2 * taken, fewest) : Math.min(2 * entry.most, largest)
      const last = offered[taken - 1]
      if (!last) continue
      entry.after = last.sequence
      if (isEnd(last)) end(entry, 'ended')
    }
  }

  /** Undefined: it has failed. That must hold up nobody else. */
  function takenBy(entry: Entry, events: readonly EventRow[]): number | undefined {
    try {
      return entry.follower.take(events)
    } catch (cause) {
      followerFailed(log, { operationId: entry.operationId, cause })
      end(entry, 'failed')
      return undefined
    }
  }

  function remove(entry: Entry): boolean {
    const ofOne = entries.get(entry.operationId)
    if (!ofOne?.delete(entry)) return false
    if (ofOne.size === 0) entries.delete(entry.operationId)
    return true
  }

  function end(entry: Entry, why: Over) {
    if (remove(entry)) entry.follower.over(why)
  }

  async function compare() {
    const operationIds = [...entries.keys()]
    for (let from = 0; from < operationIds.length; from += comparedAtOnce) {
      const some = operationIds.slice(from, from + comparedAtOnce)
      const rows = new Map((await lastSequences(db, some)).map((row) => [row.operationId, row]))
      for (const operationId of some) for (const entry of entries.get(operationId) ?? []) settle(entry, rows)
    }
  }

  function settle(entry: Entry, rows: Map<string, { lastSequence: number; status: EventRow['status'] }>) {
    const row = rows.get(entry.operationId)
    if (!row) end(entry, 'gone')
    else if (row.lastSequence > entry.after) fetching.ask(entry)
    else if (isTerminal(row.status)) end(entry, 'ended')
  }

  function follow(at: Position, follower: Follower): Following {
    const entry: Entry = { ...at, most: usual, follower, full: false }
    const ofOne = entries.get(entry.operationId)
    if (ofOne) ofOne.add(entry)
    else entries.set(entry.operationId, new Set([entry]))
    if (closed) queueMicrotask(() => end(entry, 'closing'))
    else fetching.ask(entry)
    return {
      more() {
        entry.full = false
        fetching.ask(entry)
      },
      stop() {
        remove(entry)
      },
    }
  }

  /** Resolves with what `following` says, or with false when there is no more time for it. */
  function wait(
    { ms, signal }: { ms: number; signal?: AbortSignal },
    following: (say: (answer: boolean) => void) => Following,
  ): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const begun = following(resolve)
    const give = () => resolve(false)
    const timer = setTimeout(give, ms)
    signal?.addEventListener('abort', give)
    if (signal?.aborted) give()
    return promise.finally(() => {
      begun.stop()
      clearTimeout(timer)
      signal?.removeEventListener('abort', give)
    })
  }

  const changed: Live['changed'] = (at, limits) =>
    wait(limits, (say) => {
      const take = () => {
        say(true)
        return 0
      }
      return follow(at, { take, over: () => say(false) })
    })

  const ended: Live['ended'] = (at, limits) =>
    wait(limits, (say) => follow(at, { take: ({ length }) => length, over: (why) => say(why === 'ended') }))

  return {
    follow,
    changed,
    ended,
    followers: () => [...entries.values()].reduce((sum, { size }) => sum + size, 0),
    async close() {
      closed = true
      clearInterval(comparison)
      for (const stopListening of deafen) stopListening()
      for (const ofOne of entries.values()) for (const entry of ofOne) end(entry, 'closing')
      await Promise.all([fetching.close(), comparing])
    },
  }
}

function isEnd({ event }: EventRow): boolean {
  return event !== 'status-update' && event !== 'log'
}
