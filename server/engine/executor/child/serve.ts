import { type OperationType, operationTypes } from '../../../../generated/operations.ts'
import { DatabaseUnavailable } from '../../../database/errors.ts'
import { beforeRetry, trackProgress } from '../../../domain/progress.ts'
import { type Context, type Handler, Interruption, OperationError, WaitTimeout } from '../../../handlers/define.ts'
import { lazy } from '../../../lib/lazy.ts'
import { openOperationQuota } from '../../../quotas/operations.ts'
import { openStorageQuota } from '../../../quotas/stored-bytes.ts'
import { watchTargetQuota } from '../../../quotas/webhook-targets.ts'
import {
  type AttemptOrder,
  type FromExecutor,
  type HandlerOutcome,
  serializeError,
  type ToExecutor,
  type WriteRequest,
  type WriteResponse,
} from '../protocol.ts'
import { createContext, finishedProof, type Parts } from './context.ts'
import { createAttemptFiles } from './files.ts'
import type { AttemptRuntime, Quotas, Resources, WorkerLink } from './runtime.ts'
import { createSteps } from './steps.ts'
import { createUpdates } from './updates.ts'
import { createWaits } from './waits.ts'

export type { Resources } from './runtime.ts'

type Written = Exclude<WriteResponse, { result: 'failed' }>

type Attempt = { interrupt(kind: Interruption['kind']): void; compensate(): void }

/** Runs the attempts that a worker sends. Returns the function that receives the worker's messages. */
export function serve(
  resources: Resources,
  send: (messages: FromExecutor[]) => void,
): (messages: ToExecutor[]) => void {
  const quotas = openQuotas(resources)
  const attempts = new Map<string, Attempt>()
  const requests = new Map<number, PromiseWithResolvers<Written | undefined> & { key: string }>()
  let lastId = 0
  let outgoing: FromExecutor[] = []

  const worker: WorkerLink = {
    send(message) {
      // The messages of one turn of the event loop are sent together.
      if (outgoing.length === 0) setImmediate(flush)
      outgoing.push(message)
    },
    request: async (key, request) => (await respond(key, request))?.result === 'written',
    beginWait: async (key, wait) => (await respond(key, { write: 'beginWait', ...wait }))?.wait,
  }

  function flush() {
    const messages = outgoing
    outgoing = []
    send(messages)
  }

  /** Undefined when the worker no longer responds to the attempt. */
  function respond(key: string, request: WriteRequest): Promise<Written | undefined> {
    lastId += 1
    const pending = { ...Promise.withResolvers<Written | undefined>(), key }
    requests.set(lastId, pending)
    worker.send({ type: 'request', key, id: lastId, request })
    return pending.promise
  }

  function settle(id: number, response: WriteResponse) {
    const pending = requests.get(id)
    requests.delete(id)
    if (response.result !== 'failed') return pending?.resolve(response)
    const { error, databaseUnavailable } = response
    pending?.reject(databaseUnavailable ? new DatabaseUnavailable(error) : new Error(error))
  }

  function receive(message: ToExecutor) {
    switch (message.type) {
      case 'run':
        attempts.set(message.order.key, runAttempt(resources, quotas, worker, message.order))
        return
      case 'interrupt':
        return attempts.get(message.key)?.interrupt(message.kind)
      case 'compensate':
        return attempts.get(message.key)?.compensate()
      case 'close':
        attempts.delete(message.key)
        // The worker no longer responds to an abandoned attempt.
        for (const { key, resolve } of requests.values()) if (key === message.key) resolve(undefined)
        return
      case 'ping':
        return worker.send({ type: 'pong' })
      case 'response':
        return settle(message.id, message.response)
    }
  }

  worker.send({ type: 'ready' })
  return (messages) => messages.forEach(receive)
}

function openQuotas({ db, quotas }: Resources): Quotas {
  const { ownerStorage, ownerOperations, ownerWebhookTargets } = quotas
  return {
    storage: ownerStorage && openStorageQuota(db, ownerStorage),
    operations: ownerOperations === undefined ? undefined : openOperationQuota(db, ownerOperations),
    targets: ownerWebhookTargets === undefined ? undefined : watchTargetQuota(db, ownerWebhookTargets),
  }
}

