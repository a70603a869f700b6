import { createQuerySerializer } from 'openapi-fetch'
import type { Calls } from './calls.ts'
import type { LongrunProblem, StreamsUnavailable } from './errors.ts'
import { isStream } from './event-stream.ts'
import type { Member } from './member.ts'
import { type EventFilter, type OwnedEvent, ownedEvents } from './owned-events.ts'
import { gateOf, streamGate } from './stream-gate.ts'
import { sleep } from './waiting.ts'

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

type Failure = Partial<LongrunProblem & StreamsUnavailable>

export function createSharedStream(calls: Calls, { members, onEvent, onChange }: Given): SharedStream {
  const gate = gateOf(calls)
  // A refusal of this stream says nothing about other streams.
  const ownGate = streamGate()
  let running: AbortController | undefined
  let filter: EventFilter = {}
  let isOpen = false

  function set(value: boolean) {
    if (isOpen === value) return
    isOpen = value
    onChange()
  }

  function readAll() {
    if (isOpen) for (const member of members) member.begin()
  }

  /** Opens the stream again and again, until `signal` is aborted or one operation is left, whose own stream suffices. */
  async function run(signal: AbortSignal): Promise<void> {
    while (members.size > 1) {
      await sleep(Math.max(gate.opensInMs(), ownGate.opensInMs()), signal)
      const error: unknown = await receive(signal).catch((error: unknown) => error)
      signal.throwIfAborted()
      const { code = 'HTTP_', retryAfter = 0, isOutage = code === 'UNAVAILABLE' } = (error ?? {}) as Failure
      const isOfProxy = code.startsWith('HTTP_')
      ;(isOfProxy ? gate : ownGate).failed(retryAfter * 1000, isOutage)
      set(false)
    }
  }

  /** Receives events until no connection succeeds. After a break of the connection the stream continues at its cursor. */
  async function receive(signal: AbortSignal): Promise<void> {
    filter = filterOf(members)
    const path = `/operations/stream?${createQuerySerializer()(filter)}`
    const open = async (cursor: string | undefined, until: AbortSignal) => {
      const response = await calls.stream(path, cursor, until)
      // From now on the service sends every event.
      if (isStream(response) && cursor === undefined) {
        set(true)
        readAll()
      }
      return response
    }
    // A member recognises the events that are sent again.
    for await (const event of ownedEvents(open, { signal, retryMs: 0, isNew: () => true })) {
      gate.worked()
      ownGate.worked()
      onEvent(event)
    }
  }

  function start() {
    if (running) return
    const controller = new AbortController()
    running = controller
    const audit = setInterval(readAll, auditMs)
    const end = () => {
      clearInterval(audit)
      if (running !== controller) return
      running = undefined
      onChange()
    }
    run(controller.signal).then(end, end)
  }

  function stop() {
    running?.abort()
    running = undefined
    set(false)
  }

  return {
    isOpen: () => isOpen,
    isRunning: () => running !== undefined,
    start,
    stop,
    include(member) {
      const { type, batchId } = member.operation.snapshot()
      const isMatched =
        (filter.type === undefined || filter.type === type) &&
        (filter.batchId === undefined || filter.batchId === batchId)
      if (!isMatched && running) {
        stop()
        start()
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
