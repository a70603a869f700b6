import type { Warning } from '../../../../generated/operations.ts'
import { callbackToken } from '../../../contract/callback-token.ts'
import type { CopyPool } from '../../../database/copy.ts'
import type { Db } from '../../../database/db.ts'
import type { BegunWait, NewWait } from '../../../database/operations/waits.ts'
import type { PhaseRule, ProgressTrack } from '../../../domain/progress.ts'
import type { FileStore } from '../../../files/store.ts'
import type { Interruption, StepContext, Vendors } from '../../../handlers/define.ts'
import { decodeBase64 } from '../../../lib/base64.ts'
import type { OperationQuota } from '../../../quotas/operations.ts'
import type { StorageQuota } from '../../../quotas/stored-bytes.ts'
import type { TargetQuota } from '../../../quotas/webhook-targets.ts'
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
  /** Aborts `signal`. Returns its reason, which is the first interruption. */
  interrupt(kind: Interruption['kind']): Interruption
  track: ProgressTrack
  updates: Updates
  warnings: Warning[]
  /** When the operation expires if this attempt completes it. */
  expiresAt(): Date
  /** Milliseconds since the start of the attempt. */
  nowMs(): number
  handlerEnded: boolean
}

export type AttemptWaits = {
  /** The body that completed the wait; undefined for a timer. Throws `Suspension` if it is not over, `WaitTimeout` if it has expired. */
  wait(wait: NewWait): Promise<unknown>
  /** Calls `work`, or throws the `Suspension` of this attempt. */
  unlessSuspended<T>(work: () => Promise<T>): Promise<T>
}

/** The context that a step or its undo gets. */
export function createStepContext(
  { order, updates, resources }: Pick<AttemptRuntime, 'order' | 'updates' | 'resources'>,
  key: string,
  signal: AbortSignal,
): StepContext {
  const { operationId, ownerId, attempt, callbackKey, traceparent } = order
  const { db, copyPool, vendors, callbackBase } = resources
  const callbackUrl = (name: string) => {
    const signingKey = callbackKey && decodeBase64(callbackKey, 'base64')
    if (!signingKey) throw new Error(`${order.type} declares no wait of kind CALLBACK`)
    return callbackBase + callbackToken(signingKey, { operationId, name })
  }
  const log = updates.log
  const of = { operationId, ownerId, attempt, fence: attempt, key, traceparent }
  return { ...of, callbackUrl, signal, log, db, copyPool, vendors }
}
