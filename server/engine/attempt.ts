import { isAway } from '../database/away.ts'
import type { OperationRow } from '../database/claims.ts'
import { countReason } from '../database/events.ts'
import type { News } from '../database/news.ts'
import { beginStep, keepStep, type StepRow, settleUndo } from '../database/steps.ts'
import type { Interruption } from '../handlers/define.ts'
import { cancelGraceSeconds } from '../lifecycle/schedule.ts'
import * as telemetry from '../telemetry/events.ts'
import { concludeCasualty } from './casualty.ts'
import * as conclusion from './conclusion.ts'
import { discardAll } from './discard.ts'
import type { AttemptEvents, Ending, Executor } from './executors.ts'
import { persist } from './persist.ts'
import type { FromExecutor, Order, StepQuestion, WireOutcome } from './protocol.ts'
import type { Rule } from './rules.ts'
import type { AttemptState, Engine } from './state.ts'
import { leaveToUnwind, type Unwinding, unwind } from './unwinding.ts'
import { type Failure, judge } from './verdict.ts'

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

/** How the running of a handler or the undoing of its steps came to an end. */
export type End =
  | { kind: 'outcome'; outcome: WireOutcome }
  | { kind: 'unwound'; failed: string[] }
  | { kind: 'died'; ending: Ending; alone: boolean }
  /** It was told to stop, and did not. */
  | { kind: 'abandoned'; interruption: Interruption['kind'] }

/** Why an attempt is given back; counted by these words. */
const outage = 'the database was away'
/** `setTimeout` takes no more; what lasts longer is ended by the deadline sweep. */
const longestTimerMs = 2 ** 31 - 1
/** What others in the same process get to end by themselves before it is ended because of one of them. */
const neighboursMs = 10_000

