import { eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startDue } from '../../server/database/operations/claim.ts'
import { queuePosition } from '../../server/database/operations/read.ts'
import { retry } from '../../server/database/operations/retry.ts'
import { transition } from '../../server/database/operations/transition.ts'
import { beginWait, completeWait } from '../../server/database/operations/waits.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { type KeyRig, openKeyRig } from './key-rig.ts'

let rig: KeyRig
beforeAll(async () => {
  rig = await openKeyRig()
})
afterEach(() => rig.clear())
afterAll(() => rig.close())

const by = { actor: 'worker:test' }
const past = () => new Date(Date.now() - 1000)

describe('operations with one key', () => {
  test.each([1, 3])('run at most %i at a time, in the order of their turns', async (limit) => {
    const ids: string[] = []
    for (let index = 0; index < 8; index += 1) ids.push(await rig.submit({ concurrencyLimit: limit }))
    expect(await rig.waiting(ids)).toBe(8 - limit)
    const order: string[] = []
    while (order.length < ids.length) {
      const some = await rig.claimed()
      expect(some.length).toBeLessThanOrEqual(limit)
      expect(await rig.claimed()).toEqual([])
      order.push(...some.toSorted())
      await Promise.all(some.map((id) => rig.end(id)))
    }
    expect(order).toEqual(ids)
    expect(await rig.occupied()).toEqual({})
  })

  test('start by priority, and earlier ones first', async () => {
    const [first, low, normal, high] = [
      await rig.submit(),
      await rig.submit({ priority: 'LOW' }),
      await rig.submit(),
      await rig.submit({ priority: 'HIGH' }),
    ]
    const order: string[] = []
    for (let round = 0; round < 4; round += 1) {
      const [id = ''] = await rig.claimed()
      order.push(id)
      await rig.end(id)
    }
    expect(order).toEqual([first, high, normal, low])
  })

  test('of two owners do not meet, nor do those with different keys or without one', async () => {
    await rig.submit()
    await rig.submit({ ownerId: 'b' })
    await rig.submit({ concurrencyKey: 'key:other' })
    await rig.submit({ concurrencyKey: 'K:' })
    await rig.submit({ concurrencyKey: undefined, concurrencyLimit: undefined })
    expect(await rig.claimed()).toHaveLength(5)
  })

  test('are admitted once by 100 submits at the same time', async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, () => rig.submit()))
    expect(await rig.occupied()).toEqual({ 'a key:k': 1 })
    expect(await rig.waiting(ids)).toBe(99)
  })

  test('start one after the other when they become due together', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => rig.submit({ startAfter: new Date(Date.now() + 60_000) })),
    )
    const alone = await rig.submit({
      startAfter: new Date(Date.now() + 60_000),
      concurrencyKey: undefined,
      concurrencyLimit: undefined,
    })
    expect([await rig.occupied(), await rig.waiting(ids)]).toEqual([{}, 0])
    await rig.db.update(operations).set({ dueAt: past() })
    expect(await startDue(rig.db, 100)).toMatchObject({ started: 21 })
    expect([await rig.occupied(), await rig.waiting(ids)]).toEqual([{ 'a key:k': 1 }, 19])
    expect(await rig.claimed()).toContain(alone)
  })
})

