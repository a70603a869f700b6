import { callbackKey } from '../../contract/callback-token.ts'
import type { ClaimedRow } from '../../database/operations/attempt-columns.ts'
import type { DependencyRow } from '../../database/operations/dependencies.ts'
import type { OpenedInput } from '../../database/operations/sealed-input.ts'
import type { StepRow } from '../../database/operations/steps.ts'
import { cancelGraceSeconds } from '../../domain/schedule.ts'
import type { Interruption } from '../../handlers/define.ts'
import { setGrace } from '../../lib/timeout.ts'
import * as telemetry from '../../telemetry/events.ts'
import { operationsCancelled, operationsSubmitted } from '../../telemetry/recorded.ts'
import { type AttemptContext, facts } from '../context.ts'
import type { AttemptListener, AttemptMessage, Executor, ExecutorExit } from '../executor/pool.ts'
import { type AttemptOrder, type FromExecutor, type HandlerError, orderOf } from '../executor/protocol.ts'
import { finishCompensation, requeueToCompensate, startCompensation } from './compensate.ts'
import * as complete from './complete.ts'
import { handleExecutorExit } from './executor-exit.ts'
import { decideOnError, type Failure, isOutage, type Outcome, problemOf, timeout } from './outcome.ts'
import { createReportedWrites, logAttemptError, logRefused, type ReportedWrites } from './reported.ts'

type TransitionResult = complete.TransitionResult

/** Of the operations that a handler creates or ends. */
const counters = { submitted: operationsSubmitted, cancelled: operationsCancelled }

/** The maximum of `setTimeout`. Maintenance enforces longer deadlines. */
const longestTimerMs = 2 ** 31 - 1
/** The time that the other attempts of an executor have to end before it is killed because of an abandoned one. */
const neighboursMs = 10_000

/** An attempt that occupies one of the worker's slots. */
export type RunningAttempt = {
  operationId: string
  attempt: number
  /** Whether the handler is completing the operation in its own transaction; the row may then be ahead of the worker. */
  isFinishing(): boolean
  /** Interrupts the handler. Only the first call has an effect. */
  interrupt(kind: Interruption['kind']): void
  /** Resolves when the slot is free: everything is written, or the attempt was abandoned. Never rejects. */
  done: Promise<void>
}

type Start = {
  row: ClaimedRow
  input: OpenedInput
  steps: readonly StepRow[]
  /** Undefined: it has none. */
  dependencies?: DependencyRow[] | undefined
  /** Called when the handler has ended, before its outcome is written. */
  onHandlerEnd(): void
}

export function startAttempt(context: AttemptContext, executor: Executor, start: Start): RunningAttempt {
  const { operationId, attempt } = start.row
  const run = new AttemptRun(context, executor, start)
  return {
    operationId,
    attempt,
    isFinishing: () => run.finishing,
    interrupt: (kind) => run.interrupt(kind),
    done: run.run(),
  }
}

/** One attempt on the worker's side: sends it to an executor, writes what the executor reports, and records the outcome. */
class AttemptRun implements AttemptListener {
  readonly context: AttemptContext
  readonly executor: Executor
  readonly start: Start
  readonly order: AttemptOrder
  finishing = false
  private readonly reported: ReportedWrites
  private compensating = false
  private interruption: Interruption['kind'] | undefined
  private nextOutcome = Promise.withResolvers<Outcome>()
  /** The write of TIMEOUT, which does not wait for the handler. */
  private timeOut: Promise<TransitionResult> | undefined
  /** The failure to record after compensation. */
  private intended: { failure: Failure; charged: boolean } | undefined
  private deadlineTimer: NodeJS.Timeout | undefined
  private clearGrace = () => {}

  constructor(context: AttemptContext, executor: Executor, start: Start) {
    this.context = context
    this.executor = executor
    this.start = start
    this.reported = createReportedWrites(context)
    this.order = orderOf(start.row, start.input, context.actor, start, {
      callbackKey: callbackKeyOf(context),
      traceContext: context.span?.context ?? start.row.traceContext,
    })
  }

