import { setTimeout as sleep } from 'node:timers/promises'
import type { OperationType } from '../../../../generated/operations.ts'
import type { ProgressView } from '../../../domain/progress.ts'
import { backoffMs } from '../../../domain/schedule.ts'
import type { Step } from '../../../handlers/define.ts'
import { publicDetail, type StepRecord, serializeError } from '../protocol.ts'
import { endsAttempt, misuse, type ParallelCall, runTogether } from './parallel.ts'
import { type AttemptRuntime, createStepContext } from './runtime.ts'
import { type StepPhases, trackPhases } from './step-phases.ts'

export type Steps = {
  /** Runs the step, or returns the result that an earlier attempt recorded. */
  run(name: string): Promise<unknown>
  /** Runs steps at the same time. Returns their results, with `settle` their outcomes, in the order of `names`. */
  parallel(names: readonly string[], call?: ParallelCall): Promise<unknown[]>
  /** Call it when the handler has ended; no further step starts then. Settles like the call in progress, when its steps have ended. */
  end(): Promise<void>
  /** Whether the progress shows this error already: the phase of its step is FAILED. */
  hasShown(error: unknown): boolean
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
  let lastPosition = Math.max(0, ...order.steps.map(({ position }) => position))
  let running: { names: readonly string[]; promise: Promise<unknown> } | undefined
  const shownErrors = new Set<unknown>()

  function run(name: string): Promise<unknown> {
    return start([name], false, async (phases) => {
      showDone([name], phases)
      return await runOrReuse(name, phases)
    })
  }

  function parallel(names: readonly string[], call: ParallelCall = {}): Promise<unknown[]> {
    const wrong = misuse(names, call)
    if (wrong !== undefined) return Promise.reject(new Error(wrong))
    return start(names, true, async (phases) => {
      showDone(names, phases)
      return await runTogether(names, call, signal, (name) => runOrReuse(name, phases))
    })
  }

  /** Starts `work`, which runs the named steps. Only one call may be in progress. */
  function start<Result>(
    names: readonly string[],
    together: boolean,
    work: (phases: StepPhases) => Promise<Result>,
  ): Promise<Result> {
    const refusal = refusalOf(names)
    if (refusal) return Promise.reject(refusal)
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    running = { names, promise }
    const ended = () => {
      running = undefined
    }
    const steps = names.map((name) => declared[name] as AnyStep)
    void work(trackPhases(runtime, steps, together))
      .finally(ended)
      .then(resolve, reject)
    return promise
  }

  function refusalOf(names: readonly string[]): unknown {
    const unknown = names.find((name) => !Object.hasOwn(declared, name))
    if (unknown !== undefined) return new Error(`${order.type} declares no step ${unknown}`)
    if (running) {
      const again = names.find((name) => running?.names.includes(name))
      if (again !== undefined) return new Error(`step ${again} is running already: await the call that runs it`)
      const advice = 'await each step, or start them together with context.parallel'
      return new Error(`step ${names.join(', ')} was started before ${running.names.join(', ')} ended: ${advice}`)
    }
    if (runtime.handlerEnded) return new Error(`step ${names.join(', ')} was started after the handler had ended`)
    return signal.aborted ? signal.reason : undefined
  }

  /** Shows the steps that an earlier attempt has done, in one update. */
  function showDone(names: readonly string[], phases: StepPhases) {
    const views = names.map((name) => {
      const { state, result, durationMs = null } = known.get(name) ?? {}
      return state === 'DONE' ? phases.finish(declared[name] as AnyStep, result, durationMs ?? undefined) : undefined
    })
    send(views.findLast((view) => view !== undefined))
  }

  async function runOrReuse(name: string, phases: StepPhases) {
    const before = known.get(name)
    if (before?.state === 'DONE') return before.result
    if (runtime.handlerEnded)
      throw new Error(`step ${name} was not started before the handler ended: await context.parallel`)
    const step = declared[name] as AnyStep
    send(phases.start(step))
    try {
      const result = await runAndRecord(name, step)
      send(phases.finish(step, result))
      return result
    } catch (error) {
      if (step.phase && !signal.aborted && !endsAttempt(error)) {
        shownErrors.add(error)
        send(phases.fail(step))
      }
      throw error
    }
  }

  function send(progress: ProgressView | undefined) {
    if (progress) updates.progress(progress)
  }

  async function runAndRecord(name: string, step: AnyStep) {
    const undoable = step.undo !== undefined
    const before = known.get(name)
    const position = before?.position ?? nextPosition()
    const record: StepRecord = { name, position, state: 'STARTED', undoable, result: undefined, durationMs: null }
    const phase = step.phase ?? null
    // A refused write means that the attempt no longer runs the operation, or that it is cancelled.
    if (undoable) {
      // Set before the response: the write may be committed although its response is lost.
      known.set(name, record)
      if (!(await worker.request(order.key, { write: 'startStep', name, position, phase }))) {
        // It has not started, so there is nothing to undo.
        if (before) known.set(name, before)
        else known.delete(name)
        throw runtime.interrupt('lease-lost')
      }
    }
    const startMs = runtime.nowMs()
    const result = asJson(await step.run(createStepContext(runtime, keyOf(name), signal), input))
    const durationMs = Math.round(runtime.nowMs() - startMs)
    known.set(name, { ...record, state: 'DONE', result, durationMs })
    const finish = { write: 'finishStep' as const, name, position, phase, undoable, result, durationMs }
    if (!(await worker.request(order.key, finish))) throw runtime.interrupt('lease-lost')
    return result
  }

  /** Unique over all attempts, and taken when the step starts: steps are undone in reverse order of their start. */
  function nextPosition(): number {
    lastPosition += 1
    return lastPosition
  }

  async function end() {
    await running?.promise
  }

  async function compensate(): Promise<string[]> {
    const pending = [...known.values()]
      .filter(({ state, undoable }) => undoable && (state === 'STARTED' || state === 'DONE'))
      .toSorted((a, b) => a.position - b.position)
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

  return { run, parallel, end, hasShown: (error) => shownErrors.has(error), compensate }
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
