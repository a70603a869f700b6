import type { Db } from '../db.ts'
import { acceptedIn, insertAll, leftNothing, type NewOperation } from '../operations/create.ts'
import { findByKeys, type KnownKey } from '../operations/idempotency.ts'
import type { StoredResult } from '../schema/batches.ts'
import { type Decision, decide } from './decide.ts'
import { forgetKeys, holdKeys, insertBatch } from './statements.ts'
import type { ItemOutcome, NewBatch } from './types.ts'

/** `known`: the batch's own key was used. `refused`: `accepts` was false. Nothing was inserted then. */
export type BatchOutcome =
  | { kind: 'created' | 'refused'; outcomes: readonly ItemOutcome[] }
  | { kind: 'known'; known: KnownKey }

export type BatchOptions = {
  /** How many operations the owner may add; called first, in the transaction. Undefined: not checked. */
  free?: (tx: Db) => Promise<number>
  /** Whether the batch is created with these outcomes. */
  accepts(outcomes: readonly ItemOutcome[]): boolean
  /** The results for replays, and how many of them are problems. */
  summary(outcomes: readonly ItemOutcome[]): { results: StoredResult[] | null; refused: number }
}

const mostTries = 3

/**
 * Inserts a batch and its operations in one transaction. Returns the outcome of each item, in order. The keys of items have the same meaning
 * as those of single submits, also if two items have the same. Of the operations beyond the quota the last ones are `full`.
 */
export async function createBatch(
  db: Db,
  batch: NewBatch,
  items: readonly NewOperation[],
  options: BatchOptions,
): Promise<BatchOutcome> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction((tx) => insertBoth(tx, batch, items, options))
    } catch (error) {
      if (error instanceof NotInserted) return error.outcome
      // After a deadlock, or if a key expired between two statements.
      if (tries === mostTries || !(error instanceof KeyExpired || leftNothing(error))) throw error
    }
  }
}

/** Rolls the transaction back. */
class NotInserted extends Error {
  outcome: BatchOutcome

  constructor(outcome: BatchOutcome) {
    super('the batch was not inserted')
    this.outcome = outcome
  }
}

class KeyExpired extends Error {}

/**
 * Locks in the order of single submits: the quota, the idempotency keys in their order, and the rest. Nothing waits for a row after the insert of
 * the operations, because that insert may hold locks of concurrency keys.
 */
async function insertBoth(
  tx: Db,
  batch: NewBatch,
  items: readonly NewOperation[],
  options: BatchOptions,
): Promise<BatchOutcome> {
  const free = await options.free?.(tx)
  const held = await holdKeys(tx, batch, items)
  const used = [batch, ...items].flatMap(({ idempotency }) => idempotency?.key ?? []).filter((key) => !held.has(key))
  const known = await findByKeys(tx, { ownerId: batch.ownerId, keys: [...new Set(used)] })
  if (used.some((key) => !known.has(key))) throw new KeyExpired('a key expired before it was read')
  const own = batch.idempotency && known.get(batch.idempotency.key)
  if (own) throw new NotInserted({ kind: 'known', known: own })

  const decisions = decide(items, { batch, held, known, free })
  const inserting = decisions.flatMap((decision) => (decision.kind === 'insert' ? decision.operation : []))
  const inserted = inserting.length > 0 ? await insertAll(tx, inserting) : new Map()
  const outcomes = decisions.map((decision) => outcomeOf(decision, inserted))
  if (!options.accepts(outcomes)) throw new NotInserted({ kind: 'refused', outcomes })
  await forgetKeys(tx, batch.ownerId, items, new Set(inserting.map(({ operationId }) => operationId)))
  await insertBatch(tx, batch, {
    ...options.summary(outcomes),
    accepted: inserting.length,
    replayed: outcomes.filter(({ kind }) => kind === 'replayed').length,
  })
  return { kind: 'created', outcomes }
}

function outcomeOf(decision: Decision, inserted: Parameters<typeof acceptedIn>[0]): ItemOutcome {
  if (decision.kind !== 'insert' && decision.kind !== 'same') return decision
  const operation = acceptedIn(inserted, decision.operation)
  if (!operation) throw new Error('an operation of a batch was not inserted')
  return { kind: decision.kind === 'insert' ? 'created' : 'replayed', operation }
}
