import type { Pool } from 'pg'
import type { OperationType, Warning } from '../../generated/operations.ts'
import type { Db } from '../database/db.ts'
import type { Hints } from '../database/hints.ts'
import type { OperationRow } from '../database/transitions.ts'
import type { FileStore } from '../files/store.ts'
import type { Interruption } from '../handlers/define.ts'
import type { ProgressTrack } from '../lifecycle/progress.ts'
import type { Log } from '../telemetry/log.ts'
import type { AttemptFiles } from './files.ts'
import type { Pulse } from './pulse.ts'
import type { Rule, Rules } from './rules.ts'

/** What every attempt of a worker shares. */
export type Engine = {
  db: Db
  copyPool: Pool
  files: FileStore
  hints: Hints
  log: Log
  rules: Rules
  /** Aborted when the worker has stopped: nothing is tried again after that. */
  stopped: AbortSignal
}

/** One attempt, while its handler runs. */
export type AttemptState = {
  type: OperationType
  /** As claimed. */
  row: OperationRow
  rule: Rule
  /** Who writes, for the history: `worker:<id>`. */
  actor: string
  signal: AbortSignal
  interrupt(kind: Interruption['kind']): void
  track: ProgressTrack
  pulse: Pulse
  warnings: Warning[]
  /** Set once the handler has begun to complete the operation in its own transaction. */
  finishing: boolean
  files: AttemptFiles
  expiresAt(): Date
  /** Milliseconds of a clock that only this process knows. */
  nowMs(): number
}
