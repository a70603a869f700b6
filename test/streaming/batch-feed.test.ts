import { setTimeout as delay } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createBatch } from '../../server/database/batches/create.ts'
import { batchedFindBatch, type CountedBatch } from '../../server/database/batches/read.ts'
import { transition } from '../../server/database/operations/transition.ts'
import { type BatchFeedOptions, openBatchFeed } from '../../server/streaming/batch-feed.ts'
import { type LiveRig, log, openRig } from './rig.ts'

let rig: LiveRig
beforeAll(async () => {
  rig = await openRig({ compareMs: 60_000 })
})
afterAll(() => rig.close())

const ownerId = 'alice'
const accepts = { accepts: () => true, summary: () => ({ results: null, refused: 0 }) }

async function created(count: number) {
  const batchId = uuidv7()
  const items = Array.from({ length: count }, () => {
    const rest = {
      type: 'importOrders',
      input: {},
      priority: 'NORMAL',
      maxAttempts: 3,
      queueTimeoutSeconds: 600,
    } as const
    return { operationId: uuidv7(), ownerId, batchId, ...rest }
  })
  await createBatch(rig.db, { batchId, ownerId, createdBy: 'key', keptSeconds: 60 }, items, accepts)
  return { at: { ownerId, batchId }, ids: items.map(({ operationId }) => operationId) }
}

async function cancel(operationId = '', quietly = false) {
  await transition(rig.db, 'cancelPending', { operationId, attempt: 0 }, { retentionSeconds: 60 }, { actor: 'key' })
  if (!quietly) rig.notifications.notify('moved', operationId)
}

const hasEnded = ({ endedAt }: CountedBatch) => endedAt !== null
const never = new AbortController().signal

/** A feed that counts the reads of batches. */
function opened(options: Partial<BatchFeedOptions> = {}) {
  const found = batchedFindBatch(rig.db)
  const reads: string[] = []
  const find: BatchFeedOptions['find'] = (at) => {
    reads.push(at.batchId)
    return found(at)
  }
  const feed = openBatchFeed({
    find,
    notifications: rig.notifications,
    log,
    everyMs: 60_000,
    spacingMs: 20,
    ...options,
  })
  onTestFinished(() => feed.close())
  return { feed, reads }
}

/** Resolves when all first reads are done, so that the readers wait. */
const untilWaiting = async (reads: readonly string[], count: number) => {
  while (reads.length < count) await delay(1)
  await delay(50)
}

test('100 readers of two batches get the end of theirs, and each batch is read once in a round', async () => {
  const { feed, reads } = opened()
  const [one, two] = [await created(1), await created(1)]
  const waits = Array.from({ length: 100 }, (_, index) =>
    feed.read(index % 2 ? one.at : two.at, { enough: hasEnded, seconds: 30, signal: never }),
  )
  await untilWaiting(reads, 100)
  reads.length = 0
  await cancel(one.ids[0])
  await cancel(two.ids[0])
  const rows = await Promise.all(waits)
  expect(rows.every((row) => row?.endedAt)).toBe(true)
  expect(new Set(rows.map((row) => row?.batchId)).size).toBe(2)
  // The round of the first notification, and that of the second.
  expect(reads.length).toBeLessThanOrEqual(6)
})

test('without a reader, notifications read nothing', async () => {
  const { reads } = opened({ everyMs: 10 })
  const { ids } = await created(1)
  const { promise, resolve } = Promise.withResolvers<void>()
  rig.notifications.listen('moved', () => resolve())
  await cancel(ids[0])
  await promise
  await delay(50)
  expect(reads).toEqual([])
})

test('a lost notification delays the end by one poll', async () => {
  const { feed, reads } = opened({ everyMs: 100 })
  const { at, ids } = await created(1)
  const reading = feed.read(at, { enough: hasEnded, seconds: 30, signal: never })
  await untilWaiting(reads, 1)
  await cancel(ids[0], true)
  expect((await reading)?.endedAt).toBeInstanceOf(Date)
})

test('a change between a read and the wait is noticed', async () => {
  const { at, ids } = await created(2)
  const found = batchedFindBatch(rig.db)
  let isFirst = true
  const { feed } = opened({
    async find(of) {
      const row = await found(of)
      if (isFirst) {
        isFirst = false
        const { promise, resolve } = Promise.withResolvers<void>()
        const stop = rig.notifications.listen('moved', () => resolve())
        await cancel(ids[0])
        await cancel(ids[1])
        await promise
        stop()
      }
      return row
    },
  })
  expect((await feed.read(at, { enough: hasEnded, seconds: 30, signal: never }))?.endedAt).toBeInstanceOf(Date)
})

test('an aborted, a late and an unknown reader get the last row; closing ends all waits', async () => {
  const { feed, reads } = opened()
  const { at } = await created(1)
  const client = new AbortController()
  const waits = [
    feed.read(at, { enough: hasEnded, seconds: 30, signal: client.signal }),
    feed.read(at, { enough: hasEnded, seconds: 0.01, signal: never }),
    feed.read(at, { enough: hasEnded, signal: never }),
    feed.read(at, { enough: hasEnded, seconds: 30, signal: AbortSignal.abort() }),
  ]
  const unknown = feed.read({ ...at, ownerId: 'bob' }, { enough: hasEnded, seconds: 30, signal: never })
  await untilWaiting(reads, 5)
  client.abort()
  expect(await unknown).toBeUndefined()
  expect((await Promise.all(waits)).map((row) => row?.endedAt)).toEqual([null, null, null, null])
  const last = feed.read(at, { enough: hasEnded, seconds: 30, signal: never })
  await untilWaiting(reads, 6)
  await feed.close()
  expect((await last)?.endedAt).toBeNull()
  expect((await feed.read(at, { enough: hasEnded, seconds: 30, signal: never }))?.endedAt).toBeNull()
})

test('a read that fails is repeated for those that wait', async () => {
  const { at, ids } = await created(1)
  const found = batchedFindBatch(rig.db)
  let calls = 0
  const { feed } = opened({
    everyMs: 50,
    find(of) {
      calls += 1
      return calls === 2 ? Promise.reject(new Error('unavailable')) : found(of)
    },
  })
  const reading = feed.read(at, { enough: hasEnded, seconds: 30, signal: never })
  while (calls < 3) await delay(10)
  await cancel(ids[0])
  expect((await reading)?.endedAt).toBeInstanceOf(Date)
})
