import type { OperationType } from '../../generated/operations.ts'
import { writeProgress } from '../database/claims.ts'
import type { OperationRow } from '../database/transitions.ts'
import { type Handler, Interruption } from '../handlers/define.ts'
import { trackProgress } from '../lifecycle/progress.ts'
import { cancelGraceSeconds } from '../lifecycle/schedule.ts'
import * as telemetry from '../telemetry/events.ts'
import { conclude, facts, timeOut } from './conclusion.ts'
import { createContext, finishedProof } from './context.ts'
import { attemptFiles, discardAll } from './files.ts'
import { createPulse } from './pulse.ts'
import type { AttemptState, Engine } from './state.ts'
import { judge, type Outcome } from './verdict.ts'

/** An attempt that holds one of the worker's slots. */
export type Running = {
  operationId: string
  attempt: number
  /** Whether the handler is completing the operation itself, so that the row may be ahead of what the worker knows. */
  isFinishing(): boolean
  /** Tells the handler to stop; the first reason counts. */
  interrupt(kind: Interruption['kind']): void
  /** Resolves when the slot is free again: everything is written, or the handler did not yield in time. */
  done: Promise<void>
}

/** `setTimeout` takes no more; what lasts longer is ended by the deadline sweep. */
const longestTimerMs = 2 ** 31 - 1

export function startAttempt<T extends OperationType>(
  engine: Engine,
  handler: Handler<T>,
  type: T,
  row: OperationRow,
): Running {
  const controller = new AbortController()
  const state = openState(engine, type, row, controller.signal, interrupt)
  const abandoned = Promise.withResolvers<void>()
  const runMs = (row.deadlineAt?.getTime() ?? Infinity) - (row.startedAt?.getTime() ?? 0)
  const deadline = setTimeout(() => interrupt('deadline'), Math.min(runMs, longestTimerMs)).unref()
  let timingOut: Promise<unknown> | undefined
  let yielding: NodeJS.Timeout | undefined

  function interrupt(kind: Interruption['kind']) {
    if (controller.signal.aborted) return
    controller.abort(new Interruption(kind))
    // The truth does not wait for the handler: from now on nothing that it does counts.
    if (kind === 'deadline') timingOut = timeOut(engine, state).catch(trouble)
    yielding = setTimeout(() => {
      telemetry.handlerAbandoned(engine.log, { ...facts(state), reason: kind })
      void Promise.resolve(timingOut).then(() => abandoned.resolve())
    }, cancelGraceSeconds * 1000).unref()
  }

  function trouble(cause: unknown) {
    telemetry.workerTroubled(engine.log, { workerId: row.workerId ?? '', doing: `attempt ${row.operationId}`, cause })
  }

  async function work() {
    if (row.attempt > 1) await discardAll(engine, row.operationId)
    const outcome = await runHandler(engine, state, handler)
    await state.pulse.stop()
    await timingOut
    const { reason } = controller.signal
    const interruption = reason instanceof Interruption ? reason : undefined
    const { failures, maxAttempts } = row
    const status = await conclude(engine, state, judge(outcome, { interruption, failures, maxAttempts }))
    if (status !== 'COMPLETED' && status !== 'COMPLETED_WITH_ERRORS') await state.files.discard()
  }

  const done = Promise.race([work().catch(trouble), abandoned.promise]).finally(() => {
    clearTimeout(deadline)
    clearTimeout(yielding)
  })
  return {
    operationId: row.operationId,
    attempt: row.attempt,
    isFinishing: () => state.finishing,
    interrupt,
    done,
  }
}

function openState(
  engine: Engine,
  type: OperationType,
  row: OperationRow,
  signal: AbortSignal,
  interrupt: (kind: Interruption['kind']) => void,
): AttemptState {
  const rule = engine.rules[type]
  const startedMs = performance.now()
  const nowMs = () => performance.now() - startedMs
  let expiry: Date | undefined
  // The database's clock, carried on by this process's from the claim.
  const expiresAt = () => {
    const now = (row.startedAt?.getTime() ?? Date.now()) + nowMs()
    expiry ??= new Date(Math.round(now + rule.retentionSeconds.completed * 1000))
    return expiry
  }
  const pulse = createPulse(async (progress) => {
    await writeProgress(engine.db, row, progress)
  })
  return {
    type,
    row,
    rule,
    actor: `worker:${row.workerId}`,
    signal,
    interrupt,
    track: trackProgress(rule.phases),
    pulse,
    warnings: [],
    finishing: false,
    files: attemptFiles(engine, row, signal, expiresAt),
    expiresAt,
    nowMs,
  }
}

async function runHandler<T extends OperationType>(
  engine: Engine,
  state: AttemptState,
  handler: Handler<T>,
): Promise<Outcome<object>> {
  try {
    // The spec's validation stood before the row, so the row's input is the type's.
    const input = state.row.input as Parameters<Handler<T>['run']>[1]
    const result = await handler.run(createContext<T>(engine, state), input)
    return result === finishedProof ? { kind: 'finished' } : { kind: 'returned', result }
  } catch (error) {
    return { kind: 'threw', error }
  }
}
