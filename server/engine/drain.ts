import { setTimeout as sleep } from 'node:timers/promises'
import { withTimeout } from '../lib/timeout.ts'
import * as telemetry from '../telemetry/events.ts'
import type { RunningAttempt } from './attempt/attempt.ts'
import type { Engine } from './context.ts'
import type { Lease } from './lease/lease.ts'
import { recoverLost } from './maintenance.ts'

/** The last part of a drain, in which handlers are interrupted, and the part of that for the last writes. */
const interruptMs = 5000
const releaseMs = 1000

type DrainedWorker = {
  engine: Engine
  running: ReadonlyMap<string, RunningAttempt>
  lease: Lease
  /** Whether a claim is in progress: its operations are not in `running` yet. */
  isClaiming(): boolean
  logError(doing: string, cause: unknown): void
}

/** Waits for the running attempts, then interrupts them, then releases what is left. Resolves within `deadlineMs`. */
export async function drainWorker(worker: DrainedWorker, deadlineMs: number): Promise<void> {
  const { engine, running, lease, logError } = worker
  const untilMs = performance.now() + deadlineMs
  await idle(worker, untilMs - Math.min(interruptMs, deadlineMs / 2))
  for (const attempt of running.values()) attempt.interrupt('shutdown')
  await idle(worker, untilMs - Math.min(releaseMs, deadlineMs / 4))
  const releaseAll = async () => {
    const workerId = await lease.end()
    if (!workerId) return
    const released = await recoverLost(engine, `worker:${workerId}`, 'the worker is stopping')
    telemetry.workerStopped(engine.log, { workerId, released })
  }
  const leftMs = Math.max(1, untilMs - performance.now())
  await withTimeout(releaseAll(), leftMs, 'releasing operations').catch((cause) => logError('drain', cause))
}

/** Resolves when nothing runs and no claim is in progress, or at `untilMs`. */
async function idle({ running, isClaiming }: DrainedWorker, untilMs: number) {
  while (running.size > 0 || isClaiming()) {
    const leftMs = untilMs - performance.now()
    if (leftMs <= 0) return
    const attempts = [...running.values()].map((attempt) => attempt.done)
    // With no attempts, Promise.all would resolve at once and the response of the claim would never be read.
    const pause = sleep(Math.min(leftMs, attempts.length > 0 ? leftMs : 10), undefined, { ref: false })
    await (attempts.length > 0 ? Promise.race([pause, Promise.all(attempts)]) : pause)
  }
}
