import type { Calls } from './calls.ts'
import { changesOf } from './events.ts'
import type { OperationEvent } from './following.ts'
import { createMember, type Followed, type Member } from './member.ts'
import { type PageVisibility, watchPage } from './page-visibility.ts'
import { perClient } from './per-client.ts'
import { createReads, type Reads } from './reads.ts'
import { createSharedStream } from './shared-stream.ts'
import { nextTask, sleep, unlessAborted } from './waiting.ts'

/** So many operations are polled by long polls, each with its own, where streams do not work; more share one request a second. */
const mostLongPolls = 4
const pollMs = 1000
/** How long the shared stream stays open for the next operations. */
const graceMs = 500

const timing = {
  /** The time after which a hidden page closes its streams. */
  hiddenMs: 60_000,
  /** The least time between two polls of such a page. */
  hiddenPollMs: 60_000,
}

/** Follows the operation until it is done. Throws the reason of the signal, and the problem of a read. */
export function follow(calls: Calls, operation: Followed, signal: AbortSignal): Promise<void> {
  return subscriptionsOf(calls).follow(operation, signal)
}

const subscriptionsOf = perClient((calls) => createSubscriptions(calls))

/**
 * The followed operations of a client. One operation has its own stream. Two or more share one stream of the owner, and the last one of
 * them keeps it.
 */
export function createSubscriptions(calls: Calls, { hiddenMs, hiddenPollMs } = timing) {
  const members = new Set<Member>()
  const reads: Reads = createReads(calls)
  const byId = new Map<string, Member[]>()
  const stream = createSharedStream(calls, { members, onEvent, onChange: wake })
  let page: PageVisibility | undefined
  let grace: ReturnType<typeof setTimeout> | undefined
  let round: { over: Promise<void>; cancel: AbortController } | undefined
  let polledAt = 0

  /** Lets all members choose again how they are followed. */
  function wake() {
    polledAt = performance.now()
    round?.cancel.abort()
    round = undefined
    for (const member of members) member.interrupt()
    share()
  }

  function onEvent(event: OperationEvent) {
    for (const member of byId.get(event.operationId) ?? []) member.deliver(event)
  }

  function onVisibility() {
    if (page?.isPaused()) stream.stop()
    else for (const member of members) void member.read()
    wake()
  }

  function share() {
    if (members.size > 1 && !page?.isPaused()) stream.start()
  }

  /** One read of all operations that are due, for all that wait for it. */
  function poll(everyMs: number): Promise<void> {
    const cancel = new AbortController()
    round ??= { cancel, over: pollOnce(everyMs, cancel.signal).catch(() => {}) }
    return round.over
  }

  async function pollOnce(everyMs: number, signal: AbortSignal): Promise<void> {
    await sleep(Math.max(0, polledAt + everyMs - performance.now()), signal)
    // A timer may end a moment early.
    const due = [...members].filter(({ operation }) => operation.dueInMs() < 5)
    await Promise.all(due.map((member) => member.read()))
    if (signal.aborted) return
    polledAt = performance.now()
    round = undefined
  }

  function add(member: Member) {
    clearTimeout(grace)
    if (members.size === 0) {
      polledAt = performance.now()
      page = watchPage(hiddenMs, onVisibility)
    }
    members.add(member)
    const { id } = member.operation
    byId.set(id, [...(byId.get(id) ?? []), member])
    stream.include(member)
    share()
  }

  function remove(member: Member) {
    members.delete(member)
    const { id } = member.operation
    const others = byId.get(id)?.filter((other) => other !== member) ?? []
    if (others.length > 0) byId.set(id, others)
    else byId.delete(id)
    if (members.size > 0) return
    page?.stop()
    page = undefined
    round?.cancel.abort()
    round = undefined
    grace = setTimeout(stream.stop, stream.isOpen() ? graceMs : 0)
  }

  /** Lets the member take part in what works at present. Ends when it should choose again. */
  async function attend(member: Member, signal: AbortSignal): Promise<void> {
    if (page?.isPaused()) return unlessAborted(poll(hiddenPollMs), signal)
    if (stream.isOpen()) return unlessAborted(new Promise(() => {}), signal)
    if (members.size === 1 && !stream.isRunning()) return alone(member, signal)
    if (members.size > mostLongPolls) return unlessAborted(poll(pollMs), signal)
    // Meanwhile the shared stream may open.
    await sleep(Math.max(0, polledAt + pollMs - performance.now()), signal)
    await member.operation.poll(signal)
  }

  async function alone(member: Member, signal: AbortSignal): Promise<void> {
    const { operation } = member
    const polling = (mostMs: number) => operation.poll(signal, mostMs)
    for await (const event of changesOf(calls, operation.id, operation.position, { polling, signal }))
      member.hear(event)
    await member.read()
    if (!member.isDone()) await operation.poll(signal)
  }
  return {
    async follow(operation: Followed, signal: AbortSignal): Promise<void> {
      const member = createMember(operation, reads, signal)
      signal.addEventListener('abort', member.interrupt)
      add(member)
      try {
        // Operations that are followed from the same task share a stream from the start.
        await nextTask()
        while (!member.isDone()) {
          signal.throwIfAborted()
          await member.during((until) => attend(member, until))
        }
      } finally {
        signal.removeEventListener('abort', member.interrupt)
        remove(member)
      }
    },
  }
}
