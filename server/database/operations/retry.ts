import { and, eq, sql } from 'drizzle-orm'
import { mayBeRetried } from '../../domain/retry.ts'
import type { Db } from '../db.ts'
import { countActive, lockQuota } from '../quotas.ts'
import { operations, steps } from '../schema/operations.ts'
import { type AcceptedOperation, type CreateWithinQuotaOutcome, create, type NewOperation } from './create.ts'
import { newestRetries } from './dependencies.ts'
import { findByKey, type Idempotency } from './idempotency.ts'
import type { OperationRow } from './transition.ts'

export type Retry = {
  ownerId: string
  /** The operation to retry. */
  operationId: string
  /** The id of the new operation: a UUIDv7 made by the caller. */
  newOperationId: string
  /** The actor and address of the request, for the new operation's history. */
  actor: string
  address?: string | undefined
  /** The rule of a type in the spec; undefined: operations of this type cannot be retried. */
  rule: (type: string) => { queueTimeoutSeconds: number; reusesSteps?: boolean } | undefined
  idempotency?: Idempotency
  /** Most active operations of the owner. Undefined: not checked. */
  cap?: number | undefined
  /** The trace context of the request, for the new operation. */
  traceContext?: string | undefined
}

/** `refused`: the operation is active, was successful, was retried already, or has an unknown type. */
export type Retried = CreateWithinQuotaOutcome | { kind: 'refused'; operation: OperationRow }

/**
 * Creates a new operation with the input and options of one that did not succeed, except its start time. The old one keeps its outcome and
 * references the new one. Of concurrent retries one is accepted, and those with its key are `replayed`. Undefined: not the owner's.
 */
export function retry(db: Db, request: Retry): Promise<Retried | undefined> {
  const { ownerId, operationId, newOperationId, idempotency, cap } = request
  return db.transaction(async (tx) => {
    // Locked first, so that a concurrent retry sees the result of this one.
    const old = await lock(tx, { ownerId, operationId })
    if (!old) return undefined
    const rule = request.rule(old.type)
    const known = idempotency && (await findByKey(tx, { ownerId, key: idempotency.key }))
    if (!rule || (!known && !mayBeRetried(old))) return { kind: 'refused', operation: old }
    if (!known && cap !== undefined && (await isFull(tx, { ownerId, cap }))) return { kind: 'full' }
    const outcome = await create(tx, {
      ...requestOf(old),
      ...(await dependenciesOf(tx, old)),
      operationId: newOperationId,
      createdBy: request.actor,
      createdFrom: request.address,
      idempotency,
      traceContext: request.traceContext,
      queueTimeoutSeconds: rule.queueTimeoutSeconds,
    })
    if (outcome.kind !== 'created') return outcome
    const owesCompensation = rule.reusesSteps ? await copySteps(tx, operationId, newOperationId) : false
    await tx
      .update(operations)
      .set({ retryOf: operationId, owesCompensation })
      .where(eq(operations.operationId, newOperationId))
    await tx.update(operations).set({ retriedBy: newOperationId }).where(eq(operations.operationId, operationId))
    return { kind: 'created', operation: { ...outcome.operation, retryOf: operationId } satisfies AcceptedOperation }
  })
}

/** Holds the owner's lock until the end of the transaction, so that the answer stays true. */
async function isFull(tx: Db, { ownerId, cap }: { ownerId: string; cap: number }): Promise<boolean> {
  await lockQuota(tx, 'operations', ownerId)
  return (await countActive(tx, { ownerId, most: cap })) >= cap
}

async function lock(tx: Db, { ownerId, operationId }: Pick<Retry, 'ownerId' | 'operationId'>) {
  const mine = and(eq(operations.operationId, operationId), eq(operations.ownerId, ownerId))
  const [row] = await tx.select().from(operations).where(mine).for('update')
  return row
}

function requestOf(row: OperationRow) {
  const {
    ownerId,
    type,
    summary,
    resourceId,
    labels,
    priority,
    maxAttempts,
    concurrencyKey,
    concurrencyLimit,
    webhook,
  } = row
  const input = row.input as NewOperation['input']
  const options = { labels, priority, maxAttempts, concurrencyKey, concurrencyLimit }
  const request = { ownerId, type, input, summary, resourceId, ...options }
  // A webhook that responded with 410 is not used again.
  return webhook?.disabledAt ? request : { ...request, webhook: webhook ?? undefined }
}

/**
 * Its dependencies, each replaced by the newest operation that retries it. One that was deleted had been successful if the operation ran, and
 * is left out.
 */
async function dependenciesOf(tx: Db, { dependsOn, dependencyPolicy, attempt }: OperationRow) {
  if (dependsOn === null) return {}
  const newest = await newestRetries(tx, dependsOn)
  const left = attempt > 0 ? newest.filter(({ exists }) => exists) : newest
  return left.length === 0
    ? {}
    : { dependsOn: left.map((one) => one.newest), dependencyPolicy: dependencyPolicy ?? undefined }
}

/**
 * Copies the done steps up to the first that is not done, because later steps depended on that one. Returns whether a copied step must be
 * compensated if the new operation fails.
 */
async function copySteps(tx: Db, from: string, to: string): Promise<boolean> {
  const unfinished = sql`
    select min(position) from steps where operation_id = ${from} and state <> 'DONE'`
  const copied = await tx
    .insert(steps)
    .select(
      tx
        .select({
          operationId: sql`${to}::uuid`.as('operation_id'),
          name: steps.name,
          position: steps.position,
          state: steps.state,
          undoable: steps.undoable,
          attempt: sql`0`.as('attempt'),
          result: steps.result,
          phase: steps.phase,
          durationMs: steps.durationMs,
        })
        .from(steps)
        .where(and(eq(steps.operationId, from), sql`${steps.position} < coalesce((${unfinished}), 2147483647)`)),
    )
    .returning({ undoable: steps.undoable })
  return copied.some(({ undoable }) => undoable)
}
