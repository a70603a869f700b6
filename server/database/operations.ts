import {
  and,
  count as countRows,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  notInArray,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import { cancelGraceSeconds } from '../lifecycle/schedule.ts'
import { isTerminal, type Status } from '../lifecycle/states.ts'
import type { Db } from './db.ts'
import { gathering } from './gather.ts'
import { prepared } from './prepared.ts'
import { operations } from './schema.ts'
import { type OperationRow, take } from './transitions.ts'

export type { OperationRow } from './transitions.ts'

/** Reads one of the owner's operations, expired or not; undefined when unknown or somebody else's. */
export async function find(db: Db, at: { ownerId: string; operationId: string }): Promise<OperationRow | undefined> {
  const [row] = await findOne(db).execute(at)
  return row
}

const findOne = prepared('operations_find', (db) =>
  db
    .select()
    .from(operations)
    .where(
      and(
        eq(operations.operationId, sql.placeholder('operationId')),
        eq(operations.ownerId, sql.placeholder('ownerId')),
      ),
    ),
)

/** `find` for many callers at once. */
export function gatheredFind(
  db: Db,
): (at: { ownerId: string; operationId: string }) => Promise<OperationRow | undefined> {
  return gathering(async (all: readonly { ownerId: string; operationId: string }[]) => {
    const operationIds = [...new Set(all.map(({ operationId }) => operationId))]
    const rows = await findEach(db).execute({ operationIds: `{${operationIds.join()}}` })
    const byId = new Map(rows.map((row) => [row.operationId, row]))
    return ({ ownerId, operationId }) => {
      const row = byId.get(operationId)
      return row?.ownerId === ownerId ? row : undefined
    }
  }, 100)
}

const findEach = prepared('operations_find_each', (db) =>
  db
    .select()
    .from(operations)
    .where(sql`${operations.operationId} = any(${sql.placeholder('operationIds')}::uuid[])`),
)

/** Those of `operationIds` that are the owner's, in no particular order. */
export function findMany(db: Db, at: { ownerId: string; operationIds: readonly string[] }): Promise<OperationRow[]> {
  if (at.operationIds.length === 0) return Promise.resolve([])
  return db
    .select()
    .from(operations)
    .where(and(inArray(operations.operationId, [...at.operationIds]), eq(operations.ownerId, at.ownerId)))
}

/** Expired operations match no filter. */
export type OperationFilter = {
  ownerId: string
  statuses?: readonly Status[]
  types?: readonly string[]
  exceptTypes?: readonly string[]
  /** Every pair must be there; two values of one key match nothing. */
  labels?: readonly (readonly [string, string])[]
  /** Inclusive. */
  createdAfter?: Date
  /** Exclusive. */
  createdBefore?: Date
}

/** A page of the owner's operations, newest first, older than `before`. Keyset: as quick on page 1,000 as on the first. */
export function list(db: Db, filter: OperationFilter & { before?: string; limit: number }): Promise<OperationRow[]> {
  return db
    .select()
    .from(operations)
    .where(and(matching(filter), filter.before ? lt(operations.operationId, filter.before) : undefined))
    .orderBy(desc(operations.operationId))
    .limit(filter.limit)
}

/** How many of the owner's operations match. */
export async function count(db: Db, filter: OperationFilter): Promise<number> {
  const [row] = await db.select({ total: countRows() }).from(operations).where(matching(filter))
  return row?.total ?? 0
}

function matching(filter: OperationFilter): SQL | undefined {
  return and(
    eq(operations.ownerId, filter.ownerId),
    or(isNull(operations.expiresAt), gt(operations.expiresAt, sql`now()`)),
    filter.statuses?.length ? inArray(operations.status, [...filter.statuses]) : undefined,
    filter.types?.length ? inArray(operations.type, [...filter.types]) : undefined,
    filter.exceptTypes?.length ? notInArray(operations.type, [...filter.exceptTypes]) : undefined,
    ...(filter.labels ?? []).map(
      ([name, value]) => sql`${operations.labels} @> ${sql.param({ [name]: value }, operations.labels)}`,
    ),
    filter.createdAfter ? gte(operations.createdAt, filter.createdAfter) : undefined,
    filter.createdBefore ? lt(operations.createdAt, filter.createdBefore) : undefined,
  )
}

/** Beyond this a position says nothing that "many" does not, and counting it would cost. */
const furthestPosition = 1000

/**
 * The operation's place in its owner's queue, from 1. Undefined when it is not waiting for a turn (not PENDING, or not due
 * yet) or stands beyond 1,000.
 */
export async function queuePosition(db: Db, row: OperationRow): Promise<number | undefined> {
  if (row.status !== 'PENDING' || row.turnAt === null) return undefined
  const { ownerId, turnAt, operationId } = row
  const [answer] = await countAhead(db).execute({ ownerId, turnAt: turnAt.toISOString(), operationId })
  const position = (answer?.total ?? 0) + 1
  return position > furthestPosition ? undefined : position
}

const countAhead = prepared('operations_count_ahead', (db) => {
  const value = sql.placeholder
  const ahead = db
    .select({ operationId: operations.operationId })
    .from(operations)
    .where(
      and(
        eq(operations.ownerId, value('ownerId')),
        eq(operations.status, 'PENDING'),
        isNotNull(operations.turnAt),
        sql`(${operations.turnAt}, ${operations.operationId})
          < (${value('turnAt')}::timestamptz, ${value('operationId')}::uuid)`,
      ),
    )
    .limit(furthestPosition)
    .as('ahead')
  return db.select({ total: countRows() }).from(ahead)
})

export type Cancellation = {
  ownerId: string
  operationId: string
  /** Who asks, for the operation's history. */
  actor: string
  /** Where that request came from. */
  address?: string | undefined
  reason?: string
  /** How long the record of a cancelled operation of `type` is kept, in seconds. */
  retentionSeconds: (type: string) => number
  /** How long a running handler may take to yield, in seconds. */
  graceSeconds?: number
}

/**
 * Cancels: a waiting operation at once unless an undo is owed, a running one as soon as its handler yields (CANCELLING until then; tell the
 * workers with a `changed` hint). `unchanged`: it was cancelled or being cancelled already. `finished`: it had ended
 * otherwise. Undefined: not the owner's.
 */
export async function cancel(
  db: Db,
  request: Cancellation,
): Promise<{ kind: 'cancelled' | 'unchanged' | 'finished'; operation: OperationRow } | undefined> {
  // A claim or a finish may come between the read and the step: then look again. Each round means that somebody else
  // moved the operation, and attempts are bounded, so this ends.
  for (;;) {
    const row = await find(db, request)
    if (!row) return undefined
    if (row.status === 'CANCELLING' || row.status === 'CANCELLED') return { kind: 'unchanged', operation: row }
    if (isTerminal(row.status)) return { kind: 'finished', operation: row }
    const moved = await cancelFrom(db, row, request)
    if (moved) return { kind: 'cancelled', operation: moved }
  }
}

/** Takes the step that cancels it where it stands. */
function cancelFrom(db: Db, row: OperationRow, { actor, address, reason, ...request }: Cancellation) {
  const values = { cancelReason: reason }
  const cause = { actor, address, reason }
  if (row.status === 'RUNNING') {
    const graceSeconds = request.graceSeconds ?? cancelGraceSeconds
    return take(db, 'requestCancel', row, { ...values, graceSeconds }, cause)
  }
  if (row.owesUndo) return take(db, 'cancelToUnwind', row, values, cause)
  return take(db, 'cancelPending', row, { ...values, retentionSeconds: request.retentionSeconds(row.type) }, cause)
}
