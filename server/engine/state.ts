import type { OperationRow } from '../database/claims.ts'
import type { Db } from '../database/db.ts'
import type { Hints } from '../database/hints.ts'
import type { Progress } from '../database/schema.ts'
import type { FileStore } from '../files/store.ts'
import type { Log } from '../telemetry/log.ts'
import type { Rule, Rules } from './rules.ts'
import type { Writes } from './writes.ts'

/** What every attempt of a worker shares. */
export type Engine = {
  db: Db
  files: FileStore
  hints: Hints
  log: Log
  rules: Rules
  writes: Writes
  /** How long completed operations have taken since it was last told. */
  finished: { type: string; seconds: number }[]
  /** Aborted when the worker has stopped: nothing is tried again after that. */
  stopped: AbortSignal
}

/** What the engine goes by; the input is for the executor alone. */
export type HeldRow = Pick<
  OperationRow,
  | 'operationId'
  | 'type'
  | 'status'
  | 'attempt'
  | 'failures'
  | 'maxAttempts'
  | 'crashes'
  | 'startedAt'
  | 'deadlineAt'
  | 'workerId'
  | 'intendedEnd'
  | 'owesUndo'
>

/** One attempt, as the worker that claimed it knows it. */
export type AttemptState = {
  /** As claimed, or as a sweep found it. */
  row: HeldRow
  rule: Rule
  /** Who writes, for the history: `worker:<id>`. */
  actor: string
  /** The latest that the executor has said. */
  progress: Progress | undefined
  /** Whether steps have been begun that must be undone before it may fail or be cancelled. */
  owesUndo: boolean
  /** When it was claimed, by the clock of `performance.now()`. */
  startedMs: number
}