describe('the key is free for the next operation', () => {
  /** One operation that runs, and one that waits for its key. */
  async function pair() {
    const first = await rig.submit()
    const second = await rig.submit()
    expect(await rig.claimed()).toEqual([first])
    return { first, second }
  }

  test('when one of them is cancelled, whether it waits, is in the queue or runs', async () => {
    const { first, second } = await pair()
    const third = await rig.submit()
    const fourth = await rig.submit()
    await rig.end(third, 'cancel')
    expect(await rig.claimed()).toEqual([])
    await transition(rig.db, 'requestCancel', await rig.read(first), { graceSeconds: 10 }, by)
    expect(await rig.claimed()).toEqual([])
    await transition(rig.db, 'cancel', await rig.read(first), { retentionSeconds: 60 }, by)
    await rig.end(second, 'cancel')
    expect(await rig.claimed()).toEqual([fourth])
  })

  test('before the next attempt of a failed one, which then waits for its key', async () => {
    const { first, second } = await pair()
    await transition(rig.db, 'retry', await rig.read(first), { queueSeconds: 60, delayMs: 60_000 }, by)
    expect(await rig.claimed()).toEqual([second])
    await rig.db.update(operations).set({ dueAt: past() }).where(eq(operations.operationId, first))
    await startDue(rig.db, 10)
    expect(await rig.claimed()).toEqual([])
    await rig.end(second, 'fail')
    expect(await rig.claimed()).toEqual([first])
  })

  test('not after a release without a delay: the operation keeps its place', async () => {
    const { first, second } = await pair()
    await transition(rig.db, 'release', await rig.read(first), { queueSeconds: 60 }, by)
    expect(await rig.waiting([second])).toBe(1)
    expect(await rig.claimed()).toEqual([first])
  })

  test('while an operation is WAITING; when it resumes, it waits for its key', async () => {
    const { first, second } = await pair()
    const wait = { operationId: first, attempt: 1, name: 'vendor', kind: 'CALLBACK', seconds: 60 } as const
    await beginWait(rig.db, wait)
    await transition(rig.db, 'wait', await rig.read(first), { completedWaits: 0, names: ['vendor'] }, by)
    expect(await rig.claimed()).toEqual([second])
    const completion = { body: {}, completedBy: 'callback', early: false, queueSeconds: () => 60 }
    expect(await completeWait(rig.db, { operationId: first, name: 'vendor', ...completion })).toMatchObject({
      resumed: true,
    })
    expect(await rig.read(first)).toMatchObject({ status: 'PENDING', turnAt: null, keyTurnAt: expect.any(Date) })
    expect(await rig.claimed()).toEqual([])
    await rig.end(second)
    expect(await rig.claimed()).toEqual([first])
  })

  test('a compensation does not wait for it, but occupies it', async () => {
    const { first, second } = await pair()
    await rig.db.update(operations).set({ owesCompensation: true })
    await transition(rig.db, 'compensateQueued', await rig.read(second), { error: { code: 'X' }, limitSeconds: 60 }, by)
    expect(await rig.claimed()).toEqual([second])
    const third = await rig.submit()
    await rig.db.update(operations).set({ owesCompensation: false })
    await rig.end(first)
    expect([await rig.claimed(), await rig.waiting([third])]).toEqual([[], 1])
    // Its next attempt does not wait either.
    await transition(rig.db, 'release', await rig.read(second), { queueSeconds: 60, delayMs: 60_000 }, by)
    expect(await rig.claimed()).toEqual([third])
    await rig.db.update(operations).set({ dueAt: past() }).where(eq(operations.operationId, second))
    await startDue(rig.db, 10)
    expect(await rig.claimed()).toEqual([second])
  })
})

test('a retry keeps the key and waits for it', async () => {
  const first = await rig.submit()
  await rig.end(first, 'cancel')
  const running = await rig.submit()
  expect(await rig.claimed()).toEqual([running])
  const newOperationId = uuidv7()
  const rule = () => ({ queueTimeoutSeconds: 60 })
  const request = { ownerId: 'a', operationId: first, newOperationId, actor: 'test', rule }
  expect(await retry(rig.db, request)).toMatchObject({ kind: 'created', operation: { concurrencyKey: 'key:k' } })
  expect(await rig.read(newOperationId)).toMatchObject({ concurrencyKey: 'key:k', concurrencyLimit: 1, turnAt: null })
  await rig.end(running)
  expect(await rig.claimed()).toEqual([newOperationId])
})

test('the position of a waiting operation counts those before it: in the queue and at its key', async () => {
  const ids: string[] = []
  await rig.submit({ concurrencyKey: undefined, concurrencyLimit: undefined })
  for (let index = 0; index < 3; index += 1) ids.push(await rig.submit())
  await rig.submit({ concurrencyKey: 'key:other' })
  const positions = await Promise.all(ids.map(async (id) => queuePosition(rig.db, await rig.read(id))))
  expect(positions).toEqual([2, 3, 4])
})

test('a row that a process without keys has ended does not wait', async () => {
  const [first, second, third] = [await rig.submit(), await rig.submit(), await rig.submit()]
  await rig.db.execute(
    sql`update operations set status = 'CANCELLED', finished_at = now() where operation_id = ${second}::uuid`,
  )
  await rig.end(first, 'cancel')
  expect(await rig.claimed()).toEqual([third])
})

test('the database refuses a key without a limit, and a turn of a key without a key', async () => {
  const row = { operationId: uuidv7(), ownerId: 'a', type: 't', maxAttempts: 1, input: {} }
  for (const change of [{ concurrencyKey: 'k' }, { concurrencyLimit: 1 }, { keyTurnAt: new Date() }]) {
    await expect(rig.db.insert(operations).values({ ...row, ...change })).rejects.toMatchObject({
      cause: { code: '23514' },
    })
  }
})
