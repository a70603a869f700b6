import { sql } from 'drizzle-orm'
import { type Priority, turnDelayMs } from '../lifecycle/schedule.ts'
import type { Db } from './db.ts'
import { announcing } from './delivery-rows.ts'
import { gathering } from './gather.ts'
import { findByKey, type HeldKey, type Idempotency } from './idempotency.ts'
import { prepared } from './prepared.ts'
import { operations } from './schema.ts'
import type { OperationRow } from './transitions.ts'
import type { OperationWebhook } from './webhook-schema.ts'

export type Submission = {
  /** A UUIDv7 of the caller's making. */
  operationId: string
  ownerId: string
  /** Who submits, and from which address, for the operation's history. */
  createdBy?: string | undefined
  createdFrom?: string | undefined
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
  | 'operationId'
  | 'ownerId'
  | 'type'
  | 'priority'
  | 'maxAttempts'
  | 'labels'
  | 'input'
  | 'startAfter'
  | 'createdAt'
  | 'webhook'
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
export function leftNothing(error: unknown): boolean {
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
export async function outcomeOf(db: Db, submission: Submission, inserted: Inserted): Promise<Submitted> {
  const {
    operationId,
    ownerId,
    type,
    priority,
    maxAttempts,
    input,
    startAfter = null,
    webhook = null,
    idempotency,
  } = submission
  const added = inserted.get(operationId)
  if (added) {
    const asked = { operationId, ownerId, type, priority, maxAttempts, input, startAfter, webhook }
    return { kind: 'created', operation: { ...asked, ...added } }
  }
  if (!idempotency) throw new Error('a plain submit inserted no row')
  const held = await findByKey(db, { ownerId, key: idempotency.key })
  // The key expired between the two statements, and is free again: whoever takes it now holds it.
  return held ? firstOutcome(held, idempotency) : submit(db, submission)
}

/** What a submit comes to whose key is held by another. */
export function firstOutcome(held: HeldKey, asked: Idempotency): Submitted {
  if (!held.fingerprint.equals(asked.fingerprint)) return { kind: 'mismatch' }
  const { operation: first, expiredAt } = held
  return first ? { kind: 'replayed', operation: first } : { kind: 'gone', expiredAt }
}

/** ON CONFLICT takes no key twice. */
function oneByKey(submissions: readonly Submission[]): readonly Submission[] {
  if (submissions.length === 1) return submissions
  return [...Map.groupBy(inKeyOrder(submissions), lockName).values()].flatMap(([first]) => first ?? [])
}

/** In the order in which their keys are locked, so that two who insert many do not wait for one another. */
export function inKeyOrder(submissions: readonly Submission[]): Submission[] {
  return submissions
    .map((submission) => ({ submission, name: lockName(submission) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ submission }) => submission)
}

function lockName({ operationId, ownerId, idempotency }: Submission): string {
  return idempotency ? `${idempotency.key}\n${ownerId}` : operationId
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
      webhook jsonb, "queueTimeoutSeconds" float8, "createdBy" text, "createdFrom" text, key text, fingerprint text, "keepSeconds" float8)`)
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
      created_by, created_from, due_at, turn_at, deadline_at)
    select "operationId", "ownerId", type, input, priority, labels, "maxAttempts", "startAfter", webhook,
      "createdBy", "createdFrom", case when "startAfter" > now() then "startAfter" end,
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