  async run(): Promise<void> {
    const { context, executor, order } = this
    this.startDeadlineTimer()
    try {
      executor.attempts.set(order.key, this)
      if (order.attempt > 1) await complete.discardFiles(context.engine, order.operationId)
      executor.send({ type: 'run', order })
      if (this.interruption) executor.send({ type: 'interrupt', key: order.key, kind: this.interruption })
      const outcome = await this.outcome()
      this.start.onHandlerEnd()
      this.clearTimers()
      // The terminal event is the last one of the operation.
      await this.reported.flushed()
      const recorded = await this.record(outcome)
      const result = recorded === 'owesCompensation' ? await this.compensate() : recorded
      context.span?.ended(result)
    } catch (cause) {
      logAttemptError(this.context, cause)
    } finally {
      this.clearTimers()
      executor.attempts.delete(order.key)
      executor.send({ type: 'close', key: order.key })
    }
  }

  receive(message: AttemptMessage): void {
    switch (message.type) {
      case 'progress':
        this.writeProgress(message)
        return
      case 'request':
        void this.respond(message)
        return
      case 'notify':
        this.context.engine.notifications.notify(message.kind, message.operationId)
        return
      case 'count':
        counters[message.kind]([message.operationType])
        return
      case 'finishing':
        this.finishing = true
        return
      case 'refused':
        logRefused(this.context, message.write)
        return
      case 'outcome':
        // The progress of a result is complete only if the result can be stored.
        if (message.outcome.kind === 'threw' || message.outcome.kind === 'waiting')
          this.setProgress(message.outcome.progress)
        this.nextOutcome.resolve(message.outcome)
        return
      case 'compensated':
        this.setProgress(message.progress)
        this.nextOutcome.resolve({ kind: 'compensated', failedSteps: message.failedSteps })
    }
  }

  exited(exit: ExecutorExit, alone: boolean): void {
    this.nextOutcome.resolve({ kind: 'executorExit', exit, alone })
  }

  interrupt(kind: Interruption['kind']): void {
    if (this.interruption) return
    this.interruption = kind
    this.executor.send({ type: 'interrupt', key: this.order.key, kind })
    // TIMEOUT is written at once, whatever the handler does. With steps to compensate the handler must stop first: its steps and their
    // compensation must not overlap.
    if (kind === 'deadline' && !this.context.owesCompensation) {
      this.timeOut = complete.fail(this.context, this.timeoutFailure(), 'timeOut')
      this.timeOut.catch((cause) => logAttemptError(this.context, cause))
    }
    if (this.order.compensate || this.compensating) return
    const abandon = () => this.nextOutcome.resolve({ kind: 'abandoned', interruption: kind })
    this.clearGrace = setGrace(abandon, cancelGraceSeconds * 1000)
  }

  private startDeadlineTimer() {
    const { deadlineAt, startedAt } = this.start.row
    if (this.order.compensate) return
    const runMs = (deadlineAt?.getTime() ?? Infinity) - (startedAt?.getTime() ?? 0)
    this.deadlineTimer = setTimeout(() => this.interrupt('deadline'), Math.min(runMs, longestTimerMs)).unref()
  }

  private clearTimers() {
    clearTimeout(this.deadlineTimer)
    this.clearGrace()
  }

  private async outcome(): Promise<Outcome> {
    const outcome = await this.nextOutcome.promise
    this.nextOutcome = Promise.withResolvers()
    return outcome
  }

  private setProgress(progress: AttemptContext['progress']) {
    this.context.progress = progress ?? this.context.progress
  }

  private writeProgress({ progress, change, lines }: Extract<FromExecutor, { type: 'progress' }>) {
    this.setProgress(progress)
    this.reported.progress({ progress, change, lines })
  }

  private async respond({ id, request }: Extract<FromExecutor, { type: 'request' }>) {
    const response = await this.reported.respond(request)
    if (response.result === 'written' && request.write !== 'flush') this.context.span?.wrote(request)
    this.executor.send({ type: 'response', id, response })
  }

  private async record(outcome: Outcome): Promise<TransitionResult> {
    const { context, order } = this
    switch (outcome.kind) {
      case 'compensated':
        return finishCompensation(context, outcome.failedSteps, context.row.intendedOutcome?.error)
      case 'executorExit':
        return handleExecutorExit(context, outcome, order.compensate)
      case 'abandoned':
        return this.abandon(outcome.interruption)
      case 'finished':
        return this.confirmFinish()
      case 'returned':
        return (await this.recordedTimeout()) ?? complete.finish(context, outcome)
      case 'threw':
        return (await this.recordedTimeout()) ?? this.recordError(outcome.error)
      case 'waiting':
        return (await this.recordedTimeout()) ?? this.wait(outcome)
    }
  }

