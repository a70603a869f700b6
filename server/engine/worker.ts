import { setTimeout as sleep } from 'node:timers/promises'
import type { OperationType } from '../../generated/operations.ts'
import { claim, held, startDue } from '../database/claims.ts'
import type { Connection } from '../database/connect.ts'
import type { Hints } from '../database/hints.ts'
import type { OperationRow } from '../database/transitions.ts'
import type { FileStore } from '../files/store.ts'
import type { Handler } from '../handlers/define.ts'
import * as telemetry from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'
import { type Running, startAttempt } from './attempt.ts'
import { holdLease } from './lease.ts'
import { giveBack, maintain, recoverLost } from './maintenance.ts'
import { figures, type Handlers, isKnown, type Rules, specRules } from './rules.ts'
import type { Engine } from './state.ts'
import { type Bell, createBell, within } from './timing.ts'

export type WorkerOptions = {
  connection: Pick<Connection, 'db' | 'copyPool'>
  hints: Hints
  files: FileStore
  handlers: Handlers
  log: Log
  /** Operations that run at once; default 10. */
  concurrency?: number
  /** How long a worker may be silent before its operations are taken away; default 15. */
  leaseSeconds?: number
  /** How often the queue is looked at when no hint comes; default 1,000. */
  pollMs?: number
  /** The spec's figures by default. */
  rules?: Rules
}

export type Worker = {
  /**
   * Stops: claims nothing more, lets running operations go on, tells them to stop (`shutdown`) shortly before the deadline, and
   * puts what is left back into the queue, uncharged. Returns within `deadlineMs`, whatever hangs.
   */
  drain(deadlineMs: number): Promise<void>
}

/** The part of a drain that is kept for handlers to yield, and of that the part for the last writes. */
const yieldingMs = 5000
const writingMs = 1000

/** Starts claiming and running operations, at once and until drained. Never throws: what fails is logged and tried again. */
export function startWorker(options: WorkerOptions): Worker {
  const { connection, hints, handlers, log, concurrency = 10, leaseSeconds = 15, pollMs = 1000 } = options
  const { db, copyPool } = connection
  const rules = options.rules ?? specRules
  const stop = new AbortController()
  const engine: Engine = { db, copyPool, files: options.files, hints, log, rules, stopped: stop.signal }
  const types = Object.keys(handlers)
  const runSeconds = figures(rules, (rule) => rule.timeoutSeconds, types)
  const running = new Map<string, Running>()
  /** Rises when a claim begins and when it ends: odd while one is on its way. */
  let claims = 0
  let nextDueMs = pollMs
  let draining = false

  const work = createBell()
  const news = createBell()
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

  async function claimSome() {
    const workerId = lease.workerId()
    const limit = concurrency - running.size
    if (draining || !workerId || limit <= 0) return
    claims += 1
    try {
      for (const row of await claim(db, { workerId, limit, runSeconds })) {
        if (isKnown(rules, row.type)) start(row.type, row, workerId)
      }
    } finally {
      claims += 1
    }
  }

  function start<T extends OperationType>(type: T, row: OperationRow, workerId: string) {
    const handler: Handler<T> | undefined = handlers[type]
    if (!handler) return
    const { operationId, attempt } = row
    telemetry.operationClaimed(log, { operationId, type, attempt, workerId })
    const key = keyOf(row)
    const started = startAttempt(engine, handler, type, row)
    running.set(key, started)
    void started.done.then(() => {
      running.delete(key)
      work.ring()
    })
  }

  /** Learns what only the rows know: cancels, operations taken away, and ones held here that nothing here runs. */
  async function compare() {
    const workerId = lease.workerId()
    if (!workerId) return
    const claimsBefore = claims
    const before = new Map(running)
    const rows = await held(db, workerId)
    const statuses = new Map(rows.map((row) => [keyOf(row), row.status]))
    for (const [key, attempt] of before) {
      const status = statuses.get(key)
      if (status === 'CANCELLING') attempt.interrupt('cancel')
      else if (status === undefined && !attempt.isFinishing()) attempt.interrupt('lease-lost')
    }
    // The answer of a claim, or the last write of an attempt, was lost on its way. (Not while a claim is on its way.)
    if (claimsBefore !== claims || claims % 2 === 1) return
    for (const row of rows.filter((row) => !before.has(keyOf(row)))) await giveBack(engine, row, `worker:${workerId}`)
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

  const due = createBell()
  const upkeep = createBell()
  void repeat('claim', work, claimSome)
  void repeat('compare', news, compare)
  void repeat('start what is due', due, startWhatIsDue, () => nextDueMs)
  void repeat('maintain', upkeep, maintainOnce)

  // Without a free slot a hint is of no use; the slot's release looks at the queue anyway. The jitter lets one of many
  // workers be first, so that the others find nothing to wait for.
  const deafen = [
    hints.listen('submitted', () => {
      if (running.size < concurrency) setTimeout(work.ring, Math.random() * 3)
    }),
    hints.listen('changed', (operationIds) => {
      const mine = new Set([...running.values()].map((attempt) => attempt.operationId))
      if (operationIds.some((operationId) => mine.has(operationId))) news.ring()
    }),
  ]

  /** Resolves when nothing runs and no claim is on its way, or the time is over. */
  async function idle(untilMs: number) {
    while (running.size > 0 || claims % 2 === 1) {
      const leftMs = untilMs - performance.now()
      if (leftMs <= 0) return
      const attempts = [...running.values()].map((attempt) => attempt.done)
      const pause = sleep(Math.min(leftMs, attempts.length > 0 ? leftMs : 10), undefined, { ref: false })
      // All of no attempts is at once: waiting for that would never let the claim's answer in.
      await (attempts.length > 0 ? Promise.race([pause, Promise.all(attempts)]) : pause)
    }
  }

  async function drain(deadlineMs: number) {
    const untilMs = performance.now() + deadlineMs
    draining = true
    await idle(untilMs - Math.min(yieldingMs, deadlineMs / 2))
    for (const attempt of running.values()) attempt.interrupt('shutdown')
    await idle(untilMs - Math.min(writingMs, deadlineMs / 4))
    const giveBackAll = async () => {
      const workerId = await lease.end()
      if (!workerId) return
      const released = await recoverLost(engine, `worker:${workerId}`, 'the worker is stopping')
      telemetry.workerStopped(log, { workerId, released })
    }
    await within(Math.max(1, untilMs - performance.now()), giveBackAll(), 'giving operations back').catch((cause) =>
      trouble('drain', cause),
    )
    stop.abort()
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
/** No round takes this long but on a connection that will never answer; the next round gets another one. */
const roundMs = 30_000

function keyOf({ operationId, attempt }: { operationId: string; attempt: number }) {
  return `${operationId}/${attempt}`
}
