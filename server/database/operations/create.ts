import { sql } from 'drizzle-orm'
import { type Priority, turnDelayMs } from '../../domain/schedule.ts'
import { createBatcher, slowBatchMs } from '../../lib/batcher.ts'
import type { Db } from '../db.ts'
import { sqlState } from '../errors.ts'
import { type GivenColumn, givenRows, givenText } from '../given-rows.ts'
import { prepared } from '../prepared.ts'
import { type DependencyPolicy, operations } from '../schema/operations.ts'
import type { OperationWebhook } from '../schema/webhooks.ts'
import { insertDeliveries } from '../webhooks/create.ts'
import { type DependencyParts, dependencyParts } from './dependencies.ts'
import { findByKey, type Idempotency, type KnownKey } from './idempotency.ts'
import { keysReleased, releaseKeys } from './keys.ts'
import type { OperationRow } from './read.ts'

export type NewOperation = {
  /** A UUIDv7 made by the API process. */
  operationId: string
  ownerId: string
  /** The actor and address of the submit, for the operation's history. */
  createdBy?: string | undefined
  createdFrom?: string | undefined
  type: string
  input: Readonly<Record<string, unknown>>
  /** One line about the input, and the id of the resource that it names. */
  summary?: string | null
  resourceId?: string | null
  priority: Priority
  labels?: Readonly<Record<string, string>>
  /** The earliest start. */
  startAfter?: Date
  /** A webhook of this operation, in addition to the owner's receivers. Its secret is encrypted. */
  webhook?: OperationWebhook | undefined
  /** At most `concurrencyLimit` operations of the owner with this key run at the same time. */
  concurrencyKey?: string | null
  concurrencyLimit?: number | null
  maxAttempts: number
  /** Seconds from the due time until it fails with QUEUE_TIMEOUT. */
  queueTimeoutSeconds: number
  /** The schedule that submits it, and the time at which it was due. */
  scheduleId?: string
  scheduledFor?: Date
  /** The operations that must end before it starts, of the same owner or of the same `insertAll`. Without duplicates. */
  dependsOn?: readonly string[] | undefined
  dependencyPolicy?: DependencyPolicy | undefined
  idempotency?: Idempotency | undefined
  /** The batch that it belongs to. */
  batchId?: string
  /** The trace context of the submit, as `parseTraceContext` or a span returned it. */
  traceContext?: string | undefined
}

/** The columns in the response to a submit: those that do not change after the insert. */
export type AcceptedOperation = Pick<
  OperationRow,
  | 'operationId'
  | 'ownerId'
  | 'type'
  | 'priority'
  | 'maxAttempts'
  | 'labels'
  | 'summary'
  | 'resourceId'
  | 'startAfter'
  | 'createdAt'
  | 'webhook'
  | 'dependsOn'
  | 'dependencyPolicy'
  | 'concurrencyKey'
> & { retryOf?: string | null; batchId?: string | null; scheduleId?: string | null; scheduledFor?: Date | null }

export type CreateOutcome =
  | { kind: 'created'; operation: AcceptedOperation }
  | { kind: 'replayed'; operation: OperationRow }
  | { kind: 'gone'; expiredAt: Date | null }
  | { kind: 'mismatch' }

/** `full`: the owner has as many operations that have not ended as its quota allows. */
export type CreateWithinQuotaOutcome = CreateOutcome | { kind: 'full' }

/**
 * Inserts an operation in one round trip. With an idempotency key that the owner has used: `replayed` with the operation of the first submit if
 * the fingerprint is the same (`gone` if that operation was deleted), otherwise `mismatch`. Concurrent submits with one key insert one row.
 */
export async function create(db: Db, submission: NewOperation): Promise<CreateOutcome> {
  return outcomeOf(db, submission, await insertAll(db, [submission]))
}

/** `create` in batches. A submission that the database refuses fails alone. */
export function batchedCreate(db: Db): (submission: NewOperation) => Promise<CreateOutcome> {
  const create = createInBatches(db)
  // These wait for the locks of their dependencies, and others must not wait with them.
  const createDependent = createInBatches(db)
  return (submission) => (submission.dependsOn ? createDependent : create)(submission)
}

function createInBatches(db: Db) {
  return createBatcher(
    async (submissions: readonly NewOperation[]) => {
      try {
        const inserted = await insertAll(db, submissions)
        return submissions.map((submission) => outcomeOf(db, submission, inserted))
      } catch (error) {
        if (submissions.length === 1 || !leftNothing(error)) throw error
        return submissions.map((submission) => create(db, submission))
      }
    },
    { size: 100, overlapAfterMs: slowBatchMs },
  )
}