/** `ended`: the handler is through, and what came of it is about to be written. */
export function startAttempt(
  engine: Engine,
  executor: Executor,
  { row, rule, steps, ended }: { row: OperationRow; rule: Rule; steps: StepRow[]; ended(): void },
): Running {
  const { operationId, attempt } = row
  const key = `${operationId}/${attempt}`
  const { progress, owesUndo } = row
  const actor = `worker:${row.workerId}`
  const startedMs = performance.now()
  const state: AttemptState = { row, rule, actor, startedMs, progress: progress ?? undefined, owesUndo }
  let next = Promise.withResolvers<End>()
  let interruption: Interruption['kind'] | undefined
  let finishing = false
  let telling: Promise<unknown> = Promise.resolve()
  let compensating = false
  let timingOut: Promise<conclusion.Conclusion> | undefined
  let yielding: NodeJS.Timeout | undefined
  const runMs = (row.deadlineAt?.getTime() ?? Infinity) - (row.startedAt?.getTime() ?? 0)
  const unwinding = row.intendedEnd !== null || row.status === 'CANCELLING'
  const deadline = unwinding
    ? undefined
    : setTimeout(() => interrupt('deadline'), Math.min(runMs, longestTimerMs)).unref()

  const events: AttemptEvents = {
    heard: (message) => hear(message),
    died: (ending, alone) => next.resolve({ kind: 'died', ending, alone }),
  }

  function hear(message: Parameters<AttemptEvents['heard']>[0]) {
    switch (message.say) {
      case 'news':
        state.progress = message.progress ?? state.progress
        if (message.progress || message.lines.length > 0) {
          telling = tell({ operationId, attempt, progress: message.progress, lines: message.lines })
        }
        return
      case 'ask':
        return void answer(message)
      case 'hint':
        return engine.hints.tell(message.kind, message.operationId)
      case 'finishing':
        finishing = true
        return
      case 'refused':
        return refused(message.step)
      case 'outcome':
        if (message.outcome.kind === 'threw') state.progress = message.outcome.progress ?? state.progress
        return next.resolve({ kind: 'outcome', outcome: message.outcome })
      case 'unwound':
        state.progress = message.progress ?? state.progress
        return next.resolve({ kind: 'unwound', failed: message.failed })
    }
  }

  async function tell(news: News) {
    if ((await engine.writes.tell(news)) === 'refused') refused('tell')
  }

  async function answer({ question, about }: Extract<FromExecutor, { say: 'ask' }>) {
    if (about.ask === 'told') {
      await telling
      return executor.send({ say: 'reply', question, written: true })
    }
    try {
      const written = await persist(() => write(about), engine.stopped)
      if (!written) refused(about.ask)
      if (written && about.ask !== 'settle') state.owesUndo ||= about.ask === 'begin' || about.undoable
      executor.send({ say: 'reply', question, written })
    } catch (cause) {
      trouble(cause)
      const error = 'the step could not be recorded'
      executor.send({ say: 'reply', question, written: false, error, away: isAway(cause) })
    }
  }

  function write(about: StepQuestion) {
    const { db } = engine
    if (about.ask === 'begin') return beginStep(db, { operationId, attempt, ...about })
    if (about.ask === 'keep') return keepStep(db, { operationId, attempt, ...about })
    return settleUndo(db, { operationId, attempt, ...about })
  }

  function interrupt(kind: Interruption['kind']) {
    if (interruption) return
    interruption = kind
    executor.send({ say: 'interrupt', key, kind })
    // The truth does not wait for the handler: from now on nothing that it does counts. (An undo does: it must not run beside it.)
    if (kind === 'deadline' && !state.owesUndo) {
      timingOut = conclusion.fail(engine, state, timedOut(rule.timeoutSeconds), 'timeOut')
      timingOut.catch(trouble)
    }
    if (unwinding || compensating) return
    yielding = setTimeout(
      () => next.resolve({ kind: 'abandoned', interruption: kind }),
      cancelGraceSeconds * 1000,
    ).unref()
  }

  function refused(step: string) {
    telemetry.lateWriteRefused(engine.log, { ...conclusion.facts(state), step })
  }

  function trouble(cause: unknown) {
    telemetry.workerTroubled(engine.log, { workerId: row.workerId ?? '', doing: `attempt ${operationId}`, cause })
  }

  async function work() {
    executor.attempts.set(key, events)
    if (attempt > 1) await discardAll(engine, operationId)
    executor.send({ say: 'run', order: orderOf(row, actor, steps) })
    if (interruption) executor.send({ say: 'interrupt', key, kind: interruption })
    const end = await next.promise
    ended()
    clearTimeout(yielding)
    clearTimeout(deadline)
    next = Promise.withResolvers()
    // The end closes the history: what was said before must be in it.
    await telling
    const came = await conclude(end)
    if (came === 'unwind') await unwind(engine, state, compensation(end))
  }

  /** `unwind`: the operation is to end, and owes an undo first. */
  async function conclude(end: End): Promise<conclusion.Conclusion> {
    if (end.kind === 'unwound') return 'unwind'
    if (end.kind === 'died') return concludeCasualty(engine, state, end, unwinding)
    if (end.kind === 'abandoned') return abandon(end.interruption)
    if (timingOut && end.outcome.kind !== 'finished') {
      const ended = await timingOut
      if (ended !== 'unwind') return ended
    }
    const verdict = judge(end.outcome, { ...row, interruption, outages: await outagesBefore(end.outcome) })
    switch (verdict.step) {
      case 'finish':
        return conclusion.finish(engine, state, verdict.outcome)
      case 'confirm':
        return confirm()
      case 'fail':
        return failOrUnwind(verdict.failure)
      case 'timeOut':
        return failOrUnwind(timedOut(rule.timeoutSeconds), 'timeOut')
      case 'retry':
        return conclusion.retry(engine, state, verdict.delayMs, verdict.cause)
      case 'giveBack':
        return giveBack(verdict)
      case 'release':
        return conclusion.release(engine, state, 'the worker is stopping')
      case 'cancel':
        return conclusion.cancel(engine, state)
      case 'leave':
        return 'lost'
    }
  }

  let intended: Failure | undefined
  let charged = false
  function failOrUnwind(failure: Failure, step: 'fail' | 'timeOut' = 'fail') {
    intended = failure
    charged = step === 'fail'
    return conclusion.fail(engine, state, failure, step)
  }

  async function confirm(): Promise<conclusion.Conclusion> {
    const standing = await conclusion.confirm(engine, state)
    if (standing === 'CANCELLING') return conclusion.cancel(engine, state)
    if (standing !== 'RUNNING') return standing
    const message = 'the transaction that ctx.finish was called in was not committed'
    const error = { kind: 'other' as const, detail: message, cause: { name: 'Error', message } }
    return conclude({ kind: 'outcome', outcome: { kind: 'threw', error } })
  }

  /** Not read for any other outcome. */
  async function outagesBefore(outcome: WireOutcome): Promise<number> {
    if (outcome.kind !== 'threw' || outcome.error.kind !== 'away') return 0
    return persist(() => countReason(engine.db, operationId, outage), engine.stopped)
  }

  /** The connection may have broken after its transaction had completed the operation. */
  async function giveBack(why: { delayMs: number; cause: unknown }): Promise<conclusion.Conclusion> {
    const standing = finishing ? await conclusion.confirm(engine, state) : 'RUNNING'
    if (standing === 'CANCELLING') return conclusion.cancel(engine, state)
    if (standing !== 'RUNNING') return standing
    return conclusion.release(engine, state, outage, why)
  }

  /** The handler is left to itself: its process gets nothing more, and is ended soon. */
  async function abandon(kind: Interruption['kind']): Promise<conclusion.Conclusion> {
    telemetry.handlerAbandoned(engine.log, { ...conclusion.facts(state), reason: kind })
    executor.attempts.delete(key)
    executor.retire(neighboursMs)
    if (kind === 'cancel') {
      const ended = await conclusion.cancel(engine, state)
      return ended === 'unwind' ? leaveToUnwind(engine, state, undefined) : ended
    }
    if (kind !== 'deadline') return 'lost'
    const ended = await (timingOut ?? conclusion.fail(engine, state, timedOut(rule.timeoutSeconds), 'timeOut'))
    return ended === 'unwind' ? leaveToUnwind(engine, state, timedOut(rule.timeoutSeconds)) : ended
  }

  function compensation(end: End): Unwinding {
    return {
      failure: intended,
      charged,
      already: unwinding && end.kind === 'unwound' ? end.failed : undefined,
      async run() {
        compensating = true
        executor.send({ say: 'unwind', key })
        return next.promise
      },
    }
  }

  const done = work()
    .catch(trouble)
    .finally(() => {
      clearTimeout(deadline)
      clearTimeout(yielding)
      executor.attempts.delete(key)
      executor.send({ say: 'close', key })
    })
  return { operationId, attempt, isFinishing: () => finishing, interrupt, done }
}

export function timedOut(timeoutSeconds: number): Failure {
  return { code: 'TIMEOUT', detail: `The operation ran longer than its ${timeoutSeconds} seconds.` }
}

function orderOf(row: OperationRow, actor: string, steps: StepRow[]): Order {
  const { operationId, ownerId, type, attempt, input, startedAt, intendedEnd, status, progress } = row
  const unwinding = intendedEnd !== null || status === 'CANCELLING'
  return {
    key: `${operationId}/${attempt}`,
    operationId,
    ownerId,
    type,
    attempt,
    actor,
    input: input as Record<string, unknown>,
    claimedAt: startedAt?.getTime() ?? Date.now(),
    steps: steps.map(({ name, state, undoable, result }) => ({ name, state, undoable, result })),
    ...(unwinding ? { unwind: { progress } } : {}),
  }
}
