import { and, eq, sql } from 'drizzle-orm'
import { mayBeRetried } from '../lifecycle/retry.ts'
import type { Capped } from './capped-submissions.ts'
import type { Db } from './db.ts'
import { findByKey, type Idempotency } from './idempotency.ts'
import type { OperationRow } from './operations.ts'
import { countActive, lockQuota } from './quotas.ts'
import { operations, steps } from './schema.ts'
import { type AcceptedRow, type Submission, submit } from './submissions.ts'

export type Retry = {
  ownerId: string
  /** The operation that is to be done again. */
  operationId: string
  /** The new operation's: a UUIDv7 of the caller's making. */
  newOperationId: string
  /** Who asks, and from which address, for the new operation's history. */
  actor: string
  address?: string | undefined
  /** What the spec says of the operation's type; of one that is undefined none is retried. */
  rule: (type: string) => { queueTimeoutSeconds: number; reusesSteps?: boolean } | undefined
  idempotency?: Idempotency
  /** How many operations that have not ended the owner may have. Undefined: not looked at. */
  cap?: number | undefined
}

/** Also `refused`: it has not ended, or ended well, or has been retried already, or nobody knows its type. */
export type Retried = Capped | { kind: 'refused'; operation: OperationRow }

/**
 * Accepts a new operation that does the work of one that ended badly again, with all that was asked of that one save its start. The
 * old one keeps its end, and knows its successor. Of many retries at once one is accepted, and those with its key are
 * `replayed`. Undefined: not the owner's.
 */
export function retry(db: Db, request: Retry): Promise<Retried | undefined> {
  const { ownerId, operationId, newOperationId, idempotency, cap } = request
  return db.transaction(async (tx) => {
    // First of all, so that a second retry finds what the first one left.
    const old = await lock(tx, { ownerId, operationId })
    if (!old) return undefined
    const rule = request.rule(old.type)
    const held = idempotency && (await findByKey(tx, { ownerId, key: idempotency.key }))
    if (!rule || (!held && !mayBeRetried(old))) return { kind: 'refused', operation: old }
    if (!held && cap !== undefined && (await isFull(tx, { ownerId, cap }))) return { kind: 'full' }
    const outcome = await submit(tx, {
      ...asked(old),
      operationId: newOperationId,
      createdBy: request.actor,
      createdFrom: request.address,
      idempotency,
      queueTimeoutSeconds: rule.queueTimeoutSeconds,
    })
    if (outcome.kind !== 'created') return outcome
    const owesUndo = rule.reusesSteps ? await copySteps(tx, operationId, newOperationId) : false
    await tx
      .update(operations)
      .set({ retryOf: operationId, owesUndo })
      .where(eq(operations.operationId, newOperationId))
    await tx.update(operations).set({ retriedBy: newOperationId }).where(eq(operations.operationId, operationId))
    return { kind: 'created', operation: { ...outcome.operation, retryOf: operationId } satisfies AcceptedRow }
  })
}

/** Until the transaction ends nobody else who asks this makes it true. */
async function isFull(tx: Db, { ownerId, cap }: { ownerId: string; cap: number }): Promise<boolean> {
  await lockQuota(tx, 'operations', ownerId)
  return (await countActive(tx, { ownerId, most: cap })) >= cap
}

async function lock(tx: Db, { ownerId, operationId }: Pick<Retry, 'ownerId' | 'operationId'>) {
  const mine = and(eq(operations.operationId, operationId), eq(operations.ownerId, ownerId))
  const [row] = await tx.select().from(operations).where(mine).for('update')
  return row
}

function asked({ ownerId, type, input, labels, priority, maxAttempts, webhook }: OperationRow) {
  const asked = { ownerId, type, input: input as Submission['input'], labels, priority, maxAttempts }
  // One that answered 410 wants no more.
  return webhook?.disabledAt ? asked : { ...asked, webhook: webhook ?? undefined }
}

/**
 * The finished steps up to the first that is not: what came after that one was built on what is no more. Answers whether one of them
 * would have to be undone.
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
          fence: sql`0`.as('fence'),
          result: steps.result,
        })
        .from(steps)
        .where(and(eq(steps.operationId, from), sql`${steps.position} < coalesce((${unfinished}), 2147483647)`)),
    )
    .returning({ undoable: steps.undoable })
  return copied.some(({ undoable }) => undoable)
}
