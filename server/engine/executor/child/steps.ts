import { setTimeout as sleep } from 'node:timers/promises'
import type { OperationType } from '../../../../generated/operations.ts'
import { backoffMs } from '../../../domain/schedule.ts'
import { Interruption, type Step } from '../../../handlers/define.ts'
import { publicDetail, type StepRecord, serializeError } from '../protocol.ts'
import { type AttemptRuntime, createStepContext } from './context.ts'

export type Steps = {
  /** Runs the step, or returns the result that an earlier attempt recorded. */
  run(name: string): Promise<unknown>
  /** Undoes the started and done steps, newest first. Returns the names of all steps that could not be undone, by any attempt. */
  compensate(): Promise<string[]>
}

/** The time limit of one try of an undo. */
const undoMs = 30_000
/** With 1, 2, 4, 8 and 16 seconds between them. */
const maxUndoTries = 6

type AnyStep = Step<OperationType, unknown>

/**
 * The steps of one attempt. A step with an undo is recorded before its effect. After a crash in between, the next attempt runs the step
 * again with the same key, and its undo gets no result.
 */
export function createSteps(runtime: AttemptRuntime, declared: Readonly<Record<string, AnyStep>>): Steps {
  const { order, worker, signal, track, updates } = runtime
  const known = new Map(order.steps.map((step) => [step.name, { ...step }]))
  const keyOf = (name: string) => `${order.operationId}:${name}`
  const input = order.input as never
  let runningStep: string | undefined

  async function run(name: string): Promise<unknown> {
    const step = declared[name]
    if (!step) throw new Error(`${order.type} declares no step ${name}`)
    if (runningStep) throw new Error(`step ${name} was started before ${runningStep} ended: await each step`)
    runningStep = name
    try {
      return await runInPhase(name, step)
    } finally {
      runningStep = undefined
    }
  }

  async function runInPhase(name: string, step: AnyStep) {
    signal.throwIfAborted()
    const before = known.get(name)
    const isDone = before?.state === 'DONE'
    if (step.phase && !isDone) {
      const { phase, message } = step
      updates.progress(track.update({ phase, message: message?.(input) }, runtime.nowMs()))
    }
    const result = isDone ? before.result : await runAndRecord(name, step)
    const tookMs = isDone ? (before.durationMs ?? undefined) : undefined
    if (step.phase) updates.progress(track.complete(step.phase, runtime.nowMs(), tookMs))
    return result
  }

  async function runAndRecord(name: string, step: AnyStep) {
    const undoable = step.undo !== undefined
    const position = known.has(name) ? [...known.keys()].indexOf(name) + 1 : known.size + 1
    const record: StepRecord = { name, state: 'STARTED', undoable, result: undefined, durationMs: null }
    const phase = step.phase ?? null
    if (undoable) {
      // Set before the response: the write may be committed although its response is lost.
      known.set(name, record)
      await requireWritten(worker.request(order.key, { write: 'startStep', name, position, phase }))
    }
    const startMs = runtime.nowMs()
    const result = asJson(await step.run(createStepContext(runtime, keyOf(name), signal), input))
    const durationMs = Math.round(runtime.nowMs() - startMs)
    known.set(name, { ...record, state: 'DONE', result, durationMs })
    const finish = { write: 'finishStep' as const, name, position, phase, undoable, result, durationMs }
    await requireWritten(worker.request(order.key, finish))
    return result
  }

  /** A refused write means that the attempt no longer runs the operation. */
  async function requireWritten(writing: Promise<boolean>) {
    if (await writing) return
    runtime.interrupt('lease-lost')
    throw signal.reason instanceof Interruption ? signal.reason : new Interruption('lease-lost')
  }

  async function compensate(): Promise<string[]> {
    const pending = [...known.values()].filter(
      ({ state, undoable }) => undoable && (state === 'STARTED' || state === 'DONE'),
    )
    const failed: string[] = []
    // Shows what an earlier attempt has compensated: it may have ended before it wrote that progress.
    for (const { name, state } of known.values()) {
      if (state === 'UNDONE') show(name, 'COMPENSATED')
      if (state !== 'UNDO_FAILED') continue
      show(name, 'FAILED')
      failed.push(name)
    }
    for (const step of pending.reverse()) {
      const state = (await undo(step)) ? 'UNDONE' : 'UNDO_FAILED'
      if (state === 'UNDO_FAILED') failed.push(step.name)
      // When the write is refused or fails, another attempt continues from the recorded steps.
      const writing = worker.request(order.key, { write: 'recordCompensation', name: step.name, state })
      if (!(await writing.catch(() => false))) return failed
      known.set(step.name, { ...step, state })
    }
    return failed
  }

  function show(name: string, status: 'COMPENSATING' | 'COMPENSATED' | 'FAILED') {
    const phase = declared[name]?.phase
    if (phase) updates.progress(track.compensate(phase, status, runtime.nowMs()))
  }

  async function undo({ name, state, result }: StepRecord): Promise<boolean> {
    const step = declared[name]
    show(name, 'COMPENSATING')
    for (let tries = 1; ; tries += 1) {
      try {
        if (!step?.undo) throw new Error(`this version declares no undo of ${name}`)
        const timeout = AbortSignal.timeout(undoMs)
        const context = createStepContext(runtime, keyOf(name), timeout)
        await withSignal(step.undo(context, input, state === 'DONE' ? result : undefined), timeout)
        show(name, 'COMPENSATED')
        return true
      } catch (error) {
        const undone = step?.phase ?? name
        updates.log(`compensation of ${undone} failed (try ${tries}): ${publicDetail(serializeError(error))}`)
        if (tries === maxUndoTries) break
      }
      await sleep(backoffMs(tries))
    }
    show(name, 'FAILED')
    return false
  }

  return { run, compensate }
}

/** The next attempt gets the result as JSON, so this one does too. */
function asJson(result: unknown): unknown {
  return result === undefined ? undefined : JSON.parse(JSON.stringify(result))
}

async function withSignal(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
