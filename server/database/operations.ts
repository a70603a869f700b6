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
import { cancelGraceSeconds, type Priority, turnDelayMs } from '../lifecycle/schedule.ts'
import { isTerminal, type Status } from '../lifecycle/states.ts'
import type { Db } from './db.ts'
import { announcing } from './delivery-rows.ts'
import { gathering } from './gather.ts'
import { findByKey, type Idempotency } from './idempotency.ts'
import { prepared } from './prepared.ts'
import { operations } from './schema.ts'
import { type OperationRow, take } from './transitions.ts'
import type { OperationWebhook } from './webhook-schema.ts'

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
  /** Who is to hear of it, beside the owner's receivers. Its secret is sealed. */
  webhook?: OperationWebhook | undefined
  maxAttempts: number
  /** How long it may wait from its due time on before it fails with QUEUE_TIMEOUT. */
  queueTimeoutSeconds: number
  idempotency?: Idempotency | undefined
}

/** What the answer to a submit tells of the row: what stays as it was when it was accepted. */
export type AcceptedRow = Pick<
  OperationRow,
  'operationId' | 'ownerId' | 'type' | 'priority' | 'maxAttempts' | 'labels' | 'startAfter' | 'createdAt' | 'webhook'
> & { retryOf?: string | null }

export type Submitted =
  | { kind: 'created'; operation: AcceptedRow }
  | { kind: 'replayed'; operation: OperationRow }
  | { kind: 'gone'; expiredAt: Date | null }
  | { kind: 'mismatch' }

/**
 * Accepts an operation, in one round trip. With a key that the owner has used and that is kept still: `replayed` with the operation of
 * the first submit when the fingerprint is the same (`gone` when that has been removed since), else `mismatch`. However many come
 * at once, one row is made.
 */
export async function submit(db: Db, submission: Submission): Promise<Submitted> {
  return outcomeOf(db, submission, await insertAll(db, [submission]))
}

/** `submit` for many callers at once; a submission that the database refuses fails alone. */
export function gatheredSubmit(db: Db): (submission: Submission) => Promise<Submitted> {
  return gathering(async (submissions: readonly Submission[]) => {
    try {
      const inserted = await insertAll(db, submissions)
      return (submission) => outcomeOf(db, submission, inserted)
    } catch (error) {
      if (submissions.length === 1 || !leftNothing(error)) throw error
      return (submission) => submit(db, submission)
    }
  }, 100)
}

/**
 * Whether the server says that the statement left nothing behind (SQLSTATE classes 22, 23, 40, 54), so that its rows can be
 * inserted again. After a lost connection nobody knows, and a second insert could refuse what was accepted.
 */
function leftNothing(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && /^(22|23|40|54)...$/.test(at.code)) return true
  }
  return false
}

/** What the database adds to a submission, by the operation's id. */
type Inserted = ReadonlyMap<string, Pick<AcceptedRow, 'createdAt' | 'labels'>>

/**
 * Inserts all of them in one statement, or none if it fails. Missing in the answer: those whose key is held, by an earlier
 * submit or by another one of these.
 */
export async function insertAll(db: Db, submissions: readonly Submission[]): Promise<Inserted> {
  const given = JSON.stringify(oneByKey(submissions).map(recordOf))
  const rows = await insert(db).execute({ given })
  return new Map(rows.map(({ operationId, ...added }) => [operationId, added]))
}

/** What became of one of the submissions that `insertAll` was given. */
async function outcomeOf(db: Db, submission: Submission, inserted: Inserted): Promise<Submitted> {
  const {
    operationId,
    ownerId,
    type,
    priority,
    maxAttempts,
    startAfter = null,
    webhook = null,
    idempotency,
  } = submission
  const added = inserted.get(operationId)
  if (added) {
    const asked = { operationId, ownerId, type, priority, maxAttempts, startAfter, webhook }
    return { kind: 'created', operation: { ...asked, ...added } }
  }
  if (!idempotency) throw new Error('a plain submit inserted no row')
  const held = await findByKey(db, { ownerId, key: idempotency.key })
  // The key expired between the two statements, and is free again: whoever takes it now holds it.
  if (!held) return submit(db, submission)
  if (!held.fingerprint.equals(idempotency.fingerprint)) return { kind: 'mismatch' }
  const { operation: first, expiredAt } = held
  return first ? { kind: 'replayed', operation: first } : { kind: 'gone', expiredAt }
}

