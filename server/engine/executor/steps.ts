import { setTimeout as sleep } from 'node:timers/promises'
import type { OperationType } from '../../../generated/operations.ts'
import { Interruption, type Step } from '../../handlers/define.ts'
import { backoffMs } from '../../lifecycle/schedule.ts'
import type { KnownStepState } from '../protocol.ts'
import type { Attempt } from './attempt.ts'
import { stepContext } from './context.ts'
import { logLine } from './log-line.ts'
import { describeThrown } from './thrown.ts'

export type Steps = {
  /** Runs the step, or answers what it answered before. */
  run(name: string): Promise<unknown>
  /** Undoes what is owed, newest first. Answers the names of the steps that could not be undone, now or in an earlier attempt. */
  unwind(): Promise<string[]>
}

/** One try of an undo; a vendor that never answers must not hold up the others for ever. */
const undoMs = 30_000
/** 1, 2, 4, 8 and 16 seconds between them. */
const undoTries = 6

type Shared = Pick<Attempt, 'order' | 'resources' | 'line' | 'signal' | 'track' | 'pulse' | 'nowMs' | 'interrupt'>
type AnyStep = Step<OperationType, unknown>

/**
 * The steps of one attempt. A step with an undo is recorded before its effect, so that a crash in between leaves a record of
 * what may have happened: on the next attempt such a step runs again with the same key, and an undo of it is given no result.
 */
export function createSteps(shared: Shared, declared: Readonly<Record<string, AnyStep>>): Steps {
  const { order, line, signal, track, pulse } = shared
  const known = new Map(order.steps.map((step) => [step.name, { ...step }]))
  const keyOf = (name: string) => `${order.operationId}:${name}`
  const input = order.input as never
  let busy: string | undefined

  async function run(name: string): Promise<unknown> {
    const step = declared[name]
    if (!step) throw new Error(`${order.type} declares no step ${name}`)
    if (busy) throw new Error(`step ${name} was begun before ${busy} had ended: await one before the next`)
    busy = name
    try {
      return await runOne(name, step)
    } finally {
      busy = undefined
    }
  }

  async function runOne(name: string, step: AnyStep) {
    signal.throwIfAborted()
    if (step.phase) pulse.offer(track.update({ phase: step.phase }, shared.nowMs()))
    const before = known.get(name)
    const result = before?.state === 'DONE' ? before.result : await effect(name, step)
    if (step.phase) pulse.offer(track.complete(step.phase, shared.nowMs()))
    return result
  }

  async function effect(name: string, step: AnyStep) {
    const undoable = step.undo !== undefined
    const position = known.has(name) ? [...known.keys()].indexOf(name) + 1 : known.size + 1
    const record: KnownStepState = { name, state: 'STARTED', undoable, result: undefined }
    if (undoable) {
      // Known before the answer: a question whose answer is lost may have been carried out.
      known.set(name, record)
      await written(line.ask(order.key, { ask: 'begin', name, position }))
    }
    const result = plain(await step.run(stepContext(shared, keyOf(name), signal), input))
    known.set(name, { ...record, state: 'DONE', result })
    await written(line.ask(order.key, { ask: 'keep', name, position, undoable, result }))
    return result
  }

  /** The attempt has lost the operation when a write is refused. */
  async function written(answer: Promise<boolean>) {
    if (await answer) return
    shared.interrupt('lease-lost')
    throw signal.reason instanceof Interruption ? signal.reason : new Interruption('lease-lost')
  }

  async function unwind(): Promise<string[]> {
    const owed = [...known.values()].filter(
      ({ state, undoable }) => undoable && (state === 'STARTED' || state === 'DONE'),
    )
    const failed: string[] = []
    // An attempt before this one may not have come to say so.
    for (const { name, state } of known.values()) {
      if (state === 'UNDONE') show(name, 'COMPENSATED')
      if (state !== 'UNDO_FAILED') continue
      show(name, 'FAILED')
      failed.push(name)
    }
    for (const step of owed.reverse()) {
      const state = (await undo(step)) ? 'UNDONE' : 'UNDO_FAILED'
      if (state === 'UNDO_FAILED') failed.push(step.name)
      // Refused: another worker unwinds it now, from where this one came to. It comes to the same when it could not be written.
      const settling = line.ask(order.key, { ask: 'settle', name: step.name, state })
      if (!(await settling.catch(() => false))) return failed
      known.set(step.name, { ...step, state })
    }
    return failed
  }

  function show(name: string, status: 'COMPENSATING' | 'COMPENSATED' | 'FAILED') {
    const phase = declared[name]?.phase
    if (phase) pulse.offer(track.compensate(phase, status, shared.nowMs()))
  }

  async function undo({ name, state, result }: KnownStepState): Promise<boolean> {
    const step = declared[name]
    show(name, 'COMPENSATING')
    for (let tried = 1; ; tried += 1) {
      try {
        if (!step?.undo) throw new Error(`this version declares no undo of ${name}`)
        const late = AbortSignal.timeout(undoMs)
        const context = stepContext(shared, keyOf(name), late)
        await inTime(step.undo(context, input, state === 'DONE' ? result : undefined), late)
        show(name, 'COMPENSATED')
        return true
      } catch (error) {
        pulse.log(logLine(`undo of ${name} failed (try ${tried}): ${describeThrown(error).detail}`))
        if (tried === undoTries) break
      }
      await sleep(backoffMs(tried))
    }
    show(name, 'FAILED')
    return false
  }

  return { run, unwind }
}

/** What is kept is what the next attempt will be given: JSON. */
function plain(result: unknown): unknown {
  return result === undefined ? undefined : JSON.parse(JSON.stringify(result))
}

async function inTime(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const late = Promise.withResolvers<never>()
  const stop = () => late.reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race([work, late.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
