import { eq, inArray } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { ClaimedRow } from '../../server/database/operations/attempt-columns.ts'
import { type Claim, claim, claimCancelled } from '../../server/database/operations/claim.ts'
import { operations } from '../../server/database/schema/operations.ts'
import { workers } from '../../server/database/schema/workers.ts'
import { turnDelayMs } from '../../server/domain/schedule.ts'
import { registerWorker } from '../support/register-worker.ts'
import { openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

async function registered() {
  const workerId = uuidv7()
  await registerWorker(rig.connection.db, workerId)
  return workerId
}

type Some = Partial<typeof operations.$inferInsert>

/** Waiting operations of an owner, oldest first. */
async function put(ownerId: string, count: number, values: Some = {}): Promise<string[]> {
  const beganMs = Date.now() - 600_000
  const rows = Array.from({ length: count }, (_, index) => ({
    operationId: uuidv7(),
    ownerId,
    type: 'importOrders',
    maxAttempts: 3,
    input: {},
    turnAt: new Date(beganMs + index),
    ...values,
  }))
  await rig.connection.db.insert(operations).values(rows)
  return rows.map(({ operationId }) => operationId)
}

function claimFor(workerId: string, limit: number, more: Partial<Claim> = {}) {
  const runSeconds = { importOrders: 60, deliverOrder: 60 }
  return claim(rig.connection.db, {
    workerId,
    limit,
    runSeconds,
    compensationSeconds: 60,
    ownerCap: undefined,
    ...more,
  })
}

function shares(rows: { ownerId: string }[]): Record<string, number> {
  const count: Record<string, number> = {}
  for (const { ownerId } of rows) count[ownerId] = (count[ownerId] ?? 0) + 1
  return count
}

const ids = (rows: ClaimedRow[]) => rows.map(({ operationId }) => operationId)

test('owners get equal shares, whatever the size of their backlogs', async () => {
  await put('greedy', 500)
  await put('b', 20)
  await put('c', 20)
  expect(shares(await claimFor(await registered(), 12))).toEqual({ greedy: 4, b: 4, c: 4 })
})

test('unused shares go to owners with more operations', async () => {
  const first = await put('greedy', 500)
  await put('b', 1)
  await put('c', 2)
  const rows = await claimFor(await registered(), 30)
  expect(shares(rows)).toEqual({ greedy: 27, b: 1, c: 2 })
  const taken = rows.filter(({ ownerId }) => ownerId === 'greedy')
  expect(ids(taken).toSorted()).toEqual(first.slice(0, 27).toSorted())
})

test('an owner never exceeds its cap, over workers that claim at the same time', async () => {
  await put('a', 50)
  await put('b', 50)
  const workerIds = [await registered(), await registered()]
  let ended = 0
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(workerIds.flatMap((id) => [claimFor(id, 10, { ownerCap: 3 }), claimFor(id, 10, { ownerCap: 3 })]))
    const running = await rig.connection.db.select().from(operations).where(eq(operations.status, 'RUNNING'))
    expect(shares(running)).toEqual({ a: 3, b: 3 })
    for (const { operationId } of running.slice(0, 1 + (round % 6))) {
      await rig.connection.db.delete(operations).where(eq(operations.operationId, operationId))
      ended += 1
    }
  }
  expect(ended).toBeGreaterThan(20)
})

test('priority orders the operations of one owner and gives no advantage over other owners; waiting raises priority', async () => {
  const due = (priority: keyof typeof turnDelayMs, waitedMs: number) => ({
    priority,
    turnAt: new Date(Date.now() - waitedMs + turnDelayMs[priority]),
  })
  const [low] = await put('a', 1, due('LOW', 1000))
  const [normal] = await put('a', 1, due('NORMAL', 1000))
  const [high] = await put('a', 1, due('HIGH', 1000))
  const [aged] = await put('a', 1, due('LOW', 6 * 60_000))
  const other = await put('b', 4, due('LOW', 1000))
  const workerId = await registered()
  const order: string[] = []
  for (let round = 0; round < 4; round += 1) {
    const rows = await claimFor(workerId, 2)
    expect(shares(rows)).toEqual({ a: 1, b: 1 })
    order.push(...ids(rows.filter(({ ownerId }) => ownerId === 'a')))
  }
  expect(order).toEqual([aged, high, normal, low])
  expect(await rig.connection.db.select().from(operations).where(eq(operations.status, 'PENDING'))).toEqual([])
  expect(other).toHaveLength(4)
})