/** ON CONFLICT takes no key twice; in the keys' order, so that two statements do not wait for one another. */
function oneByKey(submissions: readonly Submission[]): readonly Submission[] {
  if (submissions.length === 1) return submissions
  const byKey = Map.groupBy(submissions, ({ operationId, ownerId, idempotency }) =>
    idempotency ? `${idempotency.key}\n${ownerId}` : operationId,
  )
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, [first]]) => first ?? [])
}

function recordOf({ idempotency, startAfter, priority, ...rest }: Submission) {
  return {
    ...rest,
    priority,
    labels: rest.labels ?? {},
    startAfter: startAfter?.toISOString(),
    turnDelayMs: turnDelayMs[priority],
    key: idempotency?.key,
    fingerprint: idempotency?.fingerprint.toString('hex'),
    keepSeconds: idempotency?.keepSeconds,
  }
}

// One statement: the key's primary key decides between submits that come at once, and a loser inserts nothing. An
// expired key is taken over.
const insert = prepared('operations_insert', (db) => {
  const value = sql.placeholder
  const given = db.$with('given', {}).as(sql`
    select * from jsonb_to_recordset(${value('given')}::jsonb) as given ("operationId" uuid, "ownerId" text, type text,
      input jsonb, priority text, labels jsonb, "maxAttempts" int, "startAfter" timestamptz, "turnDelayMs" float8,
      webhook jsonb, "queueTimeoutSeconds" float8, key text, fingerprint text, "keepSeconds" float8)`)
  const held = db.$with('held', {}).as(sql`
    insert into idempotency_keys (owner_id, key, fingerprint, operation_id, expires_at)
    select "ownerId", key, decode(fingerprint, 'hex'), "operationId", now() + "keepSeconds" * interval '1 second'
    from given where key is not null
    on conflict (owner_id, key) do update
      set fingerprint = excluded.fingerprint, operation_id = excluded.operation_id, expires_at = excluded.expires_at
      where idempotency_keys.expires_at <= now()
    returning operation_id`)
  const { operationId, createdAt, labels } = operations
  const created = db.$with('created', { operationId, createdAt, labels }).as(sql`
    insert into operations (operation_id, owner_id, type, input, priority, labels, max_attempts, start_after, webhook,
      due_at, turn_at, deadline_at)
    select "operationId", "ownerId", type, input, priority, labels, "maxAttempts", "startAfter", webhook,
      case when "startAfter" > now() then "startAfter" end,
      case when "startAfter" > now() then null else now() + "turnDelayMs" * interval '1 millisecond' end,
      greatest(now(), "startAfter") + "queueTimeoutSeconds" * interval '1 second'
    from given where key is null or "operationId" in (select operation_id from held)
    returning operation_id, created_at, labels, owner_id, status, webhook`)
  // The creation is told of, though it has no event.
  const announced = db
    .$with('announced', {})
    .as(announcing({ from: 'created', event: 'PENDING', sequence: sql`0`, at: sql`created_at` }))
  return db.with(given, held, created, announced).select().from(created)
})

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
function cancelFrom(db: Db, row: OperationRow, { actor, reason, ...request }: Cancellation) {
  const values = { cancelReason: reason }
  const cause = { actor, reason }
  if (row.status === 'RUNNING') {
    const graceSeconds = request.graceSeconds ?? cancelGraceSeconds
    return take(db, 'requestCancel', row, { ...values, graceSeconds }, cause)
  }
  if (row.owesUndo) return take(db, 'cancelToUnwind', row, values, cause)
  return take(db, 'cancelPending', row, { ...values, retentionSeconds: request.retentionSeconds(row.type) }, cause)
}
