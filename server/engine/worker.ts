import { formatId } from '../contract/ids.ts'
import type { ClaimedRow } from '../database/operations/attempt-columns.ts'
import { attemptsOf, claim, claimCancelled } from '../database/operations/claim.ts'
import type { DependencyRow } from '../database/operations/dependencies.ts'
import { type StepRow, stepsOf } from '../database/operations/steps.ts'
import { SealBroken } from '../database/sealed.ts'
import { entryPoint } from '../lib/package.ts'
import { createSignal, type Signal } from '../lib/signal.ts'
import { withTimeout } from '../lib/timeout.ts'
import * as telemetry from '../telemetry/events.ts'
import * as recorded from '../telemetry/recorded.ts'
import { isTracing, startAttempt as startAttemptSpan } from '../telemetry/traces.ts'
import { type RunningAttempt, startAttempt } from './attempt/attempt.ts'
import { compensationSeconds } from './attempt/compensate.ts'
import { release } from './attempt/complete.ts'
import { endUnreadable, readInput } from './attempt/unreadable-input.ts'
import { type AttemptContext, createAttemptContext, facts } from './context.ts'
import { createRecount, dependenciesOf } from './dependents.ts'
import { drainWorker } from './drain.ts'
import { createDueStarter } from './due.ts'
import { createExecutorPool } from './executor/pool.ts'
import { createKeyRelease } from './free-keys.ts'
import { holdLease } from './lease/lease.ts'
import { maintain, recover } from './maintenance.ts'
import { openEngine, type WorkerOptions } from './options.ts'
import { figures } from './rules.ts'
import { openAdmission } from './schedules/admission.ts'
import { fireSchedules } from './schedules/fire.ts'

export type { WorkerOptions } from './options.ts'

export type Worker = {
  /**
   * Stops claiming, lets running operations continue, interrupts them (`shutdown`) shortly before the deadline, and returns what is left to
   * the queue, uncharged. Resolves within `deadlineMs` in any case; no executor is left then.
   */
  drain(deadlineMs: number): Promise<void>
}

/** After a full claim the next one waits this long, so that it claims many at once. */
const batchMs = 10
/** A round that takes longer has lost its connection; the next round gets another one. */
const roundMs = 30_000
/** A `submitted` notification is delayed by up to this long at random, so that one of many workers claims first. */
const jitterMs = 3