/** Runs the handler, or compensates if the order says so, and sends the outcome. */
function runAttempt(resources: Resources, quotas: Quotas, worker: WorkerLink, order: AttemptOrder): Attempt {
  const { key } = order
  const runtime = createRuntime(resources, quotas, worker, order)
  const { track, updates } = runtime
  const handler = resources.handlers[order.type as OperationType] as Handler<OperationType> | undefined
  // Most handlers use only some of them. Creating all takes a third of the work of an attempt that does nothing.
  const parts: Parts = {
    steps: lazy(() => createSteps(runtime, handler?.steps ?? {})),
    waits: lazy(() => createWaits(runtime)),
    files: lazy(() => createAttemptFiles(runtime)),
  }
  const context = createContext(runtime, parts)

  async function run() {
    const outcome = await runHandler(runtime, handler, context, parts)
    const { progress, lines } = updates.stop()
    const hasEnded = outcome.kind === 'returned' || outcome.kind === 'finished'
    if (lines.length > 0 || (progress && !hasEnded)) worker.send({ type: 'progress', key, lines })
    if (!hasEnded)
      await parts.files
        .used()
        ?.discard()
        .catch(() => {})
    worker.send({ type: 'outcome', key, outcome })
  }

  async function compensate() {
    updates.resume()
    const failedSteps = await parts.steps.get().compensate()
    const { lines } = updates.stop()
    if (lines.length > 0) worker.send({ type: 'progress', key, lines })
    worker.send({ type: 'compensated', key, failedSteps, progress: track.view(runtime.nowMs()) })
  }

  void (order.compensate ? compensate() : run())
  return { interrupt: runtime.interrupt, compensate: () => void compensate() }
}

function createRuntime(resources: Resources, quotas: Quotas, worker: WorkerLink, order: AttemptOrder): AttemptRuntime {
  const { key, type, claimedAt } = order
  const controller = new AbortController()
  const from = order.progress ?? undefined
  const startedMs = performance.now()
  const nowMs = () => performance.now() - startedMs
  let expiry: Date | undefined
  return {
    order,
    resources,
    quotas,
    worker,
    signal: controller.signal,
    interrupt(kind) {
      if (!controller.signal.aborted) controller.abort(new Interruption(kind))
      return controller.signal.reason as Interruption
    },
    track: trackProgress(resources.phases[type] ?? [], from, { isCompensation: order.compensate, epochMs: claimedAt }),
    updates: createUpdates(
      (update) => worker.send({ type: 'progress', key, ...update }),
      (order.compensate ? from : from && beforeRetry(from))?.phases,
    ),
    warnings: [],
    expiresAt() {
      // By the database's clock at the claim, advanced by this process's clock.
      expiry ??= new Date(Math.round(claimedAt + nowMs() + (resources.completedSeconds[type] ?? 0) * 1000))
      return expiry
    },
    nowMs,
    handlerEnded: false,
  }
}

/**
 * The checks that the submit left out because dependencies had not ended. Throws the problem that the submit would have had. Not after the first
 * step, which has relied on the data.
 */
async function checkData(
  handler: Handler<OperationType>,
  { ownerId, db }: Context<OperationType>,
  { type, input, dependencies, steps }: AttemptOrder,
) {
  if (!dependencies || steps.length > 0 || !handler.checkData) return
  const violations = await handler.checkData({ ownerId, db }, input as never)
  const [first] = violations
  if (!first) return
  const place = first.pointer.slice(1)
  const detail = `${place.replaceAll('/', '.')}: ${first.message}.`
  if (isPathParameter(type, place)) throw new OperationError('NOT_FOUND', detail)
  throw new OperationError('INVALID_INPUT', detail, { errors: violations })
}

function isPathParameter(type: string, name: string): boolean {
  return operationTypes[type as OperationType].path.includes(`{${name}}`)
}

async function runHandler(
  runtime: AttemptRuntime,
  handler: Handler<OperationType> | undefined,
  context: Context<OperationType>,
  { steps, waits }: Parts,
): Promise<HandlerOutcome> {
  const { order, track, nowMs, warnings, signal, expiresAt } = runtime
  try {
    if (!handler) throw new Error(`this process has no handler of ${order.type}`)
    if (order.dependencies) await checkData(handler, context, order)
    // The input was validated against the spec before the row was inserted.
    const result = await handler.run(context, order.input as never)
    // A handler that does not await its steps ends with them.
    runtime.handlerEnded = true
    await steps.used()?.end()
    const suspended = await waits.used()?.suspended()
    if (suspended) return { kind: 'waiting', ...suspended, progress: track.suspended(nowMs()) }
    if (result === finishedProof) return { kind: 'finished' }
    return {
      kind: 'returned',
      result: { ...result },
      warnings,
      progress: track.completed(nowMs()),
      expiresAt: expiresAt().getTime(),
    }
  } catch (error) {
    // Its steps and their compensation must not overlap.
    runtime.handlerEnded = true
    await steps
      .used()
      ?.end()
      .catch(() => {})
    const suspended = await waits.used()?.suspended()
    // One wait has expired, whatever the others do.
    const isLate = error instanceof WaitTimeout
    if (suspended && !isLate) return { kind: 'waiting', ...suspended, progress: track.suspended(nowMs()) }
    const isInterrupted = signal.reason instanceof Interruption && signal.reason.kind !== 'deadline'
    const progress = isInterrupted || steps.used()?.hasShown(error) ? track.view(nowMs()) : track.failed(nowMs())
    return { kind: 'threw', error: serializeError(error, order.confidential), progress }
  }
}
