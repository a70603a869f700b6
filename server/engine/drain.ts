import { setTimeout as sleep } from 'node:timers/promises'
import * as telemetry from '../telemetry/events.ts'
import type { Running } from './attempt.ts'
import type { Lease } from './lease.ts'
import { recoverLost } from './maintenance.ts'
import type { Engine } from './state.ts'
import { within } from './timing.ts'

/** The part of a drain that is kept for handlers to yield, and of that the part for the last writes. */
const yieldingMs = 5000
const writingMs = 1000

type Draining = {
  engine: Engine
  running: ReadonlyMap<string, Running>
  lease: Lease
  /** Whether a claim is on its way, whose operations are not in `running` yet. */
  claiming(): boolean
  trouble(doing: string, cause: unknown): void
}

/** Lets what runs go on, then tells it to stop, then gives back what is left; over within `deadlineMs`. */
export async function drainWorker(worker: Draining, deadlineMs: number): Promise<void> {
  const { engine, running, lease, trouble } = worker
  const untilMs = performance.now() + deadlineMs
  await idle(worker, untilMs - Math.min(yieldingMs, deadlineMs / 2))
  for (const attempt of running.values()) attempt.interrupt('shutdown')
  await idle(worker, untilMs - Math.min(writingMs, deadlineMs / 4))
  const giveBackAll = async () => {
    const workerId = await lease.end()
    if (!workerId) return
    const released = await recoverLost(engine, `worker:${workerId}`, 'the worker is stopping')
    telemetry.workerStopped(engine.log, { workerId, released })
  }
  await within(Math.max(1, untilMs - performance.now()), giveBackAll(), 'giving operations back').catch((cause) =>
    trouble('drain', cause),
  )
}

/** Resolves when nothing runs and no claim is on its way, or the time is over. */
async function idle({ running, claiming }: Draining, untilMs: number) {
  while (running.size > 0 || claiming()) {
    const leftMs = untilMs - performance.now()
    if (leftMs <= 0) return
    const attempts = [...running.values()].map((attempt) => attempt.done)
    const pause = sleep(Math.min(leftMs, attempts.length > 0 ? leftMs : 10), undefined, { ref: false })
    // All of no attempts is at once: waiting for that would never let the claim's answer in.
    await (attempts.length > 0 ? Promise.race([pause, Promise.all(attempts)]) : pause)
  }
}
