/** What the events of an operation tell about it. Long histories keep their latest parts only. */
import type { OperationEvent } from '../../../client/index.ts'

export type Problem = NonNullable<NonNullable<OperationEvent['data']>['error']>

export type Transition = Pick<
  OperationEvent,
  'sequence' | 'timestamp' | 'status' | 'attempt' | 'actor' | 'address' | 'reason'
> & { error?: Problem }

export type Attempt = {
  number: number
  startedAt: string
  endedAt?: string
  /** How the attempt ended: the status that followed. */
  outcome?: string
  error?: Problem
}

export type LogLine = { sequence: number; timestamp: string; attempt: number; message: string; data?: object }

export type Undo = { status: 'COMPENSATING' | 'COMPENSATED' | 'FAILED'; startedAt?: string; endedAt?: string }

/** A phase, with its compensation beside it: the phase itself shows only the later one of both. */
export type Step = { status: string; startedAt?: string; endedAt?: string; undo?: Undo }

export type History = {
  /** The sequence of the last event; -1: none. */
  last: number
  transitions: readonly Transition[]
  attempts: readonly Attempt[]
  logs: readonly LogLine[]
  /** How many were left out, because they are older. */
  omitted: { transitions: number; attempts: number; logs: number }
  steps: ReadonlyMap<string, Step>
}

export const noHistory: History = {
  last: -1,
  transitions: [],
  attempts: [],
  logs: [],
  omitted: { transitions: 0, attempts: 0, logs: 0 },
  steps: new Map(),
}

const most = { transitions: 500, attempts: 200, logs: 1000 }

/** The history with further events, in order. */
export function withEvents(history: History, events: readonly OperationEvent[]): History {
  const transitions = [...history.transitions]
  const attempts = [...history.attempts]
  const logs = [...history.logs]
  const steps = new Map(history.steps)
  let last = history.last
  for (const event of events) {
    if (event.sequence <= last) continue
    last = event.sequence
    if (event.event === 'log') {
      logs.push(logLine(event))
      continue
    }
    const before = transitions.at(-1)
    if (isTransition(event, before)) {
      transitions.push(transition(event))
      takeAttempt(attempts, event)
    }
    for (const { name, status } of event.progress?.phases ?? []) {
      const step = steps.get(name)
      if (step?.status !== status || step.undo) steps.set(name, withStatus(step, status, event.timestamp))
    }
  }
  const omitted = {
    transitions: history.omitted.transitions + trim(transitions, most.transitions),
    attempts: history.omitted.attempts + trim(attempts, most.attempts),
    logs: history.omitted.logs + trim(logs, most.logs),
  }
  return { last, transitions, attempts, logs, omitted, steps }
}

function trim(list: unknown[], length: number): number {
  return list.splice(0, Math.max(0, list.length - length)).length
}

function logLine({ sequence, timestamp, attempt = 0, data }: OperationEvent): LogLine {
  return { sequence, timestamp, attempt, message: data?.message ?? '', ...(data?.data && { data: data.data }) }
}

/** Whether more than the progress changed. */
function isTransition({ status, attempt, data, progress }: OperationEvent, before: Transition | undefined): boolean {
  return before?.status !== status || before.attempt !== attempt || data?.error !== undefined || progress === undefined
}

function transition({
  sequence,
  timestamp,
  status,
  attempt,
  actor,
  address,
  reason,
  data,
}: OperationEvent): Transition {
  const given = Object.entries({ attempt, actor, address, reason, error: data?.error })
  return { sequence, timestamp, status, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) }
}

function takeAttempt(attempts: Attempt[], { status, attempt = 0, timestamp, data }: OperationEvent) {
  if (attempt === 0) return
  const known = attempts.at(-1)
  if (known?.number !== attempt) attempts.push({ number: attempt, startedAt: timestamp })
  const current = { ...(attempts.at(-1) as Attempt) }
  const isOver = status !== 'RUNNING' && status !== 'CANCELLING'
  if (isOver && current.outcome === undefined) Object.assign(current, { endedAt: timestamp, outcome: status })
  if (data?.error && !current.error) current.error = data.error
  attempts[attempts.length - 1] = current
}

function withStatus(step: Step | undefined, status: string, at: string): Step {
  const { undo, ...own } = step ?? { status: 'PENDING' }
  if (status === 'COMPENSATING') return { ...own, undo: { status, startedAt: undo?.startedAt ?? at } }
  if (status === 'COMPENSATED')
    return { ...own, undo: { status, startedAt: undo?.startedAt ?? at, endedAt: undo?.endedAt ?? at } }
  // A step whose compensation has failed shows FAILED.
  if (undo)
    return status === 'FAILED' ? { ...own, undo: { ...undo, status, endedAt: undo.endedAt ?? at } } : { ...own, undo }
  if (status === 'IN_PROGRESS') return { status, startedAt: own.startedAt ?? at }
  return { ...own, status, ...(own.startedAt !== undefined && { endedAt: at }) }
}
