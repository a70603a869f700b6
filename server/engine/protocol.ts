import type { Warning } from '../../generated/operations.ts'
import type { LogLine } from '../database/news.ts'
import type { Progress, StepState } from '../database/schema.ts'
import type { Interruption, Vendors } from '../handlers/define.ts'

/**
 * What a worker and an executor say to each other. The worker claims, heartbeats and writes; the executor runs handlers, and
 * asks before a step has its effect. Messages travel in arrays, as JSON, in order. `key`: the operation's id and its attempt.
 */

/** An attempt to be run, or only to be unwound. */
export type Order = {
  key: string
  operationId: string
  ownerId: string
  type: string
  attempt: number
  /** Who writes, for the history: `worker:<id>`. */
  actor: string
  input: Record<string, unknown>
  /** Milliseconds since 1970 by the database's clock, when it was claimed. */
  claimedAt: number
  /** What earlier attempts have begun, in that order. */
  steps: KnownStepState[]
  /** The progress to go on from, when there is nothing to run and all to undo. */
  unwind?: { progress: Progress | null }
}

export type KnownStepState = { name: string; state: StepState; undoable: boolean; result: unknown }

export type ToExecutor =
  | { say: 'run'; order: Order }
  | { say: 'interrupt'; key: string; kind: Interruption['kind'] }
  /** The handler has yielded: undo what is owed, newest first. */
  | { say: 'unwind'; key: string }
  /** Forget the attempt. */
  | { say: 'close'; key: string }
  /** `away`: the error is that the database is. */
  | { say: 'reply'; question: number; written: boolean; error?: string; away?: boolean }
  | { say: 'ping' }

/** `told`: answered when all that was said before it is written. */
export type Question = StepQuestion | { ask: 'told' }

export type StepQuestion =
  | { ask: 'begin'; name: string; position: number }
  | { ask: 'keep'; name: string; position: number; undoable: boolean; result: unknown }
  | { ask: 'settle'; name: string; state: 'UNDONE' | 'UNDO_FAILED' }

export type FromExecutor =
  | { say: 'ready' }
  | { say: 'pong'; rssBytes: number }
  | { say: 'news'; key: string; progress?: Progress; lines: LogLine[] }
  | { say: 'ask'; key: string; question: number; about: Question }
  /** The handler has submitted or changed another operation. */
  | { say: 'hint'; key: string; kind: 'submitted' | 'changed'; operationId: string }
  /** The handler is about to complete the operation in its own transaction. */
  | { say: 'finishing'; key: string }
  /** It was not let to: the operation is somebody else's. */
  | { say: 'refused'; key: string; step: string }
  | { say: 'outcome'; key: string; outcome: WireOutcome }
  | { say: 'unwound'; key: string; failed: string[]; progress?: Progress | undefined }

/** How a handler's run came to an end. */
export type WireOutcome =
  | {
      kind: 'returned'
      result: Record<string, unknown>
      warnings: Warning[]
      progress: Progress
      /** When the record goes, in milliseconds since 1970; the handler may have told it. */
      expiresAt: number
    }
  | { kind: 'finished' }
  | { kind: 'threw'; error: WireError; progress?: Progress | undefined }

/** `cause`: what was thrown, for the log. */
export type WireError = { detail: string; cause: ThrownText } & (
  | { kind: 'operation'; code: string; errors?: { pointer: string; message: string }[] }
  | { kind: 'retryable'; retryAfter?: number }
  | { kind: 'unstorable' }
  /** Our database was away, or its connection broke. */
  | { kind: 'away' }
  | { kind: 'other' }
)

export type ThrownText = { name: string; message: string; stack?: string | undefined; code?: string | undefined }

/** What an executor process is told first. */
export type Setup = {
  databaseUrl: string
  filesFolder: string
  vendors: Vendors
  /** Attempts that it may run at once, at most. */
  attempts: number
  phases: Record<string, readonly { name: string; weight: number }[]>
  completedSeconds: Record<string, number>
  failedSeconds: Record<string, number>
  ownerOperations: number | undefined
  ownerStoredBytes: number | undefined
  /** A module that exports `handlers`. */
  handlers: string
}