  /** After an interruption the operation does not wait, unless the worker is only stopping. */
  private wait(outcome: Extract<Outcome, { kind: 'waiting' }>): Promise<TransitionResult> {
    const { context, interruption } = this
    if (interruption === undefined || interruption === 'shutdown') return complete.wait(context, outcome)
    const message = 'the operation waits'
    return this.recordError({ kind: 'other', detail: message, cause: { name: 'Suspension', message } })
  }

  /** The result of the deadline's TIMEOUT, unless steps must be compensated first. */
  private async recordedTimeout(): Promise<TransitionResult | undefined> {
    const result = await this.timeOut
    return result === 'owesCompensation' ? undefined : result
  }

  private async recordError(error: HandlerError): Promise<TransitionResult> {
    const { context, interruption } = this
    const { failures, maxAttempts } = context.row
    const outages = isOutage(error) ? await complete.countOutages(context, error.kind) : 0
    const decision = decideOnError(error, { interruption, failures, maxAttempts, outages })
    switch (decision.transition) {
      case 'fail':
        return this.fail(decision.failure, 'fail')
      case 'timeOut':
        return this.fail(this.timeoutFailure(), 'timeOut')
      case 'retry':
        return complete.retry(context, decision.delayMs, decision.failure)
      case 'release':
        if (decision.outage) return complete.releaseAfterOutage(context, decision.outage, this.finishing)
        return complete.release(context, 'the worker is stopping')
      case 'cancel':
        return complete.cancel(context)
      case undefined:
        return 'lost'
    }
  }

  private fail(failure: Failure, name: 'fail' | 'timeOut'): Promise<TransitionResult> {
    this.intended = { failure, charged: name === 'fail' }
    return complete.fail(this.context, failure, name)
  }

  private async confirmFinish(): Promise<TransitionResult> {
    const status = await complete.confirmFinish(this.context)
    if (status === 'CANCELLING') return complete.cancel(this.context)
    if (status !== 'RUNNING') return status
    const message = 'the transaction of ctx.finish was not committed'
    const error = { kind: 'other' as const, detail: message, cause: { name: 'Error', message } }
    return (await this.recordedTimeout()) ?? this.recordError(error)
  }

  /** Ends the attempt while its handler still runs: its executor gets no new attempts and is killed soon. */
  private async abandon(interruption: Interruption['kind']): Promise<TransitionResult> {
    const { context, executor, order } = this
    telemetry.handlerAbandoned(context.engine.log, { ...facts(context), reason: interruption })
    executor.attempts.delete(order.key)
    executor.retire(neighboursMs)
    if (interruption !== 'cancel' && interruption !== 'deadline') return 'lost'
    const failure = interruption === 'deadline' ? this.timeoutFailure() : undefined
    const result = failure
      ? await (this.timeOut ?? complete.fail(context, failure, 'timeOut'))
      : await complete.cancel(context)
    return result === 'owesCompensation' ? requeueToCompensate(context, failure) : result
  }

  private async compensate(): Promise<TransitionResult> {
    const { context, executor, order } = this
    const error = this.intended && problemOf(order.operationId, this.intended.failure)
    const status = await startCompensation(context, error, this.intended?.charged ?? false)
    if (status !== 'RUNNING' && status !== 'CANCELLING') return status
    this.compensating = true
    executor.send({ type: 'compensate', key: order.key })
    const outcome = await this.outcome()
    await this.reported.flushed()
    if (outcome.kind === 'executorExit') return handleExecutorExit(context, outcome, true)
    return finishCompensation(context, outcome.kind === 'compensated' ? outcome.failedSteps : [], error)
  }

  private timeoutFailure(): Failure {
    return timeout(this.context.rule.timeoutSeconds)
  }
}

/** Only operations that may wait for a callback get the key for its URL. */
function callbackKeyOf({ engine, row, rule }: AttemptContext): string | undefined {
  if (!rule.waits?.some(({ kind }) => kind === 'CALLBACK')) return undefined
  return callbackKey(engine.callbackSecret, row.operationId).toString('base64')
}
