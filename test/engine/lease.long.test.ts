import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { connect } from '../../server/database/connection.ts'
import { claim } from '../../server/database/operations/claim.ts'
import { eventsOf } from '../../server/database/operations/events.ts'
import { writeProgress } from '../../server/database/operations/progress.ts'
import { transition } from '../../server/database/operations/transition.ts'
import { workers } from '../../server/database/schema/workers.ts'
import { registerWorker } from '../support/register-worker.ts'
import { silentProxy } from '../support/silent-proxy.ts'
import { imported, imports, interrupted, openRig, type Rig, rulesWith } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

test('the operation of a killed worker is retried, uncharged', async () => {
  const leaseSeconds = 1
  const proxy = await silentProxy(rig.url)
  const victimConnection = connect(proxy.url, { poolSize: 2, applicationName: 'doomed' })
  const started = Promise.withResolvers<void>()
  rig.work({
    connection: victimConnection,
    leaseSeconds,
    handlers: imports(async (ctx) => {
      started.resolve()
      return interrupted(ctx.signal)
    }),
  })
  const { operationId } = await rig.submit()
  await started.promise
  // Its connections and heartbeats end at once.
  proxy.close()
  await victimConnection.close()
  rig.work({ leaseSeconds, handlers: imports(async () => imported) })
  const row = await rig.until(operationId, 'COMPLETED')
  expect(row).toMatchObject({ attempt: 2, failures: 0 })
  const history = await eventsOf(rig.connection.db, row)
  expect(history.map(({ status, reason }) => [status, reason])).toEqual([
    ['RUNNING', null],
    ['PENDING', 'the worker was lost'],
    ['RUNNING', null],
    ['COMPLETED', null],
  ])
})

test('a worker that lost its lease interrupts its handlers, writes nothing more, and continues with a new id', async () => {
  const { db } = rig.connection
  const interruption = Promise.withResolvers<string>()
  const started = Promise.withResolvers<void>()
  rig.work({
    leaseSeconds: 1,
    handlers: imports(async (ctx) => {
      if (ctx.attempt > 1) return imported
      started.resolve()
      await interrupted(ctx.signal).catch((reason) => interruption.resolve(reason.kind))
      return { ...imported, rowsRead: 99 }
    }),
  })
  const { operationId } = await rig.submit()
  await started.promise
  const { workerId } = await rig.read(operationId)
  // What the maintenance of another worker does when this one is frozen.
  await db.delete(workers).where(eq(workers.workerId, workerId ?? ''))
  expect(await interruption.promise).toBe('lease-lost')
  const row = await rig.until(operationId, 'COMPLETED')
  expect(row).toMatchObject({ attempt: 2, failures: 0, result: imported })
})

test('writes of an old attempt are refused: its progress and its completion', async () => {
  const { db } = rig.connection
  const { operationId } = await rig.submit()
  const seconds = { importOrders: 60 }
  const workerId = await registered()
  const [first] = await claim(db, { workerId, limit: 1, runSeconds: seconds, ...claiming })
  if (!first) throw new Error('nothing claimed')
  await transition(db, 'release', first, { queueSeconds: 60 }, { actor: 'test' })
  const [second] = await claim(db, { workerId, limit: 1, runSeconds: seconds, ...claiming })
  expect(second).toMatchObject({ operationId, attempt: 2 })
  expect(await writeProgress(db, [{ ...first, progress: { percentage: 50 }, lines: [{ message: 'late' }] }])).toEqual(
    [],
  )
  const values = { result: imported, expiresAt: new Date() }
  expect(await transition(db, 'finish', first, values, { actor: 'test' })).toBeUndefined()
  expect(await rig.read(operationId)).toMatchObject({ status: 'RUNNING', progress: null, lastSequence: 3 })
  expect(await transition(db, 'finish', { operationId, attempt: 2 }, values, { actor: 'test' })).toBeDefined()
})

test('two workers that claim at the same time claim each operation once', async () => {
  const { db } = rig.connection
  await Promise.all(Array.from({ length: 60 }, () => rig.submit()))
  const ids = [await registered(), await registered()]
  const batches = await Promise.all(
    [...ids, ...ids, ...ids, ...ids].map((workerId) =>
      claim(db, { workerId, limit: 10, runSeconds: { importOrders: 60 }, ...claiming }),
    ),
  )
  const claimed = batches.flat()
  const rest = await claim(db, { workerId: ids[0] ?? '', limit: 100, runSeconds: { importOrders: 60 }, ...claiming })
  const all = [...claimed, ...rest].map((row) => row.operationId)
  expect(all).toHaveLength(60)
  expect(new Set(all).size).toBe(60)
  for (const row of [...claimed, ...rest]) {
    await transition(db, 'finish', row, { result: imported, expiresAt: new Date() }, { actor: 'test' })
  }
})

test('an operation that belongs to a worker which does not run it returns to the queue', async () => {
  const { db } = rig.connection
  rig.work({ handlers: imports(async () => imported) })
  const { operationId } = await rig.submit({ startAfter: new Date(Date.now() + 3_600_000) })
  const [holder] = await until(() => db.select().from(workers))
  // As if the response to its claim had been lost.
  await db.execute(
    `update operations set status = 'RUNNING', attempt = 1, started_at = now(), worker_id = '${holder?.workerId}',
     start_after = null where operation_id = '${operationId}'`,
  )
  const row = await rig.until(operationId, 'COMPLETED')
  expect(row).toMatchObject({ attempt: 2, failures: 0 })
})

test('types without a handler stay PENDING', async () => {
  const { operationId } = await rig.submit({ type: 'fromTheFuture' })
  rig.work({ handlers: imports(async () => imported), rules: rulesWith({}) })
  await rig.until((await rig.submit()).operationId, 'COMPLETED')
  expect(await rig.read(operationId)).toMatchObject({ status: 'PENDING', attempt: 0 })
})

const claiming = { compensationSeconds: 60, ownerCap: undefined }

async function registered() {
  const workerId = uuidv7()
  await registerWorker(rig.connection.db, workerId)
  return workerId
}

async function until<T>(read: () => Promise<T[]>): Promise<T[]> {
  for (;;) {
    const rows = await read()
    if (rows.length > 0) return rows
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
