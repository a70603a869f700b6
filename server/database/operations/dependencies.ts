import { and, eq, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { operations } from '../schema/operations.ts'
import { type AttemptRow, attemptColumns } from './attempt-columns.ts'
import type { OperationRow } from './transition.ts'

/**
 * Operations that start after others have ended. An operation with open dependencies is PENDING without a turn and a due time.
 * `resolve_dependents`, which every statement that ends operations calls, makes it due when the last one has ended.
 */

export type DependencyParts = ReturnType<typeof dependencyParts>

type Times = { due: SQL; turn: SQL; deadline: SQL }

/**
 * What the insert of operations has in addition if some have dependencies. A dependency is open when it has not ended, or when it is inserted
 * by the same statement. One that does not exist (it was deleted after the check of the submit) counts as failed.
 */
export function dependencyParts(db: Db) {
  const edges = db.$with('edges', {}).as(sql`
    select given."operationId" as operation_id, given."ownerId" as owner_id, named.id::uuid as depends_on, named.position::int as position
    from given cross join lateral jsonb_array_elements_text(given."dependsOn") with ordinality as named (id, position)`)
  const existing = db.$with('existing', {}).as(sql`
    select * from lock_dependencies(array(
      select depends_on from edges where depends_on not in (select "operationId" from given)))`)
  const awaited = db.$with('awaited', {}).as(sql`
    select edges.operation_id,
      count(*) filter (where other."operationId" is not null
        or dependency_status in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING'))::int as open,
      (array_agg(depends_on order by edges.position) filter (where other."operationId" is null
        and (dependency_status is null or dependency_status in ('FAILED', 'CANCELLED'))))[1] as failed
    from edges left join given as other on other."operationId" = depends_on
      left join existing on dependency_id = depends_on and dependency_owner = edges.owner_id
    group by edges.operation_id`)
  const inserted = db.$with('dependencies_inserted', {}).as(sql`
    insert into dependencies (operation_id, depends_on, position)
    select operation_id, depends_on, position from edges where operation_id in (select operation_id from created)`)
  const fails = sql`awaited.failed is not null and "dependencyPolicy" <> 'ANY_END'`
  const waits = sql`awaited.open > 0`
  return {
    before: [edges, existing, awaited],
    after: [inserted],
    join: sql`left join awaited on awaited.operation_id = "operationId"`,
    columns: sql`, depends_on, dependency_policy, open_dependencies, failed_dependency, queue_seconds`,
    values: sql`, "dependsOn", "dependencyPolicy", case when not (${fails}) and ${waits} then awaited.open end,
      case when ${fails} then awaited.failed end, case when not (${fails}) and ${waits} then "queueTimeoutSeconds" end`,
    timed: ({ due, turn, deadline }: Times): Times => ({
      due: sql`case when ${fails} or ${waits} then null else ${due} end`,
      turn: sql`case when ${fails} or ${waits} then null else ${turn} end`,
      deadline: sql`case when ${fails} or ${waits} then null else ${deadline} end`,
    }),
  }
}

/** The owner's operations among `operationIds` that have not expired, with their statuses. */
export function dependencyStates(
  db: Db,
  { ownerId, operationIds }: { ownerId: string; operationIds: readonly string[] },
) {
  return statesOf(db).execute({ ownerId, ids: `{${operationIds.join()}}` })
}

const among = sql`${operations.operationId} = any(${sql.placeholder('ids')}::uuid[])`

const statesOf = prepared('dependencies_states', (db) =>
  db
    .select({ operationId: operations.operationId, status: operations.status })
    .from(operations)
    .where(
      and(
        among,
        eq(operations.ownerId, sql.placeholder('ownerId')),
        sql`(${operations.expiresAt} is null or ${operations.expiresAt} > now())`,
      ),
    ),
)

/** An operation that another one depends on, as the handler of that one sees it. */
export type DependencyRow = Pick<OperationRow, 'operationId' | 'type' | 'status' | 'result' | 'error'>

/** Those of the operations that exist, in no particular order. */
export function dependencyRows(db: Db, operationIds: readonly string[]): Promise<DependencyRow[]> {
  return rowsOf(db).execute({ ids: `{${operationIds.join()}}` })
}

const rowsOf = prepared('dependencies_rows', (db) => {
  const { operationId, type, status, result, error } = operations
  return db.select({ operationId, type, status, result, error }).from(operations).where(among)
})

/** An operation that is to end because a dependency did not complete. `dependencyStatus`: null when that one was deleted. */
export type FailedDependent = AttemptRow &
  Pick<OperationRow, 'dependencyPolicy' | 'failedDependency'> & { dependencyStatus: OperationRow['status'] | null }

/** Only of the given types: other workers know the rules of the others. */
export function failedDependents(db: Db, types: readonly string[], limit: number): Promise<FailedDependent[]> {
  return failedRows(db).execute({ types: JSON.stringify(types), limit })
}

const failedRows = prepared('dependencies_failed', (db) => {
  const dependency = alias(operations, 'dependency')
  const { dependencyPolicy, failedDependency } = operations
  const dependencyStatus = dependency.status
  return (
    db
      .select({ ...attemptColumns, dependencyPolicy, failedDependency, dependencyStatus })
      .from(operations)
      .leftJoin(dependency, eq(dependency.operationId, failedDependency))
      // Like the condition of the partial index.
      .where(
        sql`${failedDependency} is not null and ${operations.status} = 'PENDING' and ${operations.turnAt} is null
        and ${operations.type} in (select jsonb_array_elements_text(${sql.placeholder('types')}::jsonb))`,
      )
      .orderBy(operations.operationId)
      .limit(sql.placeholder('limit'))
  )
})

/** A retry of a retry and so on, at most. */
const mostRetries = 100

/**
 * For each of the operations the newest one that retries it, or itself, in the same order and without duplicates. `exists`: it was not deleted.
 */
export async function newestRetries(db: Db, operationIds: readonly string[]) {
  const found = db
    .$with('found', {
      first: sql<string>`first`.as('first'),
      newest: sql<string>`newest`.as('newest'),
      exists: sql<boolean>`exists`.as('exists'),
    })
    .as(sql`
    with recursive chain as (
      select id as first, id as newest, 0 as depth from unnest(${`{${operationIds.join()}}`}::uuid[]) as id
      union all
      select first, retried_by, depth + 1 from chain cross join lateral (
        select retried_by from operations where operation_id = newest limit 1) as retried
      where retried_by is not null and depth < ${mostRetries}
    )
    select distinct on (first) first, newest, (select true from operations where operation_id = newest) is not null as exists
    from chain order by first, depth desc`)
  const rows = await db.with(found).select().from(found)
  const byFirst = new Map(rows.map((row) => [row.first, row]))
  const newest = operationIds.flatMap((id) => byFirst.get(id) ?? [])
  return [...new Map(newest.map((row) => [row.newest, row])).values()]
}

/** Repairs up to `limit` waiting operations after `previous`. Returns the last one; undefined when there is none. */
export async function recountDependencies(db: Db, previous: string, limit: number): Promise<string | undefined> {
  const [row] = await recounted(db).execute({ previous, limit })
  return row?.last ?? undefined
}

const recounted = prepared('dependencies_recount', (db) => {
  const last = db
    .$with('recounted', { last: sql<string | null>`last`.as('last') })
    .as(
      sql`select recount_dependencies(${sql.placeholder('previous')}::uuid, ${sql.placeholder('limit')}::int) as last`,
    )
  return db.with(last).select().from(last)
})
