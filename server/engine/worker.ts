import { claim, claimCancelled, held, type OperationRow, startDue } from '../database/claims.ts'
import { stepsOf } from '../database/steps.ts'
import * as telemetry from '../telemetry/events.ts'
import { type Running, startAttempt } from './attempt.ts'
import { release } from './conclusion.ts'
import { drainWorker } from './drain.ts'
import { createExecutors } from './executors.ts'
import { holdLease } from './lease.ts'
import { giveBack, maintain } from './maintenance.ts'
import { openEngine, type WorkerOptions } from './options.ts'
import { figures } from './rules.ts'
import { type Bell, createBell, within } from './timing.ts'
import { unwindSeconds } from './unwinding.ts'

export type { WorkerOptions } from './options.ts'

export type Worker = {
  /**
   * Stops: claims nothing more, lets running operations go on, tells them to stop (`shutdown`) shortly before the deadline, and
   * puts what is left back into the queue, uncharged. Returns within `deadlineMs`, whatever hangs; then no executor is left.
   */
  drain(deadlineMs: number): Promise<void>
}

/** Starts claiming and running operations, at once and until drained. Never throws: what fails is logged and tried again. */
export function startWorker(options: WorkerOptions): Worker {
  const { hints, log, concurrency = 10, leaseSeconds = 15, pollMs = 1000, ownerCap } = options
  const stop = new AbortController()
  const { engine, types, open, count, attempts, rssLimitBytes } = openEngine(options, stop.signal, trouble)
  const { db, rules } = engine
  const running = new Map<string, Running>()
  /** Attempts whose handler has not ended; the writing of ends goes on beside the next. */
  const busy = new Set<string>()
  /** Rises when a claim begins and when it ends: odd while one is on its way. */
  let claims = 0
  let nextDueMs = pollMs
  let gatherUntilMs = 0
  let draining = false

  const work = createBell()
  const news = createBell()
  const due = createBell()
  const upkeep = createBell()
  const executors = createExecutors({
    open,
    count,
    attempts,
    rssLimitBytes,
    ready: work.ring,
    ended: ({ why }, attempts) => telemetry.executorEnded(log, { workerId: lease.workerId() ?? '', why, attempts }),
  })
  const lease = holdLease({
    db,
    leaseMs: leaseSeconds * 1000,
    started(workerId) {
      telemetry.workerStarted(log, { workerId, concurrency, types })
      work.ring()
    },
    lost(workerId) {
      telemetry.leaseLost(log, { workerId, running: running.size })
      for (const attempt of running.values()) attempt.interrupt('lease-lost')
    },
    troubled: (cause) => trouble('heartbeat', cause),
  })

  function trouble(doing: string, cause: unknown) {
    if (!stop.signal.aborted) telemetry.workerTroubled(log, { workerId: lease.workerId() ?? '', doing, cause })
  }

  const runSeconds = figures(rules, (rule) => rule.timeoutSeconds, types)

  function freeSlots() {
    return Math.min(concurrency - busy.size, 2 * concurrency - running.size)
  }

  async function claimWith(query: typeof claim | typeof claimCancelled) {
    const workerId = lease.workerId()
    const limit = freeSlots()
    if (draining || !workerId || limit <= 0 || !executors.ready()) return
    // After a full claim there is more: a few milliseconds later for many is better than at once for one.
    if (limit < 0.8 * concurrency && performance.now() < gatherUntilMs) {
      setTimeout(work.ring, gatherMs)
      return
    }
    claims += 1
    try {
      const rows = await query(db, { workerId, limit, runSeconds, unwindSeconds, ownerCap })
      hints.tell('moved', ...rows.map(({ operationId }) => operationId))
      gatherUntilMs = rows.length === limit ? performance.now() + gatherMs : 0
      // A first attempt has no steps yet, unless it repeats another operation.
      const known = await stepsOf(
        db,
        rows.filter(({ attempt, retryOf }) => attempt > 1 || retryOf).map(({ operationId }) => operationId),
      )
      const steps = Map.groupBy(known, ({ operationId }) => operationId)
      for (const row of rows) start(row, workerId, steps.get(row.operationId) ?? [])
    } finally {
      claims += 1
    }
  }

  function start(row: OperationRow, workerId: string, steps: Awaited<ReturnType<typeof stepsOf>>) {
    const rule = rules[row.type]
    if (!rule) return
    const { operationId, type, attempt } = row
    telemetry.operationClaimed(log, { operationId, type, attempt, workerId })
    const executor = executors.place(row.alone)
    const key = `${operationId}/${attempt}`
    const ended = () => {
      if (busy.delete(key)) work.ring()
    }
    busy.add(key)
    const begun = executor
      ? startAttempt(engine, executor, { row, rule, steps, ended })
      : postponed(row, release(engine, stateOf(row, rule), 'no process is free to run it alone', { delayMs: 1000 }))
    running.set(key, begun)
    void begun.done.then(() => {
      running.delete(key)
      busy.delete(key)
      work.ring()
    })
  }

  function stateOf(row: OperationRow, rule: (typeof rules)[string]) {
    const actor = `worker:${row.workerId}`
    return { row, rule, actor, progress: undefined, owesUndo: row.owesUndo, startedMs: performance.now() }
  }

  /** Learns what only the rows know: cancels, operations taken away, and ones held here that nothing here runs. */
  async function compare() {
    const workerId = lease.workerId()
    if (!workerId) return
    const claimsBefore = claims
    const before = new Map(running)
    const rows = await held(db, workerId)
    const statuses = new Map(rows.map((row) => [`${row.operationId}/${row.attempt}`, row.status]))
    for (const [key, attempt] of before) {
      const status = statuses.get(key)
      if (status === 'CANCELLING') attempt.interrupt('cancel')
      else if (status === undefined && !attempt.isFinishing()) attempt.interrupt('lease-lost')
    }
    // The answer of a claim, or the last write of an attempt, was lost on its way. (Not while a claim is on its way.)
    if (claimsBefore === claims && claims % 2 === 0) {
      const strays = rows.filter(({ operationId, attempt }) => !before.has(`${operationId}/${attempt}`))
      for (const row of strays) await giveBack(engine, row, `worker:${workerId}`, 'the worker does not run it')
    }
    await claimWith(claimCancelled)
  }

  async function startWhatIsDue() {
    nextDueMs = pollMs
    const due = await startDue(db, dueBatch)
    if (due.started > 0) work.ring()
    nextDueMs = due.started === dueBatch ? 0 : Math.min(pollMs, Math.max(1, Math.ceil(due.nextMs ?? pollMs)))
  }

  async function maintainOnce() {
    const workerId = lease.workerId()
    if (workerId) await maintain(engine, leaseSeconds, `worker:${workerId}`)
  }

  /** Does `round` until the worker stops: when the bell rings, and at the latest after `nextMs`. */
  async function repeat(doing: string, bell: Bell, round: () => Promise<void>, nextMs = () => pollMs) {
    while (!stop.signal.aborted) {
      await within(roundMs, round(), doing).catch((cause) => trouble(doing, cause))
      await bell.heard(nextMs())
    }
  }

  void repeat('claim', work, () => claimWith(claim))
  void repeat('compare', news, compare)
  void repeat('start what is due', due, startWhatIsDue, () => nextDueMs)
  // Lost workers are found well within half a lease of theirs.
  void repeat('maintain', upkeep, maintainOnce, () => Math.min(pollMs, leaseSeconds * 100))

  // Without a free slot a hint is of no use; the slot's release looks at the queue anyway. The jitter lets one of many
  // workers be first, so that the others find nothing to wait for.
  const deafen = [
    hints.listen('submitted', () => {
      if (freeSlots() > 0) setTimeout(work.ring, Math.random() * 3)
    }),
    hints.listen('changed', (operationIds) => {
      const mine = new Set([...running.values()].map((attempt) => attempt.operationId))
      if (operationIds.some((operationId) => mine.has(operationId))) news.ring()
    }),
  ]

  async function drain(deadlineMs: number) {
    draining = true
    await drainWorker({ engine, running, lease, claiming: () => claims % 2 === 1, trouble }, deadlineMs)
    stop.abort()
    executors.close()
    for (const stopListening of deafen) stopListening()
    for (const bell of [work, news, due, upkeep]) bell.ring()
  }

  let drained: Promise<void> | undefined
  return {
    drain(deadlineMs) {
      drained ??= drain(deadlineMs)
      return drained
    },
  }
}

const dueBatch = 1000
const gatherMs = 10
/** No round takes this long but on a connection that will never answer; the next round gets another one. */
const roundMs = 30_000

/** What fills a slot for the moment that it takes to give an operation back. */
function postponed({ operationId, attempt }: OperationRow, released: Promise<unknown>): Running {
  const done = released.then(
    () => {},
    () => {},
  )
  return { operationId, attempt, isFinishing: () => false, interrupt: () => {}, done }
}
