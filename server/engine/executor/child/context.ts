import type { OperationType, ResultOf, Warning } from '../../../../generated/operations.ts'
import { callbackToken } from '../../../contract/callback-token.ts'
import type { CopyPool } from '../../../database/copy.ts'
import type { Db } from '../../../database/db.ts'
import { isUnstorable } from '../../../database/errors.ts'
import type { DependencyRow } from '../../../database/operations/dependencies.ts'
import { currentState, transition } from '../../../database/operations/transition.ts'
import type { BegunWait, NewWait } from '../../../database/operations/waits.ts'
import { type PhaseRule, type ProgressTrack, storable } from '../../../domain/progress.ts'
import type { FileStore } from '../../../files/store.ts'
import {
  type Context,
  type Dependency,
  type Finished,
  Interruption,
  OperationError,
  type StepContext,
  type Vendors,
} from '../../../handlers/define.ts'
import { decodeBase64 } from '../../../lib/base64.ts'
import type { OperationQuota } from '../../../quotas/operations.ts'
import type { StorageQuota } from '../../../quotas/stored-bytes.ts'
import type { TargetQuota } from '../../../quotas/webhook-targets.ts'
import { completion, invalidResult } from '../../attempt/outcome.ts'
import type { Handlers } from '../../rules.ts'
import type { AttemptOrder, FromExecutor, OwnerQuotas, Setup, WriteRequest } from '../protocol.ts'
import type { Updates } from './updates.ts'

/** What all attempts of an executor share. */
export type Resources = {
  db: Db
  copyPool: CopyPool
  files: FileStore
  vendors: Vendors
  handlers: Handlers
  phases: Readonly<Record<string, readonly PhaseRule[]>>
  waitPhases: Setup['waitPhases']
  callbackBase: string
  /** Retention by type, of completed operations and of the others. */
  completedSeconds: Readonly<Record<string, number>>
  failedSeconds: Readonly<Record<string, number>>
  quotas: OwnerQuotas
}

/** The quotas of owners, counted by this executor; undefined: unlimited. */
export type Quotas = {
  storage: StorageQuota | undefined
  operations: OperationQuota | undefined
  targets: TargetQuota | undefined
}

export type WorkerLink = {
  send(message: FromExecutor): void
  /**
   * Requests a fenced write of a step, or the write of all progress sent before. False when the attempt no longer runs the operation.
   * Rejects when the write failed.
   */
  request(key: string, request: Exclude<WriteRequest, { write: 'beginWait' }>): Promise<boolean>
  /** Begins a wait, or returns the state of a known one. Undefined when the attempt no longer runs the operation. Rejects like `request`. */
  beginWait(key: string, wait: NewWait): Promise<BegunWait | undefined>
}

/** An attempt in the executor: the order, and what its context, steps and files work with. */
export type AttemptRuntime = {
  order: AttemptOrder
  resources: Resources
  quotas: Quotas
  worker: WorkerLink
  signal: AbortSignal
  interrupt(kind: Interruption['kind']): void
  track: ProgressTrack
  updates: Updates
  warnings: Warning[]
  /** When the operation expires if this attempt completes it. */
  expiresAt(): Date
  /** Milliseconds since the start of the attempt. */
  nowMs(): number
}

export type AttemptWaits = {
  /** The body that completed the wait; undefined for a timer. Throws `Suspension` if it is not over, `WaitTimeout` if it has expired. */
  wait(wait: NewWait): Promise<unknown>
  /** Calls `work`, or throws the `Suspension` of this attempt. */
  unlessSuspended<T>(work: () => Promise<T>): Promise<T>
}

type HandlerParts = Pick<Context<OperationType>, 'step' | 'parallel' | 'files'> & { waits: AttemptWaits }

/** The result of `ctx.finish`, compared by identity. */
export const finishedProof = {} as Finished

/** The context that a handler gets. */
export function createContext(
  runtime: AttemptRuntime,
  { step, parallel, waits, files }: HandlerParts,
): Context<OperationType> {
  const { order, track, updates, signal, warnings, worker, resources, quotas } = runtime
  const { key, operationId, ownerId, dependencies = [] } = order
  return {
    ...createStepContext(runtime, operationId, signal),
    progress: (update) => updates.progress(track.update(update, runtime.nowMs())),
    step: (...given) => waits.unlessSuspended(() => step(...given)),
    parallel: ((names: never, options: never) =>
      waits.unlessSuspended(() => parallel(names, options))) as Context<OperationType>['parallel'],
    sleep: async (name, seconds) => void (await waits.wait({ name, kind: 'TIMER', seconds })),
    waitForCallback: (name, { timeoutSeconds: seconds }) => waits.wait({ name, kind: 'CALLBACK', seconds }) as never,
    waitForInput: (name, { timeoutSeconds: seconds, who }) =>
      waits.wait({ name, kind: 'INPUT', seconds, who }) as never,
    dependencies: () => dependencies as Dependency[],
    resultOf: (type) => resultOf(dependencies, type),
    warn: (warning) => void warnings.push({ ...warning, message: storable(warning.message) }),
    expiresAt: runtime.expiresAt,
    failedSeconds: (type) => resources.failedSeconds[type] ?? Math.max(...Object.values(resources.failedSeconds)),
    ownerOrderLines: resources.quotas.ownerOrderLines,
    withinOperationQuota: (create) => withinQuota(quotas.operations, ownerId, create),
    admitsRetry: async (operation) => (await quotas.targets?.admitsAgain(operation)) ?? true,
    notify: (kind, operationId) => worker.send({ type: 'notify', key, kind, operationId }),
    files: { ...files, create: (...given) => waits.unlessSuspended(() => files.create(...given)) },
    finish: (tx, result) => waits.unlessSuspended(() => finish(runtime, tx, result)),
  }
}

function resultOf<T extends OperationType>(dependencies: readonly DependencyRow[], type: T): ResultOf[T] {
  const found = dependencies.find((dependency) => dependency.type === type && dependency.result !== null)
  if (found) return found.result as ResultOf[T]
  const advice = `Submit the operation again and name a completed ${type} in \`dependsOn\`.`
  throw new OperationError('DEPENDENCY_FAILED', `No dependency of the type ${type} has a result. ${advice}`)
}

/** The context that a step or its undo gets. */
export function createStepContext(
  { order, updates, resources }: Pick<AttemptRuntime, 'order' | 'updates' | 'resources'>,
  key: string,
  signal: AbortSignal,
): StepContext {
  const { operationId, ownerId, attempt, callbackKey } = order
  const { db, copyPool, vendors, callbackBase } = resources
  const callbackUrl = (name: string) => {
    const signingKey = callbackKey && decodeBase64(callbackKey, 'base64')
    if (!signingKey) throw new Error(`${order.type} declares no wait of kind CALLBACK`)
    return callbackBase + callbackToken(signingKey, { operationId, name })
  }
  const log = updates.log
  return { operationId, ownerId, attempt, fence: attempt, key, callbackUrl, signal, log, db, copyPool, vendors }
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
  runtime.interrupt(isCancelled ? 'cancel' : 'lease-lost')
  throw signal.reason instanceof Interruption ? signal.reason : new Interruption('lease-lost')
}
