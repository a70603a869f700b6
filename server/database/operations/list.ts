import { and, eq, gt, gte, inArray, isNull, lt, notInArray, or, type SQL, sql } from 'drizzle-orm'
import type { Status } from '../../domain/state-machine.ts'
import { countWithin } from '../count-within.ts'
import type { Db } from '../db.ts'
import { operations } from '../schema/operations.ts'
import { earliestId, idSlackMs } from './owner-events.ts'
import { type OperationRow, readColumns } from './read.ts'

/** Expired operations match no filter. */
export type OperationFilter = {
  ownerId: string
  statuses?: readonly Status[]
  types?: readonly string[]
  exceptTypes?: readonly string[]
  /** The codes of the errors of failed operations. */
  problemCodes?: readonly string[]
  /** All pairs must match; two values of one key match nothing. */
  labels?: readonly (readonly [string, string])[]
  /** Inclusive. */
  createdAfter?: Date
  /** Exclusive. */
  createdBefore?: Date
  /** The schedule that submitted it. */
  scheduleId?: string
  batchId?: string
}

/** `reached`: where the scan stopped before the page was full. The next page starts `before` it. */
export type OperationPage = { rows: OperationRow[]; reached?: string }

/** Rows scanned for one page; 10,000 take about 20 ms. */
const mostScanned = 10_000

/**
 * A page of the owner's operations, newest first, older than `before`. Keyset pagination: page 1,000 takes as long as the first. The scan is
 * bounded, because no index serves labels, COMPLETED or several filters at the same time.
 */
export async function list(
  db: Db,
  {
    limit,
    scan = mostScanned,
    ...filter
  }: OperationFilter & { before?: string | undefined; limit: number; scan?: number },
): Promise<OperationPage> {
  if (excludesAll(filter)) return { rows: [] }
  const order = sql.raw(`${groupOf(filter)?.column ?? 'owner_id'} desc, operation_id desc`)
  // The last row of a full scan is returned even if it does not match: it is where the scan stopped. Postgres stops at each limit.
  const scans = partsOf(filter).map(
    (part) => sql`(
      select * from (
        select ${operations}.*, ${matching(filter)} as matches, row_number() over (order by ${order}) as place
        from ${operations} where ${part} order by ${order} limit ${scan}::int
      ) as scanned
      where matches or place = ${scan}::int order by ${order} limit ${limit}::int)`,
  )
  const found = db
    .$with('found', {
      ...readColumns,
      matches: sql<boolean>`matches`.as('matches'),
      place: sql<number>`place`.mapWith(Number).as('place'),
    })
    .as(sql`
      select * from (${sql.join(scans, sql` union all `)}) as scans
      order by operation_id desc limit ${limit + scans.length}::int`)
  const rows: OperationRow[] = []
  for (const { matches, place, ...row } of await db.with(found).select().from(found)) {
    if (matches) rows.push(row)
    if (rows.length === limit) break
    // This scan stopped here. The older rows of other scans belong to the next page, because this scan may have matches between them.
    if (place === scan) return { rows, reached: row.operationId }
  }
  return { rows }
}

/** The number of matching operations of the owner. Undefined when counting takes longer than a second. */
export async function count(db: Db, filter: OperationFilter): Promise<number | undefined> {
  if (excludesAll(filter)) return 0
  return countWithin(
    db,
    sql`select count(*) from ${operations} where ${and(eq(operations.ownerId, filter.ownerId), matching(filter))}`,
  )
}

/** Only failed operations have an error. */
function excludesAll({ statuses, problemCodes }: OperationFilter): boolean {
  return Boolean(problemCodes?.length && statuses?.length && !statuses.includes('FAILED'))
}