/**
 * Whether the statement was rolled back for certain (SQLSTATE classes 22, 23, 40, 54), so that its rows can be inserted again. After a lost
 * connection it may have been committed, and a second insert would fail.
 */
export function leftNothing(error: unknown): boolean {
  return /^(22|23|40|54)/.test(sqlState(error) ?? '')
}

/** The columns that the database sets, by operation id. */
export type Inserted = ReadonlyMap<string, Pick<AcceptedOperation, 'createdAt' | 'labels'>>

/**
 * Inserts all submissions in one statement, or none if it fails. The result lacks those whose key was used, by an earlier submit or by
 * another of these.
 */
export async function insertAll(db: Db, submissions: readonly NewOperation[]): Promise<Inserted> {
  const isDependent = submissions.some(({ dependsOn }) => dependsOn)
  const insert = isDependent ? insertDependent : insertIndependent
  const given = givenText(oneByKey(submissions), isDependent ? dependentColumns : columns)
  const rows = await insert(db).execute({ given })
  return new Map(rows.map(({ operationId, ...added }) => [operationId, added]))
}

/** The outcome of one of the submissions that `insertAll` got. */
export async function outcomeOf(db: Db, submission: NewOperation, inserted: Inserted): Promise<CreateOutcome> {
  const operation = acceptedIn(inserted, submission)
  if (operation) return { kind: 'created', operation }
  const { ownerId, idempotency } = submission
  if (!idempotency) throw new Error('a submit without a key inserted no row')
  const known = await findByKey(db, { ownerId, key: idempotency.key })
  // Undefined when the key expired between the two statements; then it can be used again.
  return known ? firstOutcome(known, idempotency) : create(db, submission)
}

/** The operation of a submission, if `insertAll` has inserted it. */
export function acceptedIn(inserted: Inserted, submission: NewOperation): AcceptedOperation | undefined {
  const {
    operationId,
    ownerId,
    type,
    priority,
    maxAttempts,
    summary = null,
    resourceId = null,
    startAfter = null,
    webhook = null,
    concurrencyKey = null,
    batchId = null,
    scheduleId = null,
    scheduledFor = null,
  } = submission
  const added = inserted.get(operationId)
  if (!added) return undefined
  const given = { operationId, ownerId, type, priority, maxAttempts, summary, resourceId, startAfter, webhook }
  return { ...given, concurrencyKey, batchId, scheduleId, scheduledFor, ...dependenciesOf(submission), ...added }
}

function dependenciesOf({ dependsOn, dependencyPolicy = 'FAIL' }: NewOperation) {
  return dependsOn ? { dependsOn: [...dependsOn], dependencyPolicy } : { dependsOn: null, dependencyPolicy: null }
}

/** The outcome of a submit whose key was used before. */
export function firstOutcome(known: KnownKey, { fingerprint }: Idempotency): CreateOutcome {
  if (!known.fingerprint.equals(fingerprint)) return { kind: 'mismatch' }
  const { operation: first, expiredAt } = known
  return first ? { kind: 'replayed', operation: first } : { kind: 'gone', expiredAt }
}

/** ON CONFLICT does not accept a key twice. */
function oneByKey(submissions: readonly NewOperation[]): readonly NewOperation[] {
  if (submissions.length === 1) return submissions
  return [...Map.groupBy(inKeyOrder(submissions), lockName).values()].flatMap(([first]) => first ?? [])
}

/** In the order of their keys, in which they are locked: two batches then never deadlock. */
export function inKeyOrder(submissions: readonly NewOperation[]): NewOperation[] {
  return submissions
    .map((submission) => ({ submission, name: lockName(submission) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ submission }) => submission)
}

function lockName({ operationId, ownerId, idempotency }: NewOperation): string {
  return idempotency ? `${idempotency.key}\n${ownerId}` : operationId
}

