import type { StepValues } from '../database/transitions.ts'
import { backoffMs } from '../lifecycle/schedule.ts'
import * as telemetry from '../telemetry/events.ts'
import type { End } from './attempt.ts'
import { type Conclusion, cancel, facts, fail, record, release } from './conclusion.ts'
import type { AttemptState, Engine } from './state.ts'
import { giveUp, leaveToUnwind } from './unwinding.ts'
import type { Failure } from './verdict.ts'

/** Deaths of its process, with nothing else in it, after which an operation is not run again. */
const mostCrashes = 3

const words = {
  died: 'the process that it ran in died',
  memory: 'the process that it ran in used too much memory',
  silent: 'the process that it ran in did not answer',
  culprit: 'the process that it ran in had to be ended because of another operation',
  closed: 'the worker is stopping',
} as const

/**
 * What becomes of an attempt whose process has ended. Of several in one process none is charged, since nobody knows whose
 * fault it was; each runs alone next. Only a death while alone counts.
 */
export async function concludeCasualty(
  engine: Engine,
  state: AttemptState,
  { ending, alone }: Extract<End, { kind: 'died' }>,
  unwinding: boolean,
): Promise<Conclusion> {
  const { row, rule } = state
  const reason = words[ending.why]
  telemetry.executorLost(engine.log, { ...facts(state), reason, alone })
  // Whoever stops the worker gives back what it holds.
  if (ending.why === 'closed') return 'lost'
  const charged = alone && ending.why !== 'culprit'
  const exhausted = charged && row.crashes + 1 >= mostCrashes
  if (exhausted && unwinding) return giveUp(engine, state)
  if (exhausted) return poison(engine, state, reason)
  if (ending.why === 'culprit') return owedElsewhere(engine, state, await release(engine, state, reason), {})
  const delayMs = charged ? backoffMs(row.crashes + 1) : 0
  const values = { alone: charged, delayMs, queueSeconds: rule.queueTimeoutSeconds }
  const ended = await record(engine, state, 'crash', values, reason)
  if (ended === 'PENDING') engine.hints.tell('submitted', row.operationId)
  return owedElsewhere(engine, state, ended, { alone: true, crashed: charged, delayMs })
}

/** A cancel was on its way, and owes an undo. */
async function owedElsewhere(
  engine: Engine,
  state: AttemptState,
  ended: Conclusion,
  values: StepValues['releaseCancelled'],
) {
  if (ended !== 'unwind') return ended
  const { operationId, attempt } = state.row
  const moved = await engine.writes.take('releaseCancelled', { operationId, attempt, actor: state.actor }, values)
  return moved?.status ?? 'lost'
}

async function poison(engine: Engine, state: AttemptState, reason: string): Promise<Conclusion> {
  const failure: Failure = {
    code: 'POISONED',
    detail: `Its process ended ${mostCrashes} times while nothing else ran there, and it is not run again. The last time ${reason}.`,
  }
  const ended = await fail(engine, state, failure, 'timeOut')
  if (ended !== 'unwind') return ended
  const left = await leaveToUnwind(engine, state, failure)
  return left === 'unwind' ? cancel(engine, state) : left
}
