import { createQuerySerializer } from 'openapi-fetch'
import type { Calls } from './calls.ts'
import { LongrunProblem } from './errors.ts'
import { type Ending, messagesOf } from './event-stream.ts'
import type { Member } from './member.ts'
import type { EventFilter, OwnedEvent } from './owned-events.ts'
import { gateOf, streamGate } from './stream-gate.ts'
import { sleep } from './waiting.ts'

/** After a longer break the operations are read, which costs less than the events of the owner since the cursor. */
const cursorMs = 60_000

/**
 * All operations are read that often: the service misses an event that is committed more than ten seconds after its time, and the
 * deletion of an operation is no event.
 */
const auditMs = 300_000

/** One stream of the owner's events, for all followed operations of a client. */
export type SharedStream = {
  /** Events arrive, also while a connection that the service or a proxy has closed is opened again. */
  isOpen(): boolean
  isRunning(): boolean
  start(): void
  stop(): void
  /** Lets the stream include a member that was added. */
  include(member: Member): void
}

type Given = {
  members: ReadonlySet<Member>
  /** Called with each event. Most belong to no member. */
  onEvent(event: OwnedEvent): void
  /** Called when the stream opens, and when it has ended or cannot be opened. */
  onChange(): void
}

export function createSharedStream(calls: Calls, { members, onEvent, onChange }: Given): SharedStream {
  const gate = gateOf(calls)
  // A refusal of this stream says nothing about other streams.
  const ownGate = streamGate()
  let running: AbortController | undefined
  let connection: AbortController | undefined
  let filter: EventFilter = {}
  let isFilterWrong = false
  let cursor: string | undefined
  let heardAt = 0
  let isOpen = false

  function set(value: boolean) {
    if (isOpen === value) return
    isOpen = value
    onChange()
  }

  /** Connects again and again until `signal` is aborted, or one operation is left whose own stream suffices. */
  async function run(signal: AbortSignal): Promise<void> {
    const audit = setInterval(() => {
      if (isOpen) for (const member of members) member.begin()
    }, auditMs)
    try {
      while (members.size > 1) {
        await sleep(Math.max(gate.opensInMs(), ownGate.opensInMs()), signal)
        const ending = await connect(signal)
        if (ending.why === 'cut') await sleep(ending.retryMs, signal)
        else if (ending.why !== 'over') {
          const isRefused = ending.why === 'unavailable' && ending.problem && !ending.problem.code.startsWith('HTTP_')
          ;(isRefused ? ownGate : gate).failed(ending.why === 'unavailable' ? ending.retryAfterMs : undefined)
          set(false)
        }
      }
    } finally {
      clearInterval(audit)
    }
  }

  /** One connection. `over`: connect again at once. */
  async function connect(signal: AbortSignal): Promise<Ending> {
    // A cursor is valid for the same filter only.
    if (isFilterWrong || performance.now() - heardAt > cursorMs) cursor = undefined
    if (cursor === undefined) filter = filterOf(members)
    isFilterWrong = false
    const opened = new AbortController()
    const end = () => opened.abort()
    signal.addEventListener('abort', end)
    connection = opened
    const isResumed = cursor !== undefined
    const messages = messagesOf(
      (id, until) => calls.stream(`/operations/stream?${createQuerySerializer()(filter)}`, id, until),
      { lastEventId: cursor, signal: opened.signal, onId: reached, onOpen: () => begin(isResumed) },
    )
    try {
      for (;;) {
        const { done, value } = await messages.next()
        if (done) return value.why === 'over' ? { why: 'unavailable' } : value
        reached(value.id)
        onEvent(value.data as OwnedEvent)
      }
    } catch (error) {
      signal.throwIfAborted()
      // For another filter.
      if (opened.signal.aborted) return { why: 'over' }
      if (!(error instanceof LongrunProblem)) throw error
      const isStale = isResumed
      cursor = undefined
      // Without the cursor, which may have expired.
      return isStale ? { why: 'over' } : { why: 'unavailable', problem: error }
    } finally {
      signal.removeEventListener('abort', end)
      if (connection === opened) connection = undefined
    }
  }

  function reached(id: string) {
    cursor = id
    heardAt = performance.now()
  }

  function begin(isResumed: boolean) {
    gate.worked()
    ownGate.worked()
    set(true)
    for (const member of members) if (!isResumed || !member.hasBegun()) member.begin()
  }

  return {
    isOpen: () => isOpen,
    isRunning: () => running !== undefined,
    start() {
      if (running) return
      const controller = new AbortController()
      running = controller
      run(controller.signal)
        .catch(() => {})
        .finally(() => {
          if (running !== controller) return
          running = undefined
          isOpen = false
          onChange()
        })
    },
    stop() {
      running?.abort()
      running = undefined
      set(false)
    },
    include(member) {
      const { type, batchId } = member.operation.snapshot()
      const isMatched =
        (filter.type === undefined || filter.type === type) &&
        (filter.batchId === undefined || filter.batchId === batchId)
      if (!isMatched) {
        isFilterWrong = true
        connection?.abort()
      } else if (isOpen) {
        member.begin()
      }
    },
  }
}

/** What all operations have in common, so that few other events of the owner arrive. */
function filterOf(members: ReadonlySet<Member>): EventFilter {
  const [first, ...others] = [...members].map(({ operation }) => operation.snapshot())
  if (first === undefined) return {}
  const { type, batchId } = first
  if (batchId !== undefined && others.every((other) => other.batchId === batchId)) return { batchId }
  return others.every((other) => other.type === type) ? { type } : {}
}