test('forty owners are all served by the second claim', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `owner-${String(index).padStart(2, '0')}`)
  for (const name of names) await put(name, 5)
  const workerId = await registered()
  const first = await claimFor(workerId, 32)
  expect(Object.values(shares(first))).toEqual(Array.from({ length: 32 }, () => 1))
  const second = await claimFor(workerId, 32)
  expect(Object.keys(shares([...first, ...second])).toSorted()).toEqual(names)
})

test('a claim that is smaller than the number of owners starts where the last one stopped', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) await put(name, 5)
  const workerId = await registered()
  const served: string[] = []
  for (let round = 0; round < 5; round += 1) {
    const rows = await claimFor(workerId, 2)
    served.push(...rows.map(({ ownerId }) => ownerId).toSorted())
  }
  expect(served.slice(0, 4)).toEqual(['a', 'b', 'c', 'd'])
  expect(shares(served.map((ownerId) => ({ ownerId })))).toEqual({ a: 2, b: 2, c: 2, d: 2, e: 2 })
})

test('owners at their cap do not block the owners after them', async () => {
  const workerId = await registered()
  for (let index = 0; index < 35; index += 1) await put(`capped-${index + 10}`, 2)
  await claimFor(workerId, 100, { ownerCap: 1 })
  await claimFor(workerId, 100, { ownerCap: 1 })
  const running = await rig.connection.db.select().from(operations).where(eq(operations.status, 'RUNNING'))
  expect(running).toHaveLength(35)
  await put('last', 1)
  await rig.connection.db.update(workers).set({ lastOwner: '' })
  const rows = [...(await claimFor(workerId, 10, { ownerCap: 1 })), ...(await claimFor(workerId, 10, { ownerCap: 1 }))]
  expect(shares(rows)).toEqual({ last: 1 })
})

test('types that a worker does not know stay PENDING and delay no other operation', async () => {
  await put('a', 100, { type: 'fromTheFuture', turnAt: new Date(0) })
  await put('a', 2)
  await put('b', 2, { type: 'deliverOrder' })
  const rows = await claimFor(await registered(), 10)
  expect(rows.map(({ type }) => type).toSorted()).toEqual([
    'deliverOrder',
    'deliverOrder',
    'importOrders',
    'importOrders',
  ])
  expect(await claimFor(await registered(), 10, { runSeconds: {} })).toEqual([])
})

test('a worker without a lease claims nothing, and operations that are not due are not claimed', async () => {
  await put('a', 1)
  expect(await claimFor(uuidv7(), 10)).toEqual([])
  await put('a', 1, { turnAt: null, dueAt: new Date(Date.now() + 60_000) })
  expect(await claimFor(await registered(), 10)).toHaveLength(1)
})

test('cancelled operations that need compensation are claimed separately, each once', async () => {
  const cancelled: Some = { status: 'CANCELLING', owesCompensation: true, attempt: 2 }
  const waiting = await put('a', 5, cancelled)
  await put('a', 1, { ...cancelled, turnAt: null, workerId: uuidv7() })
  await put('a', 1, { ...cancelled, turnAt: new Date(Date.now() + 60_000) })
  await put('a', 1, { ...cancelled, type: 'fromTheFuture' })
  const workerIds = [await registered(), await registered()]
  expect(await claimFor(workerIds[0] ?? '', 10)).toEqual([])
  const claim = { limit: 3, runSeconds: { importOrders: 60 }, compensationSeconds: 60, ownerCap: undefined }
  const batches = await Promise.all(
    workerIds.map((workerId) => claimCancelled(rig.connection.db, { workerId, ...claim })),
  )
  const rest = await claimCancelled(rig.connection.db, { workerId: workerIds[0] ?? '', ...claim, limit: 10 })
  const rows = [...batches.flat(), ...rest]
  expect(ids(rows).toSorted()).toEqual(waiting.toSorted())
  for (const row of rows) expect(row).toMatchObject({ status: 'CANCELLING', attempt: 3 })
  const stored = await rig.connection.db
    .select()
    .from(operations)
    .where(inArray(operations.operationId, ids(rows)))
  for (const row of stored) expect(row).toMatchObject({ attempt: 3, turnAt: null, lastSequence: 1 })
})
