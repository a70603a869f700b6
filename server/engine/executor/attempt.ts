import type { OperationType, Warning } from '../../../generated/operations.ts'
import type { LogLine } from '../../database/news.ts'
import type { Progress } from '../../database/schema.ts'
import { type Handler, Interruption } from '../../handlers/define.ts'
import { type ProgressTrack, trackProgress } from '../../lifecycle/progress.ts'
import type { Order } from '../protocol.ts'
import { createContext, finishedProof } from './context.ts'
import { type AttemptFiles, attemptFiles } from './files.ts'
import { createPulse, type Pulse } from './pulse.ts'
import type { Line, Resources, Shared } from './serve.ts'
import { createSteps, type Steps } from './steps.ts'
import { describeThrown } from './thrown.ts'

/** One attempt, while its handler runs or its steps are undone. */
export type Attempt = {
  order: Order
  resources: Resources
  line: Line
  signal: AbortSignal
  interrupt(kind: Interruption['kind']): void
  track: ProgressTrack
  pulse: Pulse
  warnings: Warning[]
  steps: Steps
  files: AttemptFiles
  expiresAt(): Date
  /** Milliseconds of a clock that only this process knows. */
  nowMs(): number
  log(line: LogLine): void
}

export type OpenAttempt = {
  interrupt(kind: Interruption['kind']): void
  unwind(): void
}

export function openAttempt(resources: Shared, line: Line, order: Order): OpenAttempt {
  const controller = new AbortController()
  const { key, type } = order
  const startedMs = performance.now()
  const nowMs = () => performance.now() - startedMs
  let expiry: Date | undefined
  // The database's clock, carried on by this process's from the claim.
  const expiresAt = () => {
    expiry ??= new Date(Math.round(order.claimedAt + nowMs() + (resources.completedSeconds[type] ?? 0) * 1000))
    return expiry
  }
  const interrupt = (kind: Interruption['kind']) => {
    if (!controller.signal.aborted) controller.abort(new Interruption(kind))
  }
  const pulse = createPulse((news) => line.send({ say: 'news', key, ...news }))
  const track = trackProgress(resources.phases[type] ?? [], order.unwind?.progress ?? undefined)
  const { signal } = controller
  const shared = { order, resources, line, signal, interrupt, track, pulse, expiresAt, nowMs, warnings: [] }
  const files = attemptFiles(resources, order, signal, expiresAt)
  const handler = resources.handlers[type as OperationType] as Handler<OperationType> | undefined
  const steps = createSteps(shared, handler?.steps ?? {})
  const attempt: Attempt = { ...shared, steps, files, log: pulse.log }

  if (order.unwind) void unwind()
  else void run()

  async function run() {
    const outcome = await runHandler(attempt, handler)
    const { progress, lines } = pulse.stop()
    if (lines.length > 0 || (progress && outcome.kind === 'threw')) line.send({ say: 'news', key, lines })
    if (outcome.kind === 'threw') await files.discard().catch(() => {})
    line.send({ say: 'outcome', key, outcome })
  }

  async function unwind() {
    pulse.resume()
    const failed = await steps.unwind()
    const { lines } = pulse.stop()
    if (lines.length > 0) line.send({ say: 'news', key, lines })
    line.send({ say: 'unwound', key, failed, progress: track.view(nowMs()) })
  }

  return { interrupt, unwind: () => void unwind() }
}

async function runHandler(attempt: Attempt, handler: Handler<OperationType> | undefined) {
  const { order, track, nowMs, warnings, signal } = attempt
  try {
    if (!handler) throw new Error(`this process has no handler of ${order.type}`)
    // The spec's validation stood before the row, so the row's input is the type's.
    const result = await handler.run(createContext(attempt), order.input as never)
    if (result === finishedProof) return { kind: 'finished' as const }
    const expiresAt = attempt.expiresAt().getTime()
    return { kind: 'returned' as const, result: { ...result }, warnings, progress: track.completed(nowMs()), expiresAt }
  } catch (error) {
    const stopped = signal.reason instanceof Interruption && signal.reason.kind !== 'deadline'
    const progress: Progress | undefined = stopped ? track.view(nowMs()) : track.failed(nowMs())
    return { kind: 'threw' as const, error: describeThrown(error), progress }
  }
}
