import { and, count as countRows, eq, getTableColumns, inArray, isNotNull, sql } from 'drizzle-orm'
import { cancelGraceSeconds } from '../../domain/schedule.ts'
import { isTerminal } from '../../domain/state-machine.ts'
import { createBatcher, slowBatchMs } from '../../lib/batcher.ts'
import type { Db } from '../db.ts'
import { prepared } from '../prepared.ts'
import { operations, waitsForKey } from '../schema/operations.ts'
import { type OperationRow as StoredOperation, transition } from './transition.ts'

const { input: _, ...withoutInput } = getTableColumns(operations)

/** The columns of a read: all but the input, which may be large and is seldom asked for. */
export const readColumns = withoutInput

export type OperationRow = Omit<StoredOperation, 'input'>

const ofOwner = and(
  eq(operations.operationId, sql.placeholder('operationId')),
  eq(operations.ownerId, sql.placeholder('ownerId')),
)

/** The input of one of the owner's operations; undefined when it does not exist. */
export async function inputOf(
  db: Db,
  at: { ownerId: string; operationId: string },
): Promise<Record<string, unknown> | undefined> {
  const [row] = await findInput(db).execute(at)
  return row && { ...(row.input as Record<string, unknown>) }
}

const findInput = prepared('operations_input', (db) =>
  db.select({ input: operations.input }).from(operations).where(ofOwner),
)

/** One of the owner's operations, expired or not; undefined when it does not exist or belongs to another owner. */
export async function find(db: Db, at: { ownerId: string; operationId: string }): Promise<OperationRow | undefined> {
  const [row] = await findOne(db).execute(at)
  return row
}

const findOne = prepared('operations_find', (db) => db.select(readColumns).from(operations).where(ofOwner))

/** `find` in batches. */
export function batchedFind(
  db: Db,
): (at: { ownerId: string; operationId: string }) => Promise<OperationRow | undefined> {
  return createBatcher(
    async (all: readonly { ownerId: string; operationId: string }[]) => {
      const operationIds = [...new Set(all.map(({ operationId }) => operationId))]
      const rows = await findEach(db).execute({ operationIds: `{${operationIds.join()}}` })
      const byId = new Map(rows.map((row) => [row.operationId, row]))
      return all.map(({ ownerId, operationId }) => {
        const row = byId.get(operationId)
        return row?.ownerId === ownerId ? row : undefined
      })
    },
    { size: 100, overlapAfterMs: slowBatchMs, wholeTurn: true },
  )
}

const findEach = prepared('operations_find_each', (db) =>
  db
    .select(readColumns)
    .from(operations)
    .where(sql`${operations.operationId} = any(${sql.placeholder('operationIds')}::uuid[])`),
)

/** The owner's operations among `operationIds`, in no particular order. */
export function findMany(db: Db, at: { ownerId: string; operationIds: readonly string[] }): Promise<OperationRow[]> {
  if (at.operationIds.length === 0) return Promise.resolve([])
  return db
    .select(readColumns)
    .from(operations)
    .where(and(inArray(operations.operationId, [...at.operationIds]), eq(operations.ownerId, at.ownerId)))
}

/** Positions beyond this are not counted: they cost more than they tell the caller. */
const furthestPosition = 1000

/**
 * The operation's position in its owner's queue, from 1. Undefined when it is not in the queue (not PENDING, or not due yet) or beyond 1,000.
 * While it waits for its concurrency key, the operations that wait for the same key before it count too.
 */
export async function queuePosition(db: Db, row: OperationRow): Promise<number | undefined> {
  const { ownerId, operationId, concurrencyKey } = row
  const turnAt = row.turnAt ?? row.keyTurnAt
  if (row.status !== 'PENDING' || turnAt === null) return undefined
  const at = { ownerId, turnAt: turnAt.toISOString(), operationId }
  const [ahead] = await countAhead(db).execute(at)
  const [waiting] = row.turnAt === null ? await countAheadForKey(db).execute({ ...at, concurrencyKey }) : []
  const position = (ahead?.total ?? 0) + (waiting?.total ?? 0) + 1
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

const countAheadForKey = prepared('operations_count_ahead_for_key', (db) => {
  const value = sql.placeholder
  const ahead = db
    .select({ operationId: operations.operationId })
    .from(operations)
    .where(
      sql`owner_id = ${value('ownerId')} and concurrency_key = ${value('concurrencyKey')} and ${waitsForKey}
        and (key_turn_at, operation_id) < (${value('turnAt')}::timestamptz, ${value('operationId')}::uuid)`,
    )
    .limit(furthestPosition)
    .as('ahead')
  return db.select({ total: countRows() }).from(ahead)
})

export type Cancellation = {
  ownerId: string
  operationId: string
  /** For the operation's history. */
  actor: string
  /** The address of the request. */
  address?: string | undefined
  reason?: string
  /** The retention of a cancelled operation of `type`, in seconds. */
  retentionSeconds: (type: string) => number
  /** How long a running handler may take to stop, in seconds. */
  graceSeconds?: number
}

/**
 * Cancels an operation. One that is PENDING or WAITING ends at once unless steps must be compensated; a running one is CANCELLING until its handler stops
 * (send a `changed` notification). `unchanged`: it was already CANCELLING or CANCELLED. `finished`: it had another terminal status. Undefined:
 * it is not the owner's.
 */
export async function cancel(
  db: Db,
  request: Cancellation,
): Promise<{ kind: 'cancelled' | 'unchanged' | 'finished'; operation: OperationRow } | undefined> {
  // A claim or another transition may come between the read and the cancel; then it is repeated. Attempts are bounded, so the loop ends.
  for (;;) {
    const row = await find(db, request)
    if (!row) return undefined
    if (row.status === 'CANCELLING' || row.status === 'CANCELLED') return { kind: 'unchanged', operation: row }
    if (isTerminal(row.status)) return { kind: 'finished', operation: row }
    const changed = await cancelFrom(db, row, request)
    if (changed) return { kind: 'cancelled', operation: changed }
  }
}

/** Applies the transition that cancels the operation in its current status. */
function cancelFrom(db: Db, row: OperationRow, { actor, address, reason, ...request }: Cancellation) {
  const values = { cancelReason: reason }
  const cause = { actor, address, reason }
  if (row.status === 'RUNNING') {
    const graceSeconds = request.graceSeconds ?? cancelGraceSeconds
    return transition(db, 'requestCancel', row, { ...values, graceSeconds }, cause)
  }
  if (row.owesCompensation) return transition(db, 'cancelToCompensate', row, values, cause)
  return transition(
    db,
    'cancelPending',
    row,
    { ...values, retentionSeconds: request.retentionSeconds(row.type) },
    cause,
  )
}
