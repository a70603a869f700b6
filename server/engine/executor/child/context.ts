import type { OperationType, ResultOf } from '../../../../generated/operations.ts'
import type { Db } from '../../../database/db.ts'
import { isUnstorable } from '../../../database/errors.ts'
import type { DependencyRow } from '../../../database/operations/dependencies.ts'
import { currentState, transition } from '../../../database/operations/transition.ts'
import { storable } from '../../../domain/progress.ts'
import { type Context, type Dependency, type Finished, OperationError } from '../../../handlers/define.ts'
import type { Lazy } from '../../../lib/lazy.ts'
import type { OperationQuota } from '../../../quotas/operations.ts'
import { completion, invalidResult } from '../../attempt/outcome.ts'
import type { AttemptFiles } from './files.ts'
import type { ParallelCall } from './parallel.ts'
import { type AttemptRuntime, createStepContext } from './runtime.ts'
import type { Steps } from './steps.ts'
import type { Waits } from './waits.ts'

/** The parts of an attempt that only some handlers use. */
export type Parts = { steps: Lazy<Steps>; waits: Lazy<Waits>; files: Lazy<AttemptFiles> }

/** The result of `ctx.finish`, compared by identity. */
export const finishedProof = {} as Finished

/** The context that a handler gets. */
export function createContext(runtime: AttemptRuntime, { steps, waits, files }: Parts): Context<OperationType> {
  const { order, track, updates, signal, warnings, worker, resources, quotas } = runtime
  const { key, operationId, ownerId, dependencies = [] } = order
  const unlessSuspended = <T>(work: () => Promise<T>): Promise<T> => waits.used()?.unlessSuspended(work) ?? work()
  return {
    ...createStepContext(runtime, operationId, signal),
    progress: (update) => updates.progress(track.update(update, runtime.nowMs())),
    step: (name: string) => unlessSuspended(() => steps.get().run(name)) as Promise<never>,
    parallel: ((names: readonly string[], call?: ParallelCall) =>
      unlessSuspended(() => steps.get().parallel(names, call))) as Context<OperationType>['parallel'],
    sleep: async (name, seconds) => void (await waits.get().wait({ name, kind: 'TIMER', seconds })),
    waitForCallback: (name, { timeoutSeconds: seconds }) =>
      waits.get().wait({ name, kind: 'CALLBACK', seconds }) as never,
    waitForInput: (name, { timeoutSeconds: seconds, who }) =>
      waits.get().wait({ name, kind: 'INPUT', seconds, who }) as never,
    dependencies: () => dependencies as Dependency[],
    resultOf: (type) => resultOf(dependencies, type),
    warn: (warning) => void warnings.push({ ...warning, message: storable(warning.message) }),
    expiresAt: runtime.expiresAt,
    failedSeconds: (type) => resources.failedSeconds[type] ?? Math.max(...Object.values(resources.failedSeconds)),
    ownerOrderLines: resources.quotas.ownerOrderLines,
    withinOperationQuota: (create) => withinQuota(quotas.operations, ownerId, create),
    admitsRetry: async (operation) => (await quotas.targets?.admitsAgain(operation)) ?? true,
    notify: (kind, operationId) => worker.send({ type: 'notify', key, kind, operationId }),
    count: (kind, operationType) => worker.send({ type: 'count', key, kind, operationType }),
    files: {
      create: (...given) => unlessSuspended(() => files.get().create(...given)),
      openUpload: (uploadId) => files.get().openUpload(uploadId),
    },
    finish: (tx, result) => unlessSuspended(() => finish(runtime, tx, result)),
  }
}

function resultOf<T extends OperationType>(dependencies: readonly DependencyRow[], type: T): ResultOf[T] {
  const found = dependencies.find((dependency) => dependency.type === type && dependency.result !== null)
  if (found) return found.result as ResultOf[T]
  const advice = `Submit the operation again and name a completed ${type} in \`dependsOn\`.`
  throw new OperationError('DEPENDENCY_FAILED', `No dependency of the type ${type} has a result. ${advice}`)
}

function withinQuota<Result>(
  quota: OperationQuota | undefined,
  ownerId: string,
  create: (cap?: number) => Promise<Result>,
): Promise<Result> {
  if (!quota) return create()
  return quota.within(ownerId, { free: () => create(), exact: () => create(quota.cap) })
}

/** Completes the operation in the handler's transaction. */
async function finish(runtime: AttemptRuntime, tx: Db, result: object): Promise<Finished> {
  const { order, track, updates, signal, warnings, worker } = runtime
  const { key } = order
  signal.throwIfAborted()
  const { lines } = updates.stop()
  // The terminal event is the last one, so everything before it must be written first.
  if (lines.length > 0) worker.send({ type: 'progress', key, lines })
  await worker.request(key, { write: 'flush' })
  worker.send({ type: 'finishing', key })
  const progress = track.completed(runtime.nowMs())
  const { name, values } = completion({ result, warnings, progress, expiresAt: runtime.expiresAt() })
  try {
    if (await transition(tx, name, order, values, { actor: order.actor })) return finishedProof
  } catch (error) {
    const { code, detail } = invalidResult
    throw isUnstorable(error) ? new OperationError(code, detail, { cause: error }) : error
  }
  // On the same connection, because the executor may have no other one.
  const now = await currentState(tx, order.operationId)
  const isCancelled = now?.status === 'CANCELLING' && now.attempt === order.attempt
  if (!isCancelled) worker.send({ type: 'refused', key, write: name })
  throw runtime.interrupt(isCancelled ? 'cancel' : 'lease-lost')
}
