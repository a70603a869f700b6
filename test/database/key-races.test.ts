import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { isRolledBack } from '../../server/database/errors.ts'
import { claim } from '../../server/database/operations/claim.ts'
import { insertAll } from '../../server/database/operations/create.ts'
import { firstKey, freeKeys, releaseEach } from '../../server/database/operations/keys.ts'
import { cancel } from '../../server/database/operations/read.ts'
import { transitionMany } from '../../server/database/operations/transition.ts'
import { createKeyRelease } from '../../server/engine/free-keys.ts'
import { registerWorker } from '../support/register-worker.ts'
import { type KeyRig, keyed, openKeyRig } from './key-rig.ts'

let rig: KeyRig
beforeAll(async () => {
  rig = await openKeyRig(30)
})
afterEach(() => rig.clear())
afterAll(() => rig.close())

const expiresAt = new Date(Date.now() + 60_000)
const shuffled = <T>(all: readonly T[]): T[] =>
  all
    .map((one) => ({ one, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one)

/** Every key that operations wait for is occupied by as many as its limit. */
async function settled() {
  return (await freeKeys(rig.db, { after: firstKey, limit: 10_000 })).keys
}

test('batches of submits, claims, ends and cancels over many keys in different orders neither deadlock nor exceed a limit', async () => {
  const keys = Array.from({ length: 12 }, (_, index) => `key:${index}`)
  const limitOf = (key: string) => 1 + (Number(key.slice(4)) % 3)
  const rolledBack: unknown[] = []
  const guard = <T>(work: Promise<T>) =>
    work.catch((error: unknown) => {
      if (isRolledBack(error)) rolledBack.push(error)
      else throw error
    })
  const workerIds = [uuidv7(), uuidv7()]
  for (const id of workerIds) await registerWorker(rig.db, id)
  const live = new Set<string>()
  let overlaps = 0

  async function submits() {
    for (let round = 0; round < 25; round += 1) {
      const batch = shuffled([...keys, ...keys]).map((key) => ({
        ...keyed(),
        operationId: uuidv7(),
        concurrencyKey: key,
        concurrencyLimit: limitOf(key),
      }))
      await guard(insertAll(rig.db, batch))
      for (const { operationId } of batch) live.add(operationId)
    }
  }
  async function works(workerId: string) {
    for (let round = 0; round < 60; round += 1) {
      const rows =
        (await guard(
          claim(rig.db, {
            workerId,
            limit: 20,
            runSeconds: { generateReport: 60 },
            compensationSeconds: 60,
            ownerCap: undefined,
          }),
        )) ?? []
      const items = shuffled(rows).map(({ operationId, attempt }) => ({ operationId, attempt, actor: 'w' }))
      const half = Math.floor(items.length / 2)
      await Promise.all([
        guard(
          transitionMany(
            rig.db,
            'finish',
            items.slice(0, half).map((item) => ({ ...item, result: {}, expiresAt })),
          ),
        ),
        guard(
          transitionMany(
            rig.db,
            'release',
            items.slice(half).map((item) => ({ ...item, queueSeconds: 60 })),
          ),
        ),
      ])
    }
  }
  async function cancels() {
    for (let round = 0; round < 150; round += 1) {
      const [operationId] = shuffled([...live])
      if (!operationId) await new Promise(setImmediate)
      else await guard(cancel(rig.db, { ownerId: 'a', operationId, actor: 'c', retentionSeconds: () => 60 }))
    }
  }
  async function watches() {
    for (let round = 0; round < 40; round += 1) {
      const found = await rig.occupied()
      overlaps += Object.entries(found).filter(([name, count]) => count > limitOf(name.slice(2))).length
    }
  }
  await Promise.all([submits(), submits(), ...workerIds.map(works), cancels(), cancels(), watches()])
  expect({ rolledBack, overlaps }).toEqual({ rolledBack: [], overlaps: 0 })
  // Whatever a locked row has left behind.
  await releaseEach(rig.db, await settled().then((free) => [...free, firstKey]))
  expect(await settled()).toEqual([])
})

test('a release skips a waiting row that is locked, and the next round of maintenance finds the key', async () => {
  const [first, second] = [await rig.submit(), await rig.submit()]
  await rig.claimed()
  await rig.db.transaction(async (tx) => {
    await tx.execute(sql`select 1 from operations where operation_id = ${second}::uuid for update`)
    await rig.end(first)
  })
  expect(await rig.claimed()).toEqual([])
  const release = createKeyRelease(rig.db)
  expect(await release()).toBe(1)
  expect(await rig.claimed()).toEqual([second])
  expect(await rig.waiting([second])).toBe(0)
})

test('of two ends at the same time, the one that commits first does not hide the other from the next operation', async () => {
  const ids = await Promise.all(Array.from({ length: 4 }, () => rig.submit({ concurrencyLimit: 2 })))
  const running = await rig.claimed()
  await Promise.all(running.map((id) => rig.end(id)))
  expect((await rig.claimed()).toSorted()).toEqual(ids.filter((id) => !running.includes(id)).toSorted())
})

test('an end that is rolled back leaves its key occupied', async () => {
  const [first, second] = [await rig.submit(), await rig.submit()]
  await rig.claimed()
  const abandoned = rig.db.transaction(async (tx) => {
    await rig.end(first, 'finish', tx)
    throw new Error('abandoned')
  })
  await expect(abandoned).rejects.toThrow('abandoned')
  expect([await rig.claimed(), await rig.waiting([second])]).toEqual([[], 1])
  await rig.end(first)
  expect(await rig.claimed()).toEqual([second])
})

test('a round of maintenance reads a part of the keys, and continues where the last one stopped', async () => {
  const keys = Array.from({ length: 250 }, (_, index) => `key:${index}`)
  const of = (key: string) => ({ ...keyed(), operationId: uuidv7(), concurrencyKey: key })
  await insertAll(rig.db, [...keys, ...keys].map(of))
  // As a process without keys ends them.
  await rig.db.execute(sql`delete from operations where turn_at is not null`)
  let clock = 0
  const release = createKeyRelease(rig.db, () => clock)
  const released: number[] = []
  for (let round = 0; round < 12; round += 1) {
    released.push(await release())
    clock += 500
  }
  expect(released.slice(0, 4)).toEqual([100, 100, 50, 0])
  expect(released.reduce((sum, count) => sum + count, 0)).toBe(250)
  expect(await rig.occupied()).toEqual(Object.fromEntries(keys.map((key) => [`a ${key}`, 1])))
})
