import { sql } from 'drizzle-orm'
import { operations } from '../schema/operations.ts'

type Row = typeof operations.$inferSelect

/** The columns of a row that the engine decides by. The input is left out. */
export const attemptColumns = {
  operationId: operations.operationId,
  attempt: operations.attempt,
  status: operations.status,
  type: operations.type,
  failures: operations.failures,
  maxAttempts: operations.maxAttempts,
  crashes: operations.crashes,
  startedAt: operations.startedAt,
  deadlineAt: operations.deadlineAt,
  workerId: operations.workerId,
  owesCompensation: operations.owesCompensation,
  intendedOutcome: operations.intendedOutcome,
}

/** An attempt with the state of its operation. */
export type AttemptRow = Pick<Row, keyof typeof attemptColumns>

/** What a claim returns: also what the executor needs, and not what only readers need, because the claim of an operation is mostly its row. */
export const claimedColumns = {
  ...attemptColumns,
  ownerId: operations.ownerId,
  input: operations.input,
  progress: operations.progress,
  alone: operations.alone,
  retryOf: operations.retryOf,
  dependsOn: operations.dependsOn,
  traceContext: operations.traceContext,
  /** Seconds from when the operation could start first to this claim. */
  waitedSeconds: sql<number>`waited_seconds`.mapWith(Number).as('waited_seconds'),
}

export type ClaimedRow = Pick<Row, Exclude<keyof typeof claimedColumns, 'waitedSeconds'>> & { waitedSeconds: number }
