import type { Db } from '../database/db.ts'
import type { AttemptRow } from '../database/operations/attempt-columns.ts'
import type { Progress } from '../database/schema/operations.ts'
import { traceIdOf } from '../domain/trace-context.ts'
import type { FileStore } from '../files/store.ts'
import type { Notifier } from '../notifications/notifier.ts'
import type { OperationFacts } from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'
import type { AttemptSpan } from '../telemetry/traces.ts'
import type { Writes } from './attempt/writes.ts'
import type { Rule, Rules } from './rules.ts'

/** What all attempts of a worker share. */
export type Engine = {
  db: Db
  files: FileStore
  notifications: Notifier
  log: Log
  rules: Rules
  writes: Writes
  /** Decrypt the confidential inputs of operations. */
  sealingKeys: readonly Buffer[]
  /** Durations of the operations that have completed since `maintain` last recorded them. */
  completed: { type: string; seconds: number }[]
  /** Signs the callback URLs of all operations. */
  callbackSecret: Uint8Array
  /** Aborted when the worker has stopped: no write is retried after that. */
  stopped: AbortSignal
}

/** An attempt with everything that its transitions need. */
export type AttemptContext = {
  engine: Engine
  /** As claimed, or as maintenance read it. */
  row: AttemptRow
  rule: Rule
  /** The actor in the operation's events: `worker:<id>`. */
  actor: string
  /** The latest progress that the executor has sent. */
  progress: Progress | undefined
  /** The problem document that the operation fails with after compensation. Undefined: none, or it was cancelled. */
  intendedError: Record<string, unknown> | undefined
  /** Whether started steps must be compensated before the operation may fail or be cancelled. */
  owesCompensation: boolean
  /** When this context was created, by `performance.now()`. */
  startedMs: number
  /** Seconds from when the operation could start first to the claim. Undefined: it was not claimed. */
  waitedSeconds: number | undefined
  /** Of the attempt's span, or else of the submit, for the log. Undefined: neither is known. */
  traceId: string | undefined
  /** Undefined if no spans are made, or the row was not claimed. */
  span: AttemptSpan | undefined
}

/** Undefined when this worker does not know the operation's type. */
export function createAttemptContext(
  engine: Engine,
  row: AttemptRow & { progress?: Progress | null; waitedSeconds?: number; traceContext?: string | null },
  actor = `worker:${row.workerId}`,
): AttemptContext | undefined {
  const rule = engine.rules[row.type]
  const { owesCompensation, progress, waitedSeconds, traceContext } = row
  return (
    rule && {
      engine,
      row,
      rule,
      actor,
      progress: progress ?? undefined,
      intendedError: row.intendedOutcome?.error,
      owesCompensation,
      startedMs: performance.now(),
      waitedSeconds,
      traceId: traceContext ? traceIdOf(traceContext) : undefined,
      span: undefined,
    }
  )
}

/** The log fields that name an attempt. */
export function facts({ row, traceId }: Pick<AttemptContext, 'row' | 'traceId'>): OperationFacts {
  const { operationId, type, attempt } = row
  return traceId === undefined ? { operationId, type, attempt } : { operationId, type, attempt, traceId }
}
