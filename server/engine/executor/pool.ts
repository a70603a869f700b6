import { setGrace } from '../../lib/timeout.ts'
import type { FromExecutor, ToExecutor } from './protocol.ts'

/** A connection to an executor: a process, or one inside this process for tests. */
export type Link = {
  send(messages: ToExecutor[]): void
  /** Resident memory in bytes; undefined where it cannot be measured. */
  rssBytes(): number | undefined
  kill(): void
}

export type LinkEvents = { received(messages: FromExecutor[]): void; exited(): void }
/** `solo`: an executor that runs one operation alone. */
export type OpenLink = (events: LinkEvents, solo: boolean) => Link

/**
 * Why an executor exited. `crashed`: by itself. The worker killed it in the other cases: `memory`, over its limit; `unresponsive`, its event
 * loop was blocked; `abandoned`, one of its attempts did not stop; `closed`, it was not needed any more.
 */
export type ExecutorExit = 'crashed' | 'memory' | 'unresponsive' | 'abandoned' | 'closed'

/** The messages about one attempt. */
export type AttemptMessage = Exclude<FromExecutor, { type: 'ready' | 'pong' }>

export type AttemptListener = {
  receive(message: AttemptMessage): void
  /** The executor exited while it ran this attempt; `alone`: and no other. */
  exited(exit: ExecutorExit, alone: boolean): void
}

export type Executor = {
  attempts: Map<string, AttemptListener>
  send(message: ToExecutor): void
  /** Takes no new attempts, and exits when its attempts have ended, or after `graceMs`. For an executor with an abandoned attempt. */
  retire(graceMs: number): void
}

export type ExecutorPoolOptions = {
  open: OpenLink
  count: number
  /** The intended number of attempts per executor; exceeded only when all executors have as many. */
  attempts: number
  /** Memory limit of one executor. */
  rssLimitBytes: number
  /** Executors that run one attempt alone, beside the pool. After the exit of a full executor many operations may have to run alone. */
  maxSolo: number
  /** Called when another executor is ready to run attempts. */
  onReady(): void
  onExit(exit: ExecutorExit, attempts: number): void
  /** For each executor that is started, and for each that has ended, for whatever reason. */
  onSpawn?(): void
  onEnd?(): void
}

export type ExecutorPool = {
  ready(): boolean
  /** The executor for the next attempt. `alone`: a new one that runs nothing else. Undefined when too many such run already. */
  place(alone: boolean): Executor | undefined
  close(): void
}

const pingMs = 250
/** An executor that has not responded for this long gets no new attempts. */
const busyMs = 1500
/** An executor with several attempts that has not responded for this long is killed: one of them blocks the others. */
const silentMs = 5000
const respawnMs = 500

type Member = Executor & { link: Link; isReady: boolean; solo: boolean; retiring: boolean; unansweredMs: number }

/**
 * A pool of executors. When one exits with several attempts the cause is unknown: all of them end, and each operation runs alone next. A
 * blocked event loop and too much memory are detected from outside and handled alike. An attempt that runs alone may block its executor
 * until its deadline.
 */
export function createExecutorPool({
  open,
  count,
  attempts: attemptsEach,
  rssLimitBytes,
  maxSolo,
  onReady,
  onExit,
  onSpawn = () => {},
  onEnd = () => {},
}: ExecutorPoolOptions): ExecutorPool {
  const members = new Set<Member>()
  let closed = false

  function spawn(solo: boolean): Member {
    let exit: ExecutorExit = 'crashed'
    let outgoing: ToExecutor[] = []
    let hasExited = false
    let abandoned = false
    const attempts = new Map<string, AttemptListener>()

    function flush() {
      const messages = outgoing
      outgoing = []
      if (!hasExited) link.send(messages)
    }

    function kill(reason: ExecutorExit) {
      if (hasExited) return
      exit = reason
      link.kill()
    }

    const link = open(
      {
        received(messages) {
          member.unansweredMs = 0
          for (const message of messages) {
            if (message.type === 'ready') {
              member.isReady = true
              flush()
              onReady()
            } else if (message.type !== 'pong') attempts.get(message.key)?.receive(message)
          }
        },
        exited() {
          if (hasExited) return
          hasExited = true
          clearInterval(watch)
          members.delete(member)
          onEnd()
          if (!closed) onExit(exit, attempts.size)
          // An abandoned attempt may still run there and may have caused the exit.
          const alone = attempts.size === 1 && !abandoned
          for (const attempt of attempts.values()) attempt.exited(exit, alone)
          attempts.clear()
          if (!closed && !solo) setTimeout(refill, member.isReady ? 0 : respawnMs)
        },
      },
      solo,
    )

    let watchedMs = performance.now()
    const watch = setInterval(() => {
      const nowMs = performance.now()
      // While this process was blocked it read no responses, so at most two intervals count as the executor's silence.
      member.unansweredMs += Math.min(nowMs - watchedMs, 2 * pingMs)
      watchedMs = nowMs
      const rssBytes = link.rssBytes()
      if (rssBytes !== undefined && rssBytes > rssLimitBytes) return kill('memory')
      if (member.isReady && attempts.size > 1 && member.unansweredMs > silentMs) {
        return kill('unresponsive')
      }
      if (member.retiring && attempts.size === 0) return kill('closed')
      if (member.isReady) member.send({ type: 'ping' })
    }, pingMs).unref()

    const member: Member = {
      link,
      attempts,
      isReady: false,
      solo,
      retiring: solo,
      unansweredMs: 0,
      send(message) {
        // The messages of one turn of the event loop are sent together.
        if (outgoing.length === 0 && member.isReady) setImmediate(flush)
        outgoing.push(message)
      },
      retire(graceMs) {
        abandoned = true
        member.retiring = true
        if (!solo) refill()
        if (attempts.size === 0) kill('closed')
        else setGrace(() => kill('abandoned'), graceMs)
      },
    }
    members.add(member)
    onSpawn()
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
      if (alone) return [...members].filter(({ solo }) => solo).length < maxSolo ? spawn(true) : undefined
      const load = (member: Member) =>
        member.attempts.size +
        (!member.isReady || member.unansweredMs > busyMs ? 1_000_000 : 0) +
        (member.attempts.size >= attemptsEach ? 2_000_000 : 0)
      return serving().reduce((least, member) => (load(member) < load(least) ? member : least))
    },
    close() {
      closed = true
      for (const { link } of members) link.kill()
    },
  }
}
