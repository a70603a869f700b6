import { LRUCache } from 'lru-cache'
import { Problem } from '../contract/problem.ts'
import { type BatchOptions, type BatchOutcome, createBatch } from '../database/batches/create.ts'
import type { NewBatch } from '../database/batches/types.ts'
import type { Db } from '../database/db.ts'
import {
  batchedCreate,
  type CreateWithinQuotaOutcome,
  firstOutcome,
  inKeyOrder,
  insertAll,
  leftNothing,
  type NewOperation,
  outcomeOf,
} from '../database/operations/create.ts'
import { findByKey } from '../database/operations/idempotency.ts'
import { countActive, lockQuota } from '../database/quotas.ts'
import { createBatcher, slowBatchMs } from '../lib/batcher.ts'

/** How many operations that have not ended an owner may have. */
export type OperationQuota = {
  cap: number
  /**
   * Runs `free` while the owner is far below the cap, otherwise `exact`, which counts under the owner's lock and may insert only what the
   * cap allows. The cap is exact over 20 processes; each further process may exceed it by a hundredth. `submits`: how many operations are inserted
   * at most. Default 1.
   */
  within<T>(ownerId: string, how: { free: () => Promise<T>; exact: () => Promise<T> }, submits?: number): Promise<T>
  /** Whether the owner was full a moment ago, so that `exact` need not count. */
  isFull(ownerId: string): boolean
  /** `exact` found the owner full; the count took `countMs`. */
  foundFull(ownerId: string, countMs: number): void
}

type Known = {
  count: number
  untilMs: number
  /** Submits without a lock since the count, or under way when it was made. */
  unlocked: number
  underWay: number
  fullUntilMs: number
  counting?: Promise<void> | undefined
}

/** How long a count is used: long when far below the cap; near it, as long as an owner may wait to see that operations have ended. */
const farMs = 10_000
const nearMs = 1000
/** Counting takes at most a fiftieth of the time. */
const costFactor = 50
const maxOwners = 10_000

/**
 * Remembers a count of each owner's operations, so that a submit is one statement. Below four fifths of the cap, a process submits up to a
 * hundredth of the cap without another count, so what 20 processes do not know of each other stays below the cap.
 */
export function openOperationQuota(db: Db, cap: number): OperationQuota {
  const owners = new LRUCache<string, Known>({ max: maxOwners })
  const share = Math.floor(cap / 100)
  const near = cap * 0.8

  async function count(ownerId: string, known: Known) {
    // The count may miss those under way.
    known.unlocked = known.underWay
    const startMs = performance.now()
    known.count = await countActive(db, { ownerId, most: Math.ceil(near) })
    const endMs = performance.now()
    known.untilMs = endMs + Math.max(known.count < near ? farMs : nearMs, costFactor * (endMs - startMs))
  }

  async function counted(ownerId: string, submits: number): Promise<Known> {
    const known = owners.get(ownerId) ?? { count: 0, untilMs: 0, unlocked: 0, underWay: 0, fullUntilMs: 0 }
    owners.set(ownerId, known)
    const spent = known.count < near && known.unlocked + submits > share
    if (!known.counting && (spent || known.untilMs <= performance.now())) {
      known.counting = count(ownerId, known).finally(() => {
        known.counting = undefined
      })
    }
    await known.counting
    return known
  }

  return {
    cap,
    async within(ownerId, { free, exact }, submits = 1) {
      if (share < submits) return exact()
      const known = await counted(ownerId, submits)
      if (known.count >= near || known.unlocked + submits > share) return exact()
      known.unlocked += submits
      known.underWay += submits
      try {
        return await free()
      } finally {
        known.underWay -= submits
      }
    },
    isFull: (ownerId) => (owners.peek(ownerId)?.fullUntilMs ?? 0) > performance.now(),
    foundFull(ownerId, countMs) {
      const known = owners.peek(ownerId)
      if (known) known.fullUntilMs = performance.now() + costFactor * countMs
    },
  }
}

/**
 * `create` in batches, within each owner's quota. A submit that repeats an earlier one with the same key gets its outcome even when the
 * owner is full.
 */
