import { settleUndo, stepsOf } from '../database/steps.ts'
import type { StepValues } from '../database/transitions.ts'
import type { End } from './attempt.ts'
import { concludeCasualty } from './casualty.ts'
import { type Conclusion, cancel, failAsIntended, failCompensation, release } from './conclusion.ts'
import { problemOf } from './failure.ts'
import type { AttemptState, Engine } from './state.ts'
import type { Failure } from './verdict.ts'

/** The longest that the undoing of one operation's steps may take, in seconds, over all tries of one attempt. */
export const unwindSeconds = 3600

export type Unwinding = {
  /** The end that it comes to; undefined: it is being cancelled, or an earlier attempt has stored the end. */
  failure: Failure | undefined
  /** Whether the attempt itself failed. */
  charged: boolean
  /** The steps that could not be undone, when the attempt was claimed for nothing else and is through. */
  already: string[] | undefined
  /** Has the executor undo what is owed, newest first. */
  run(): Promise<End>
}

/**
 * Undoes what an operation has done before it ends. The intended end is stored first, so that whoever goes on after a crash knows
 * it; a cancel that comes meanwhile changes it to CANCELLED.
 */
export async function unwind(
  engine: Engine,
  state: AttemptState,
  { failure, charged, already, run }: Unwinding,
): Promise<Conclusion> {
  if (already) return conclude(engine, state, already, state.row.intendedEnd?.error)
  const intended = failure && problemOf(state.row.operationId, failure)
  const begun = await begin(engine, state, intended, charged)
  if (begun !== 'RUNNING' && begun !== 'CANCELLING') return begun
  const end = await run()
  if (end.kind === 'died') return concludeCasualty(engine, state, end, true)
  return conclude(engine, state, end.kind === 'unwound' ? end.failed : [], intended)
}

async function begin(
  engine: Engine,
  state: AttemptState,
  error: Record<string, unknown> | undefined,
  charged: boolean,
) {
  const { progress } = state
  if (error) {
    const begun = await take(engine, state, 'unwind', { error, limitSeconds: unwindSeconds, progress, charged })
    if (begun) return begun
  }
  return (await take(engine, state, 'unwindCancelled', { limitSeconds: unwindSeconds })) ?? 'lost'
}

/** Without the looking into a refusal: what is owed is known here. */
async function take<S extends 'unwind' | 'unwindCancelled'>(
  { writes }: Engine,
  { row, actor }: AttemptState,
  step: S,
  values: StepValues[S],
) {
  const { operationId, attempt } = row
  const moved = await writes.take(step, { operationId, attempt, actor, reason: 'undoing finished steps' }, values)
  return moved?.status
}

async function conclude(
  engine: Engine,
  state: AttemptState,
  failed: string[],
  error: Record<string, unknown> | undefined,
): Promise<Conclusion> {
  if (failed.length > 0) return failCompensation(engine, state, failed)
  if (error) return failAsIntended(engine, state, error)
  return cancel(engine, state)
}

/** Gives up what is still owed: no more tries are left for it. */
export async function giveUp(engine: Engine, state: AttemptState): Promise<Conclusion> {
  const { operationId, attempt } = state.row
  const left = (await stepsOf(engine.db, [operationId])).filter(
    ({ undoable, state }) => undoable && (state === 'STARTED' || state === 'DONE' || state === 'UNDO_FAILED'),
  )
  for (const { name, state } of left.reverse()) {
    if (state !== 'UNDO_FAILED') await settleUndo(engine.db, { operationId, attempt, name, state: 'UNDO_FAILED' })
  }
  return failCompensation(
    engine,
    state,
    left.map(({ name }) => name),
  )
}

/** Has another attempt undo it, in another process: this one's handler would not stop, or is gone. */
export async function leaveToUnwind(
  engine: Engine,
  state: AttemptState,
  failure: Failure | undefined,
): Promise<Conclusion> {
  const { operationId, attempt } = state.row
  const reason = 'undoing finished steps'
  if (failure) {
    const error = problemOf(operationId, failure)
    const unwound = await take(engine, state, 'unwind', {
      error,
      limitSeconds: unwindSeconds,
      progress: state.progress,
    })
    if (unwound) return release(engine, state, reason)
  }
  const moved = await engine.writes.take('releaseCancelled', { operationId, attempt, actor: state.actor, reason }, {})
  if (moved) engine.hints.tell('submitted', operationId)
  return moved?.status ?? 'lost'
}
