import type { Db } from './db.ts'
import { gathering } from './gather.ts'
import { findByKey } from './idempotency.ts'
import type { OperationRoom } from './operation-room.ts'
import { countActive, lockQuota } from './quotas.ts'
import {
  firstOutcome,
  gatheredSubmit,
  inKeyOrder,
  insertAll,
  leftNothing,
  outcomeOf,
  type Submission,
  type Submitted,
} from './submissions.ts'

/** `full`: the owner has as many operations that have not ended as it may. */
export type Capped = Submitted | { kind: 'full' }

/**
 * `submit` for many callers at once, of whom no owner gets more operations under way than it may have. What has been submitted with
 * the same key before is answered all the same.
 */
export function cappedSubmit(db: Db, room: OperationRoom): (submission: Submission) => Promise<Capped> {
  const submit = gatheredSubmit(db)
  const exactly = gathering(async (submissions: readonly Submission[]) => {
    const outcomes = await Promise.all(
      [...Map.groupBy(submissions, ({ ownerId }) => ownerId).values()].map((own) => eachOf(db, own, room)),
    )
    const byId = new Map(outcomes.flatMap((some) => [...some]))
    return (submission): Promise<Capped> => {
      const outcome = byId.get(submission.operationId)
      if (!outcome) throw new Error('a submission has no outcome')
      return outcome()
    }
  }, 100)
  return (submission) =>
    room.within(submission.ownerId, {
      free: () => submit(submission),
      exact: () => (room.isFull(submission.ownerId) ? unlessFree(db, submission) : exactly(submission)),
    })
}

type Outcome = () => Promise<Capped>
type Outcomes = Map<string, Outcome>

/** One owner's submissions together; when the database refuses one of them, each by itself. */
async function eachOf(db: Db, own: readonly Submission[], room: OperationRoom): Promise<Outcomes> {
  try {
    return await insertUpTo(db, own, room)
  } catch (error) {
    if (own.length > 1 && leftNothing(error)) {
      return new Map(own.map((one) => [one.operationId, async () => alone(db, one, room)]))
    }
    return new Map(own.map(({ operationId }) => [operationId, () => Promise.reject(error)]))
  }
}

async function alone(db: Db, one: Submission, room: OperationRoom): Promise<Capped> {
  const outcomes = await insertUpTo(db, [one], room)
  return outcomes.get(one.operationId)?.() ?? { kind: 'full' }
}

/** As many of one owner's submissions as there is room for: counted and inserted under one lock. */
async function insertUpTo(db: Db, own: readonly Submission[], room: OperationRoom): Promise<Outcomes> {
  const [{ ownerId } = { ownerId: '' }] = own
  const outcomes: Outcomes = new Map()
  const left = await db.transaction(async (tx) => {
    await lockQuota(tx, 'operations', ownerId)
    const startMs = performance.now()
    let places = room.cap - (await countActive(tx, { ownerId, most: room.cap }))
    if (places <= 0) room.foundFull(ownerId, performance.now() - startMs)
    let waiting = inKeyOrder(own)
    while (places > 0 && waiting.length > 0) {
      const some = waiting.slice(0, places)
      waiting = waiting.slice(places)
      const inserted = await insertAll(tx, some)
      // Those whose key is held take no room.
      places -= inserted.size
      for (const one of some) {
        const isNew = inserted.has(one.operationId)
        outcomes.set(one.operationId, () => (isNew ? outcomeOf(db, one, inserted) : unlessFree(db, one)))
      }
    }
    return waiting
  })
  for (const one of left) outcomes.set(one.operationId, () => unlessFree(db, one))
  return outcomes
}

/** There was no room for it; it needs none if it has been submitted before. */
async function unlessFree(db: Db, { ownerId, idempotency }: Submission): Promise<Capped> {
  const held = idempotency && (await findByKey(db, { ownerId, key: idempotency.key }))
  return held ? firstOutcome(held, idempotency) : { kind: 'full' }
}