/** The statuses of the partial index on owner, status and id. */
const indexed: readonly Status[] = ['PENDING', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED']
/** The statuses of the partial indexes on owner and id, with the conditions of the indexes. */
const ownIndexes: readonly { statuses: readonly Status[]; condition: SQL }[] = [
  { statuses: ['RUNNING', 'CANCELLING'], condition: sql`status in ('RUNNING', 'CANCELLING')` },
  { statuses: ['WAITING'], condition: sql`status = 'WAITING'` },
]

/** The filter by which all matches are adjacent in an index of its own. */
function groupOf({ batchId, scheduleId }: OperationFilter): { column: string; id: string } | undefined {
  if (batchId !== undefined) return { column: 'batch_id', id: batchId }
  return scheduleId === undefined ? undefined : { column: 'schedule_id', id: scheduleId }
}

/**
 * Index ranges that together contain all matches, each in the order of ids. The columns are compared as a row: with `owner_id = …` the
 * planner may choose the primary key and scan the newer operations of all other owners.
 */
function partsOf(filter: OperationFilter & { before?: string | undefined }): SQL[] {
  const { ownerId, types = [], createdAfter, createdBefore, before = lastId } = filter
  const statuses = filter.problemCodes?.length ? (['FAILED'] as const) : (filter.statuses ?? [])
  // Ids contain the time of the API process's clock.
  const from = createdAfter ? earliestId(createdAfter.getTime() - idSlackMs) : firstId
  const until = createdBefore ? earliestId(createdBefore.getTime() + idSlackMs) : lastId
  const end = before < until ? before : until
  const group = groupOf(filter)
  if (group) {
    // A batch and a schedule belong to one owner.
    const column = sql.raw(group.column)
    const at = (id: string) => sql`(${group.id}::uuid, ${id}::uuid)`
    return [
      sql`${column} is not null and (${column}, operation_id) >= ${at(from)} and (${column}, operation_id) < ${at(end)}
        and owner_id = ${ownerId}`,
    ]
  }

  /** The range in the index on owner, `column` and id in which `column` is `value`. */
  const partOf = (column?: 'status' | 'type', value?: SQL) => {
    const key = sql.raw(`(owner_id, ${column ? `${column}, ` : ''}operation_id)`)
    const at = (id: string) => sql`(${ownerId}, ${value ? sql`${value}, ` : sql``}${id}::uuid)`
    const between = sql`${key} >= ${at(from)} and ${key} < ${at(end)}`
    return column ? sql`${between} and ${sql.raw(column)} = ${value}` : between
  }
  const inOwnIndex = ownIndexes.filter((index) => index.statuses.some((one) => statuses.includes(one)))
  const covered = [...indexed, ...inOwnIndex.flatMap((index) => index.statuses)]
  if (statuses.length > 0 && statuses.every((one) => covered.includes(one))) {
    // A literal: a partial index is not used for a parameter.
    const parts = [...new Set(statuses)].flatMap((one) => {
      const literal = sql.raw(`'${one}'`)
      return indexed.includes(one) ? partOf('status', literal) : []
    })
    return [...parts, ...inOwnIndex.map(({ condition }) => sql`${partOf()} and ${condition}`)]
  }
  return [types.length === 1 ? partOf('type', sql`${types[0]}`) : partOf()]
}

const firstId = '00000000-0000-0000-0000-000000000000'
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** Whether a row that has not expired matches. */
export function isSelected(filter: OperationFilter, row: OperationRow): boolean {
  const { statuses, types, exceptTypes = [], problemCodes, labels = [], createdAfter, createdBefore } = filter
  return (
    row.ownerId === filter.ownerId &&
    (!statuses?.length || statuses.includes(row.status)) &&
    (!types?.length || types.includes(row.type)) &&
    !exceptTypes.includes(row.type) &&
    (!problemCodes?.length || problemCodes.includes(String(row.error?.code))) &&
    labels.every(([name, value]) => Object.hasOwn(row.labels, name) && row.labels[name] === value) &&
    (!createdAfter || row.createdAt >= createdAfter) &&
    (!createdBefore || row.createdAt < createdBefore)
  )
}

function matching(filter: OperationFilter): SQL {
  const matches = and(
    or(isNull(operations.expiresAt), gt(operations.expiresAt, sql`now()`)),
    filter.statuses?.length ? inArray(operations.status, [...filter.statuses]) : undefined,
    filter.types?.length ? inArray(operations.type, [...filter.types]) : undefined,
    filter.exceptTypes?.length ? notInArray(operations.type, [...filter.exceptTypes]) : undefined,
    filter.problemCodes?.length ? failedWith(filter.problemCodes) : undefined,
    ...(filter.labels ?? []).map(
      ([name, value]) => sql`${operations.labels} @> ${sql.param({ [name]: value }, operations.labels)}`,
    ),
    filter.createdAfter ? gte(operations.createdAt, filter.createdAfter) : undefined,
    filter.createdBefore ? lt(operations.createdAt, filter.createdBefore) : undefined,
    filter.scheduleId === undefined ? undefined : eq(operations.scheduleId, filter.scheduleId),
    filter.batchId === undefined ? undefined : eq(operations.batchId, filter.batchId),
  )
  return matches ?? sql`true`
}

function failedWith(codes: readonly string[]): SQL {
  const code = sql<string>`${operations.error} ->> 'code'`
  // A literal: a partial index is not used for a parameter.
  return sql`${operations.status} = 'FAILED' and ${inArray(code, [...codes])}`
}
