import {
  and,
  count as countRows,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import { cancelGraceSeconds, type Priority, turnDelayMs } from '../lifecycle/schedule.ts'
import { isTerminal, type Status } from '../lifecycle/states.ts'
import type { Db } from './db.ts'
import { findByKey, type Idempotency } from './idempotency.ts'
import { prepared } from './prepared.ts'
import { operations } from './schema.ts'
import { type OperationRow, take } from './transitions.ts'

export type { OperationRow } from './transitions.ts'

export type Submission = {
  /** A UUIDv7 of the caller's making. */
  operationId: string
  ownerId: string
  type: string
  input: Readonly<Record<string, unknown>>
  priority: Priority
  labels?: Readonly<Record<string, string>>
  /** Not to be started before this instant. */
  startAfter?: Date
  maxAttempts: number
  /** How long it may wait from its due time on before it fails with QUEUE_TIMEOUT. */
  queueTimeoutSeconds: number
  idempotency?: Idempotency
}

/**
 * Accepts an operation, in one round trip. With a key that the owner has used and that is kept still: `replayed` with the operation of
 * the first submit when the fingerprint is the same (`gone` when that has been removed since), else `mismatch`. However many come
 * at once, one row is made.
 */
export async function submit(
  db: Db,
  submission: Submission,
): Promise<
  | { kind: 'created' | 'replayed'; operation: OperationRow }
  | { kind: 'gone'; expiredAt: Date | null }
  | { kind: 'mismatch' }
> {
  const { idempotency, labels = {}, startAfter, ...rest } = submission
  const values = {
    ...rest,
    input: JSON.stringify(submission.input),
    labels: JSON.stringify(labels),
    startAfter: startAfter?.toISOString() ?? null,
    turnDelayMs: turnDelayMs[submission.priority],
  }
  if (!idempotency) {
    const [operation] = await insertPlain(db).execute(values)
    if (operation) return { kind: 'created', operation }
    throw new Error('a plain submit inserted no row')
  }
  const { key, fingerprint, keepSeconds } = idempotency
  for (let round = 0; round < 3; round += 1) {
    const [operation] = await insertKeyed(db).execute({ ...values, key, fingerprint, keepSeconds })
    if (operation) return { kind: 'created', operation }
    const held = await findByKey(db, { ownerId: submission.ownerId, key })
    // Nothing held any more: the key expired between the two statements, and is free again.
    if (held) {
      const { operation: first, expiredAt } = held
      if (!held.fingerprint.equals(fingerprint)) return { kind: 'mismatch' }
      return first ? { kind: 'replayed', operation: first } : { kind: 'gone', expiredAt }
    }
  }
  throw new Error('an idempotency key is neither free nor held')
}

const insertPlain = prepared('operations_insert', (db) => {
  const created = db.$with('created', getTableColumns(operations)).as(inserting(sql``))
  return db.with(created).select().from(created)
})

// One statement: the key's primary key decides between submits that come at once, and a loser inserts nothing. An
// expired key is taken over.
const insertKeyed = prepared('operations_insert_keyed', (db) => {
  const value = sql.placeholder
  const held = db.$with('held', {}).as(sql`
    insert into idempotency_keys (owner_id, key, fingerprint, operation_id, expires_at)
    values (${value('ownerId')}, ${value('key')}, ${value('fingerprint')}, ${value('operationId')}::uuid,
      now() + ${value('keepSeconds')}::float8 * interval '1 second')
    on conflict (owner_id, key) do update
      set fingerprint = excluded.fingerprint, operation_id = excluded.operation_id, expires_at = excluded.expires_at
      where idempotency_keys.expires_at <= now()
    returning 1`)
  const created = db.$with('created', getTableColumns(operations)).as(inserting(sql`from held`))
  return db.with(held, created).select().from(created)
})

function inserting(source: SQL): SQL {
  const value = sql.placeholder
  const startAfter = sql`${value('startAfter')}::timestamptz`
  return sql`
    insert into operations (operation_id, owner_id, type, input, priority, labels, max_attempts, start_after, turn_at,
      deadline_at)
    select ${value('operationId')}::uuid, ${value('ownerId')}, ${value('type')}, ${value('input')}::jsonb,
      ${value('priority')}, ${value('labels')}::jsonb, ${value('maxAttempts')}::int, ${startAfter},
      case when ${startAfter} > now() then null
        else now() + ${value('turnDelayMs')}::float8 * interval '1 millisecond' end,
      greatest(now(), ${startAfter}) + ${value('queueTimeoutSeconds')}::float8 * interval '1 second'
    ${source}
    returning *`
}

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
  const ahead = db
    .select({ operationId: operations.operationId })
    .from(operations)
    .where(
      and(
        eq(operations.ownerId, row.ownerId),
        eq(operations.status, 'PENDING'),
        isNotNull(operations.turnAt),
        or(
          lt(operations.turnAt, row.turnAt),
          and(eq(operations.turnAt, row.turnAt), lt(operations.operationId, row.operationId)),
        ),
      ),
    )
    .limit(furthestPosition)
    .as('ahead')
  const [answer] = await db.select({ total: countRows() }).from(ahead)
  const position = (answer?.total ?? 0) + 1
  return position > furthestPosition ? undefined : position
}

export type Cancellation = {
  ownerId: string
  operationId: string
  /** Who asks, for the operation's history. */
  actor: string
  reason?: string
  /** How long the record of a cancelled operation of `type` is kept, in seconds. */
  retentionSeconds: (type: string) => number
  /** How long a running handler may take to yield, in seconds. */
  graceSeconds?: number
}

/**
 * Cancels: a waiting operation at once, a running one as soon as its handler yields (CANCELLING until then; tell the
 * workers with a `changed` hint). `unchanged`: it was cancelled or being cancelled already. `finished`: it had ended
 * otherwise. Undefined: not the owner's.
 */
export async function cancel(
  db: Db,
  request: Cancellation,
): Promise<{ kind: 'cancelled' | 'unchanged' | 'finished'; operation: OperationRow } | undefined> {
  const cause = { actor: request.actor, reason: request.reason }
  // A claim or a finish may come between the read and the step: then look again. Each round means that somebody else
  // moved the operation, and attempts are bounded, so this ends.
  for (;;) {
    const row = await find(db, request)
    if (!row) return undefined
    if (row.status === 'CANCELLING' || row.status === 'CANCELLED') return { kind: 'unchanged', operation: row }
    if (isTerminal(row.status)) return { kind: 'finished', operation: row }
    const cancelReason = request.reason
    const moved =
      row.status === 'PENDING'
        ? await take(
            db,
            'cancelPending',
            row,
            { cancelReason, retentionSeconds: request.retentionSeconds(row.type) },
            cause,
          )
        : await take(
            db,
            'requestCancel',
            row,
            { cancelReason, graceSeconds: request.graceSeconds ?? cancelGraceSeconds },
            cause,
          )
    if (moved) return { kind: 'cancelled', operation: moved }
  }
}