/** Claims and runs operations until drained. Never throws: errors are logged and the work is retried. */
export function startWorker(options: WorkerOptions): Worker {
  const { notifications, log, concurrency = 10, leaseSeconds = 15, pollMs = 1000, ownerCap } = options
  const { leaseThread = entryPoint('lease-thread') } = options
  const stop = new AbortController()
  const work = createSignal()
  const changes = createSignal()
  const due = createSignal()
  const maintenance = createSignal()
  const firing = createSignal()
  // Later times are found by a round.
  const onDelayed = (ms: number) => {
    if (ms < pollMs) due.notifyIn(ms)
  }
  const opened = openEngine(options, stop.signal, logError, onDelayed)
  const { engine, types, open, count, attempts, rssLimitBytes, maxSolo } = opened
  const { db, rules } = engine
  const running = new Map<string, RunningAttempt>()
  /** Attempts whose handler has not ended. Outcomes are written while the next attempts run. */
  const busy = new Set<string>()
  /** Incremented when a claim starts and when it ends, so it is odd while a claim is in progress. */
  let claims = 0
  let nextDueMs = pollMs
  let nextFireMs = pollMs
  let batchUntilMs = 0
  let draining = false
  /** Of the last wake, until it is known whether this worker runs the operations. */
  let pass: (() => void) | undefined

  const recount = createRecount(db)
  recorded.workerSlots([], concurrency)
  const executors = createExecutorPool({
    open,
    count,
    attempts,
    rssLimitBytes,
    maxSolo,
    onReady: work.notify,
    onSpawn: () => recorded.executorsRunning([], 1),
    onEnd: () => recorded.executorsRunning([], -1),
    onExit: (reason, attempts) => telemetry.executorExited(log, { workerId: lease.workerId() ?? '', reason, attempts }),
  })
  const lease = holdLease({
    url: options.connection.url,
    leaseMs: leaseSeconds * 1000,
    thread: leaseThread,
    onStart(workerId) {
      telemetry.workerStarted(log, { workerId, concurrency, types })
      work.notify()
      // Without a lease, a round looks for delayed operations only.
      due.notify()
    },
    onLost(workerId) {
      telemetry.leaseLost(log, { workerId, running: running.size })
      for (const attempt of running.values()) attempt.interrupt('lease-lost')
    },
    onError: (cause) => logError('heartbeat', cause),
  })

  function logError(doing: string, cause: unknown) {
    if (!stop.signal.aborted) telemetry.workerError(log, { workerId: lease.workerId() ?? '', doing, cause })
  }

  const runSeconds = figures(rules, (rule) => rule.timeoutSeconds, types)

  function freeSlots() {
    return Math.min(concurrency - busy.size, 2 * concurrency - running.size)
  }

  const canClaim = () => !draining && lease.workerId() !== undefined && freeSlots() > 0 && executors.ready()

  /** Notifies all workers if a wake came to this one alone and it cannot run all of the operations. */
  function passWake() {
    pass?.()
    pass = undefined
  }

  async function claimWith(query: typeof claim | typeof claimCancelled) {
    const workerId = lease.workerId()
    const limit = freeSlots()
    if (!workerId || !canClaim()) return passWake()
    if (limit < 0.8 * concurrency && performance.now() < batchUntilMs) {
      setTimeout(work.notify, batchMs)
      return
    }
    claims += 1
    const claimedMs = performance.now()
    const passOn = pass
    pass = undefined
    try {
      const withBodies = notifications.carriesEvents()
      const rows = await query(db, { workerId, limit, runSeconds, compensationSeconds, ownerCap }, withBodies)
      recorded.claimSeconds([], (performance.now() - claimedMs) / 1000)
      notifications.publish(rows)
      batchUntilMs = rows.length === limit ? performance.now() + batchMs : 0
      // There may be more operations than this worker has slots for.
      if (rows.length === limit) passOn?.()
      const steps = await recordedSteps(rows)
      const dependencies = await dependenciesOf(db, rows)
      for (const row of rows) {
        start(row, { steps: steps.get(row.operationId) ?? [], dependencies: dependencies.get(row.operationId) })
      }
    } catch (error) {
      passOn?.()
      throw error
    } finally {
      claims += 1
    }
  }

  /** A first attempt has no recorded steps, unless the operation is a retry of another one. */
  async function recordedSteps(rows: readonly ClaimedRow[]): Promise<Map<string, StepRow[]>> {
    const repeated = rows.filter(({ attempt, retryOf }) => attempt > 1 || retryOf)
    if (repeated.length === 0) return new Map()
    const steps = await stepsOf(
      db,
      repeated.map(({ operationId }) => operationId),
    )
    return Map.groupBy(steps, ({ operationId }) => operationId)
  }

  function start(row: ClaimedRow, earlier: { steps: StepRow[]; dependencies: DependencyRow[] | undefined }) {
    const context = createAttemptContext(engine, row)
    if (!context) return
    const { operationId, type, attempt, traceContext } = row
    if (isTracing()) startSpan(context, traceContext)
    telemetry.operationClaimed(log, { ...facts(context), workerId: row.workerId ?? '' })
    // Of a dependent, the time at which its dependencies ended is not known.
    if (attempt === 1 && !row.dependsOn) recorded.queueSeconds([type], Math.max(0, row.waitedSeconds))
    recorded.attemptsRunning([], 1)
    const key = `${operationId}/${attempt}`
    const onHandlerEnd = () => {
      if (busy.delete(key)) work.notify()
    }
    busy.add(key)
    const input = readInput(engine, row)
    const executor = input instanceof SealBroken ? undefined : executors.place(row.alone)
    const started =
      input instanceof SealBroken
        ? ended(row, endUnreadable(context, input))
        : executor
          ? startAttempt(context, executor, { row, input, ...earlier, onHandlerEnd })
          : ended(row, release(context, 'no executor is free to run it alone', { delayMs: 1000 }))
    running.set(key, started)
    void started.done.then(() => {
      running.delete(key)
      busy.delete(key)
      recorded.attemptsRunning([], -1)
      recorded.attemptSeconds([type], (performance.now() - context.startedMs) / 1000)
      context.span?.end()
      work.notify()
    })
  }

  /** Compares the running attempts with the rows: finds cancels, lost operations, and operations that this worker does not run. */
  async function compare() {
    const workerId = lease.workerId()
    if (!workerId) return
    const claimsBefore = claims
    const before = new Map(running)
    const rows = await attemptsOf(db, workerId)
    const statuses = new Map(rows.map((row) => [`${row.operationId}/${row.attempt}`, row.status]))
    for (const [key, attempt] of before) {
      const status = statuses.get(key)
      if (status === 'CANCELLING') attempt.interrupt('cancel')
      else if (status === undefined && !attempt.isFinishing()) attempt.interrupt('lease-lost')
    }
    // The response to a claim, or the last write of an attempt, was lost. Skipped when a claim was in progress meanwhile.
    if (claimsBefore === claims && claims % 2 === 0) {
      const strays = rows.filter(({ operationId, attempt }) => !before.has(`${operationId}/${attempt}`))
      for (const row of strays) await recover(engine, row, actorOf(), 'the worker does not run it')
    }
    await claimWith(claimCancelled)
  }

  const actorOf = () => `worker:${lease.workerId()}`

  const dueStarter = createDueStarter(engine, { pollMs, onStarted: work.notify })

  async function startWhatIsDue() {
    nextDueMs = pollMs
    nextDueMs = await dueStarter.round(lease.workerId() && actorOf())
  }

  const schedules = { engine, admission: openAdmission(db, options), onError: logError }

  async function fireOnce() {
    nextFireMs = pollMs
    const nextMs = draining ? undefined : await fireSchedules(schedules)
    nextFireMs = Math.min(pollMs, Math.max(0, Math.ceil(nextMs ?? pollMs)))
  }

  const releaseFreeKeys = createKeyRelease(db)

  async function maintainOnce() {
    if (!lease.workerId()) return
    await maintain(engine, leaseSeconds, actorOf())
    await recount()
    if ((await releaseFreeKeys()) > 0) work.notify()
  }

  /** Runs `round` until the worker stops: when `signal` is notified, and at least every `nextMs`. */
  async function repeat(doing: string, signal: Signal, round: () => Promise<void>, nextMs = () => pollMs) {
    while (!stop.signal.aborted) {
      await withTimeout(round(), roundMs, doing).catch((cause) => logError(doing, cause))
      await signal.wait(nextMs())
    }
  }

  void repeat('claim', work, () => claimWith(claim))
  void repeat('compare', changes, compare)
  void repeat('start what is due', due, startWhatIsDue, () => nextDueMs)
  void repeat('fire schedules', firing, fireOnce, () => nextFireMs)
  // Lost workers are detected well within half of their lease.
  void repeat('maintain', maintenance, maintainOnce, () => Math.min(pollMs, leaseSeconds * 100))

  const stopListening = [
    // Without a free slot the notification is useless: a slot that becomes free starts a claim anyway.
    notifications.listen('submitted', () => {
      if (freeSlots() > 0) setTimeout(work.notify, Math.random() * jitterMs)
    }),
    // This worker was chosen, so it need not let others claim first.
    notifications.listenForWakes(types, (passOn) => {
      pass = passOn
      if (canClaim()) work.notify()
      else passWake()
    }),
    // At random, so that of many workers one starts what is due.
    notifications.listen('due', () => void setTimeout(due.notify, Math.random() * jitterMs)),
    notifications.listen('changed', (operationIds) => {
      const own = new Set([...running.values()].map((attempt) => attempt.operationId))
      if (operationIds.some((operationId) => own.has(operationId))) changes.notify()
    }),
  ]

  async function drain(deadlineMs: number) {
    draining = true
    await drainWorker({ engine, running, lease, isClaiming: () => claims % 2 === 1, logError }, deadlineMs)
    stop.abort()
    recorded.workerSlots([], -concurrency)
    executors.close()
    for (const stopOne of stopListening) stopOne()
    for (const signal of [work, changes, due, maintenance, firing]) signal.notify()
  }

  let drained: Promise<void> | undefined
  return {
    drain(deadlineMs) {
      drained ??= drain(deadlineMs)
      return drained
    },
  }
}

function startSpan(context: AttemptContext, traceContext: string | null) {
  const { operationId, type, attempt } = context.row
  const span = startAttemptSpan({
    type,
    operationId: formatId('operation', operationId),
    attempt,
    context: traceContext,
  })
  context.span = span
  context.traceId = span?.traceId
}

/** Occupies a slot while the end of an attempt that did not run is written. */
function ended({ operationId, attempt }: ClaimedRow, writing: Promise<unknown>): RunningAttempt {
  const done = writing.then(
    () => {},
    () => {},
  )
  return { operationId, attempt, isFinishing: () => false, interrupt: () => {}, done }
}