const columns: Readonly<Record<string, GivenColumn<NewOperation>>> = {
  operationId: ['uuid', ({ operationId }) => operationId],
  ownerId: ['text', ({ ownerId }) => ownerId],
  type: ['text', ({ type }) => type],
  input: ['jsonb', ({ input }) => input],
  summary: ['text', ({ summary }) => summary],
  resourceId: ['text', ({ resourceId }) => resourceId],
  priority: ['text', ({ priority }) => priority],
  labels: ['jsonb', ({ labels }) => labels],
  maxAttempts: ['int', ({ maxAttempts }) => maxAttempts],
  startAfter: ['timestamptz', ({ startAfter }) => startAfter],
  turnDelayMs: ['float8', ({ priority }) => turnDelayMs[priority]],
  webhook: ['jsonb', ({ webhook }) => webhook],
  queueTimeoutSeconds: ['float8', ({ queueTimeoutSeconds }) => queueTimeoutSeconds],
  createdBy: ['text', ({ createdBy }) => createdBy],
  createdFrom: ['text', ({ createdFrom }) => createdFrom],
  concurrencyKey: ['text', ({ concurrencyKey }) => concurrencyKey],
  concurrencyLimit: ['int', ({ concurrencyLimit }) => concurrencyLimit],
  batchId: ['uuid', ({ batchId }) => batchId],
  scheduleId: ['uuid', ({ scheduleId }) => scheduleId],
  scheduledFor: ['timestamptz', ({ scheduledFor }) => scheduledFor],
  traceContext: ['text', ({ traceContext }) => traceContext],
  key: ['text', ({ idempotency }) => idempotency?.key],
  fingerprint: ['text', ({ idempotency }) => idempotency?.fingerprint.toString('hex')],
  keepSeconds: ['float8', ({ idempotency }) => idempotency?.keepSeconds],
}

const dependentColumns: typeof columns = {
  ...columns,
  dependsOn: ['jsonb', ({ dependsOn }) => dependsOn],
  dependencyPolicy: ['text', ({ dependsOn, dependencyPolicy = 'FAIL' }) => (dependsOn ? dependencyPolicy : null)],
}

// One statement: the primary key of the keys decides between concurrent submits, and the others insert nothing. An expired key is reused.
const insertIndependent = prepared('operations_insert', (db) => insertStatement(db))

/** The same for operations of which some have dependencies. */
const insertDependent = prepared('operations_insert_dependent', (db) => insertStatement(db, dependencyParts(db)))

function insertStatement(db: Db, dependent?: DependencyParts) {
  const value = sql.placeholder
  const given = db.$with('given', {}).as(givenRows(sql`${value('given')}`, dependent ? dependentColumns : columns))
  const held = db.$with('held', {}).as(sql`
    insert into idempotency_keys (owner_id, key, fingerprint, operation_id, expires_at)
    select "ownerId", key, decode(fingerprint, 'hex'), "operationId", now() + "keepSeconds" * interval '1 second'
    from given where key is not null
    on conflict (owner_id, key) do update
      set fingerprint = excluded.fingerprint, operation_id = excluded.operation_id, expires_at = excluded.expires_at
      where idempotency_keys.expires_at <= now()
    returning operation_id`)
  const { operationId, createdAt, labels } = operations
  const times = {
    due: sql`case when "startAfter" > now() then "startAfter" end`,
    // Null before `startAfter`.
    turn: sql`case when "startAfter" > now() then null else now() + "turnDelayMs" * interval '1 millisecond' end`,
    deadline: sql`greatest(now(), "startAfter") + "queueTimeoutSeconds" * interval '1 second'`,
  }
  const { due, turn, deadline } = dependent?.timed(times) ?? times
  const created = db.$with('created', { operationId, createdAt, labels }).as(sql`
    insert into operations (operation_id, owner_id, type, input, summary, resource_id, priority, labels, max_attempts, start_after, webhook,
      created_by, created_from, batch_id, schedule_id, scheduled_for, trace_context, concurrency_key, concurrency_limit, due_at, turn_at, key_turn_at, deadline_at${dependent?.columns ?? sql``})
    select "operationId", "ownerId", type, input, summary, "resourceId", priority, coalesce(labels, '{}'), "maxAttempts", "startAfter", webhook,
      "createdBy", "createdFrom", "batchId", "scheduleId", "scheduledFor", "traceContext", "concurrencyKey", "concurrencyLimit", ${due},
      case when "concurrencyKey" is null then ${turn} end, case when "concurrencyKey" is not null then ${turn} end,
      ${deadline}${dependent?.values ?? sql``}
    from given ${dependent?.join ?? sql``} where key is null or "operationId" in (select operation_id from held)
    returning operation_id, created_at, labels, owner_id, status, webhook,
      case when key_turn_at is not null then concurrency_key end as concurrency_key`)
  // A creation is delivered although it has no stored event.
  const delivered = db
    .$with('delivered', {})
    .as(insertDeliveries({ from: 'created', event: 'PENDING', sequence: sql`0`, at: sql`created_at` }))
  return db
    .with(
      given,
      ...(dependent?.before ?? []),
      held,
      created,
      delivered,
      ...(dependent?.after ?? []),
      releaseKeys(db, 'created'),
    )
    .select()
    .from(created)
    .where(keysReleased)
}
