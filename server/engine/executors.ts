import type { FromExecutor, ToExecutor } from './protocol.ts'

/** A way to an executor: a process of its own, or one inside this process for tests. */
export type Link = {
  send(messages: ToExecutor[]): void
  /** Resident memory in bytes, as seen from outside; undefined where it cannot be. */
  rssBytes(): number | undefined
  kill(): void
}

export type LinkEvents = { heard(messages: FromExecutor[]): void; ended(): void }
export type OpenLink = (events: LinkEvents) => Link

/** Why an executor ended: by itself, or ended by the worker. `culprit`: an attempt that would not stop. */
export type Ending = { why: 'died' | 'memory' | 'silent' | 'culprit' | 'closed' }

/** What an attempt hears from its executor. */
export type AttemptEvents = {
  heard(message: Exclude<FromExecutor, { say: 'ready' | 'pong' }>): void
  /** The process has ended with this attempt in it; `alone`: with nothing else. */
  died(ending: Ending, alone: boolean): void
}

export type Executor = {
  attempts: Map<string, AttemptEvents>
  send(message: ToExecutor): void
  /** One of its attempts was given up: takes nothing more, and ends when the others have ended, at the latest after `graceMs`. */
  retire(graceMs: number): void
}

export type ExecutorsOptions = {
  open: OpenLink
  count: number
  /** Most bytes of memory of one; checked a few times a second. */
  rssLimitBytes: number
  /** One more can run attempts. */
  ready(): void
  ended(ending: Ending, attempts: number): void
}

export type Executors = {
  ready(): boolean
  /** Where to run the next attempt; `alone`: nothing else runs there, before or after. Undefined: too many do so now. */
  place(alone: boolean): Executor | undefined
  close(): void
}

const pingMs = 250
/** One that has not answered for so long gets nothing new. */
const busyMs = 1500
/** One that has not answered for so long is blocked by one of its attempts, at the cost of the others. */
const silentMs = 5000
const respawnMs = 500
/** Processes for one attempt each, beside the others: after the death of a full one there may be many to be run alone. */
const mostSolo = 4

/**
 * A pool of executors. When one dies with several attempts in it, nobody knows whose fault it was: all of them end there, and each
 * runs alone next. A blocked event loop or too much memory is seen from outside and treated alike; an attempt that blocks one
 * alone harms nobody, and has until its deadline.
 */
export function createExecutors({ open, count, rssLimitBytes, ready, ended }: ExecutorsOptions): Executors {
  type Member = Executor & { link: Link; isReady: boolean; solo: boolean; retiring: boolean; answeredMs: number }
  const members = new Set<Member>()
  let closed = false

  function spawn(solo: boolean): Member {
    let ending: Ending = { why: 'died' }
    let outgoing: ToExecutor[] = []
    let over = false
    let abandoned = false
    const attempts = new Map<string, AttemptEvents>()

    function flush() {
      const messages = outgoing
      outgoing = []
      if (!over) link.send(messages)
    }

    function end(reason: Ending) {
      if (over) return
      ending = reason
      link.kill()
    }

    const link = open({
      heard(messages) {
        member.answeredMs = performance.now()
        for (const message of messages) {
          if (message.say === 'ready') {
            member.isReady = true
            flush()
            ready()
          } else if (message.say !== 'pong') attempts.get(message.key)?.heard(message)
        }
      },
      ended() {
        if (over) return
        over = true
        clearInterval(watch)
        members.delete(member)
        if (!closed) ended(ending, attempts.size)
        // What was given up there may still run, and be what ended it.
        const alone = attempts.size === 1 && !abandoned
        for (const attempt of attempts.values()) attempt.died(ending, alone)
        attempts.clear()
        if (!closed && !solo) setTimeout(refill, member.isReady ? 0 : respawnMs)
      },
    })

    const watch = setInterval(() => {
      const rssBytes = link.rssBytes()
      if (rssBytes !== undefined && rssBytes > rssLimitBytes) return end({ why: 'memory' })
      if (member.isReady && attempts.size > 1 && performance.now() - member.answeredMs > silentMs) {
        return end({ why: 'silent' })
      }
      if (member.retiring && attempts.size === 0) return end({ why: 'closed' })
      if (member.isReady) member.send({ say: 'ping' })
    }, pingMs).unref()

    const member: Member = {
      link,
      attempts,
      isReady: false,
      solo,
      retiring: solo,
      answeredMs: performance.now(),
      send(message) {
        // What is said in one turn of the loop travels together.
        if (outgoing.length === 0 && member.isReady) setImmediate(flush)
        outgoing.push(message)
      },
      retire(graceMs) {
        abandoned = true
        member.retiring = true
        if (!solo) refill()
        if (attempts.size === 0) end({ why: 'closed' })
        else setTimeout(() => end({ why: 'culprit' }), graceMs).unref()
      },
    }
    members.add(member)
    return member
  }

  const serving = () => [...members].filter((member) => !member.retiring)

  function refill() {
    if (closed) return
    for (let missing = count - serving().length; missing > 0; missing -= 1) spawn(false)
  }

  refill()
  return {
    ready: () => serving().some(({ isReady }) => isReady),
    place(alone) {
      if (alone) return [...members].filter(({ solo }) => solo).length < mostSolo ? spawn(true) : undefined
      const nowMs = performance.now()
      const load = (member: Member) =>
        member.attempts.size + (!member.isReady || nowMs - member.answeredMs > busyMs ? 1_000_000 : 0)
      return serving().reduce((least, member) => (load(member) < load(least) ? member : least))
    },
    close() {
      closed = true
      for (const { link } of members) link.kill()
    },
  }
}
