import { formatId } from '../contract/ids.ts'
import type { Db } from '../database/db.ts'
import {
  type DependencyRow,
  dependencyRows,
  type FailedDependent,
  failedDependents,
  recountDependencies,
} from '../database/operations/dependencies.ts'
import type { OperationRow } from '../database/operations/transition.ts'
import * as telemetry from '../telemetry/events.ts'
import { compensationSeconds } from './attempt/compensate.ts'
import { type Failure, problemOf } from './attempt/outcome.ts'
import { type AttemptContext, createAttemptContext, type Engine, facts } from './context.ts'

/**
 * Ends the operations of which a dependency did not complete, at most `limit`, and returns how many. Their own dependents are found by the next
 * call. Several workers may do it at the same time: the transitions of all but the first are refused.
 */
export async function endFailedDependents(engine: Engine, actor: string, limit: number): Promise<number> {
  const rows = await failedDependents(engine.db, Object.keys(engine.rules), limit)
  const ended = await Promise.all(
    rows.map(async (row) => {
      const context = createAttemptContext(engine, row, actor)
      return context ? end(context, row) : false
    }),
  )
  return ended.filter(Boolean).length
}

function end(context: AttemptContext, row: FailedDependent): Promise<boolean> {
  const failure = dependencyFailure(row)
  return row.dependencyPolicy === 'CANCEL' ? cancel(context, failure) : fail(context, failure)
}

/** A retry that reuses steps may have to compensate them, although it did not run. */
async function fail(context: AttemptContext, failure: Failure): Promise<boolean> {
  const { engine, row, rule, actor } = context
  const { operationId, attempt, owesCompensation } = row
  const error = problemOf(operationId, failure)
  if (owesCompensation) {
    const cause = { operationId, attempt, actor, reason: failure.detail, failure: error }
    const values = { error, limitSeconds: compensationSeconds }
    const changed = await engine.writes.transition('compensateQueued', cause, values)
    if (changed) engine.notifications.notify('submitted', operationId)
    return changed !== undefined
  }
  const values = { error, retentionSeconds: rule.retentionSeconds.failed }
  const changed = await engine.writes.transition('failDependent', { operationId, attempt, actor }, values)
  if (changed) telemetry.operationFailed(engine.log, { ...facts(context), code: failure.code, cause: undefined })
  return changed !== undefined
}

async function cancel(context: AttemptContext, { detail }: Failure): Promise<boolean> {
  const { engine, row, rule, actor } = context
  const { operationId, attempt, owesCompensation } = row
  const cause = { operationId, attempt, actor, reason: detail }
  const changed = owesCompensation
    ? await engine.writes.transition('cancelToCompensate', cause, { cancelReason: detail })
    : await engine.writes.transition('cancelPending', cause, {
        cancelReason: detail,
        retentionSeconds: rule.retentionSeconds.failed,
      })
  if (changed && owesCompensation) engine.notifications.notify('submitted', operationId)
  else if (changed) telemetry.operationCancelled(engine.log, facts(context))
  return changed !== undefined
}

function dependencyFailure({ failedDependency, dependencyStatus }: FailedDependent): Failure {
  const name = formatId('operation', failedDependency ?? '')
  const detail = dependencyStatus
    ? `The dependency ${name} ended ${dependencyStatus}. Retry the dependency first, then this operation.`
    : `The dependency ${name} was deleted. Submit the operation again without it.`
  return { code: 'DEPENDENCY_FAILED', detail }
}

/** The dependencies of those operations that have some, in the order of their submits and without deleted ones. */
export async function dependenciesOf(
  db: Db,
  rows: readonly Pick<OperationRow, 'operationId' | 'dependsOn'>[],
): Promise<Map<string, DependencyRow[]>> {
  const dependents = rows.filter(({ dependsOn }) => dependsOn !== null)
  if (dependents.length === 0) return new Map()
  const ids = new Set(dependents.flatMap(({ dependsOn }) => dependsOn ?? []))
  const byId = new Map((await dependencyRows(db, [...ids])).map((row) => [row.operationId, row]))
  return new Map(
    dependents.map(({ operationId, dependsOn }) => [
      operationId,
      (dependsOn ?? []).flatMap((id) => byId.get(id) ?? []),
    ]),
  )
}

const recountEveryMs = 10_000
const recountAtOnce = 1000
const first = '00000000-0000-0000-0000-000000000000'

/** Repairs the next waiting operations, every ten seconds: needed only after a process of an earlier version has ended a dependency. */
export function createRecount(db: Db): () => Promise<void> {
  let previous = first
  let nextMs = performance.now() + recountEveryMs * Math.random()
  return async () => {
    if (performance.now() < nextMs) return
    nextMs = performance.now() + recountEveryMs
    previous = (await recountDependencies(db, previous, recountAtOnce)) ?? first
  }
}