export function createWithinQuota(
  db: Db,
  quota: OperationQuota,
): (submission: NewOperation) => Promise<CreateWithinQuotaOutcome> {
  const create = batchedCreate(db)
  const createExactly = createBatcher(
    async (submissions: readonly NewOperation[]) => {
      const ofOwners = Map.groupBy(submissions, ({ ownerId }) => ownerId).values()
      const outcomes = new Map(
        (await Promise.all([...ofOwners].map((own) => createOfOwner(db, own, quota)))).flatMap((some) => [...some]),
      )
      return submissions.map((submission): Promise<CreateWithinQuotaOutcome> => {
        const outcome = outcomes.get(submission.operationId)
        if (!outcome) throw new Error('a submission has no outcome')
        return outcome()
      })
    },
    { size: 100, overlapAfterMs: slowBatchMs },
  )
  return (submission) =>
    quota.within(submission.ownerId, {
      free: () => create(submission),
      exact: () => (quota.isFull(submission.ownerId) ? replayOrFull(db, submission) : createExactly(submission)),
    })
}

/** `createBatch` within the quota of its owner. */
export function createBatchWithinQuota(
  db: Db,
  quota: OperationQuota,
  { batch, items, options }: { batch: NewBatch; items: readonly NewOperation[]; options: BatchOptions },
): Promise<BatchOutcome> {
  const { ownerId } = batch
  const freeNow = async (tx: Db) => {
    if (quota.isFull(ownerId)) return 0
    await lockQuota(tx, 'operations', ownerId)
    const startMs = performance.now()
    const free = quota.cap - (await countActive(tx, { ownerId, most: quota.cap }))
    if (free <= 0) quota.foundFull(ownerId, performance.now() - startMs)
    return Math.max(0, free)
  }
  return quota.within(
    ownerId,
    {
      free: () => createBatch(db, batch, items, options),
      exact: () => createBatch(db, batch, items, { ...options, free: freeNow }),
    },
    items.length,
  )
}

type Outcomes = Map<string, () => Promise<CreateWithinQuotaOutcome>>

/** One owner's submissions in one transaction; if the database refuses one of them, each in its own. */
async function createOfOwner(db: Db, own: readonly NewOperation[], quota: OperationQuota): Promise<Outcomes> {
  try {
    return await insertUpTo(db, own, quota)
  } catch (error) {
    if (own.length > 1 && leftNothing(error)) {
      return new Map(own.map((one) => [one.operationId, () => createOne(db, one, quota)]))
    }
    return new Map(own.map(({ operationId }) => [operationId, () => Promise.reject(error)]))
  }
}

async function createOne(db: Db, one: NewOperation, quota: OperationQuota): Promise<CreateWithinQuotaOutcome> {
  const outcomes = await insertUpTo(db, [one], quota)
  return outcomes.get(one.operationId)?.() ?? { kind: 'full' }
}

/** Inserts as many of one owner's submissions as the cap allows, counted and inserted under one lock. */
async function insertUpTo(db: Db, own: readonly NewOperation[], quota: OperationQuota): Promise<Outcomes> {
  const [{ ownerId } = { ownerId: '' }] = own
  const outcomes: Outcomes = new Map()
  const left = await db.transaction(async (tx) => {
    await lockQuota(tx, 'operations', ownerId)
    const startMs = performance.now()
    let free = quota.cap - (await countActive(tx, { ownerId, most: quota.cap }))
    if (free <= 0) quota.foundFull(ownerId, performance.now() - startMs)
    let waiting = inKeyOrder(own)
    while (free > 0 && waiting.length > 0) {
      const some = waiting.slice(0, free)
      waiting = waiting.slice(free)
      const inserted = await insertAll(tx, some)
      // A submission whose key is held inserts no row.
      free -= inserted.size
      for (const one of some) {
        const isNew = inserted.has(one.operationId)
        outcomes.set(one.operationId, () => (isNew ? outcomeOf(db, one, inserted) : replayOrFull(db, one)))
      }
    }
    return waiting
  })
  for (const one of left) outcomes.set(one.operationId, () => replayOrFull(db, one))
  return outcomes
}

async function replayOrFull(db: Db, { ownerId, idempotency }: NewOperation): Promise<CreateWithinQuotaOutcome> {
  const held = idempotency && (await findByKey(db, { ownerId, key: idempotency.key }))
  return held ? firstOutcome(held, idempotency) : { kind: 'full' }
}

/** Nobody knows when an operation ends. */
const retrySeconds = 5

export function tooManyOperations(cap: number) {
  return new Problem(
    'TOO_MANY_OPERATIONS',
    `You may have ${cap.toLocaleString('en')} operations that have not ended. Wait until some have ended, or cancel some.`,
    { retryAfter: retrySeconds },
  )
}
