import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { claim } from '../../server/database/claims.ts'
import { connect } from '../../server/database/connect.ts'
import { eventsOf } from '../../server/database/events.ts'
import { writeNews } from '../../server/database/news.ts'
import { workers } from '../../server/database/schema.ts'
import { take } from '../../server/database/transitions.ts'
import { register } from '../../server/database/workers.ts'
import { imported, imports, interrupted, openRig, type Rig, rulesWith } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

test('the operation of a killed worker runs again within 1.4 leases, uncharged', async () => {
  // Long beside what a busy machine adds.
  const leaseSeconds = 5
  const doomed = connect(rig.url, { poolSize: 2, applicationName: 'doomed' })
  const started = Promise.withResolvers<void>()
  rig.work({
    connection: doomed,
    leaseSeconds,
    handlers: imports(async (ctx) => {
      started.resolve()
      return interrupted(ctx.signal)
    }),
  })
  const { operationId } = await rig.submit()
  await started.promise
  const killedAt = performance.now()
  await doomed.close()
  rig.work({ leaseSeconds, handlers: imports(async () => imported) })
  const row = await rig.until(operationId, 'COMPLETED')
  expect(performance.now() - killedAt).toBeLessThan(leaseSeconds * 1400)
  expect(row).toMatchObject({ attempt: 2, failures: 0 })
  const history = await eventsOf(rig.connection.db, row)
  expect(history.map(({ status, reason }) => [status, reason])).toEqual([
    ['RUNNING', null],
    ['PENDING', 'the worker was lost'],
    ['RUNNING', null],
    ['COMPLETED', null],
  ])
})

test('a worker that lost its lease stops its handlers, writes nothing more, and goes on under another id', async () => {
  const { db } = rig.connection
  const told = Promise.withResolvers<string>()
  const started = Promise.withResolvers<void>()
  rig.work({
    leaseSeconds: 1,
    handlers: imports(async (ctx) => {
      if (ctx.attempt > 1) return imported
      started.resolve()
      await interrupted(ctx.signal).catch((reason) => told.resolve(reason.kind))
      return { ...imported, rowsRead: 99 }
    }),
  })
  const { operationId } = await rig.submit()
  await started.promise
  const { workerId } = await rig.read(operationId)
  // What another process's sweep does when this one was frozen.
  await db.delete(workers).where(eq(workers.workerId, workerId ?? ''))
  expect(await told.promise).toBe('lease-lost')
  const row = await rig.until(operationId, 'COMPLETED')
  expect(row).toMatchObject({ attempt: 2, failures: 0, result: imported })
})

test('no write of an old attempt counts: not its progress, not its end', async () => {
  const { db } = rig.connection
  const { operationId } = await rig.submit()
  const seconds = { importOrders: 60 }
  const workerId = await registered()
  const [first] = await claim(db, { workerId, limit: 1, runSeconds: seconds, ...claiming })
  if (!first) throw new Error('nothing claimed')
  await take(db, 'release', first, { queueSeconds: 60 }, { actor: 'test' })
  const [second] = await claim(db, { workerId, limit: 1, runSeconds: seconds, ...claiming })
  expect(second).toMatchObject({ operationId, attempt: 2 })
  expect(await writeNews(db, [{ ...first, progress: { percentage: 50 }, lines: [{ message: 'late' }] }])).toEqual([])
  const values = { result: imported, expiresAt: new Date() }
  expect(await take(db, 'finish', first, values, { actor: 'test' })).toBeUndefined()
  expect(await rig.read(operationId)).toMatchObject({ status: 'RUNNING', progress: null, lastSequence: 3 })
  expect(await take(db, 'finish', { operationId, attempt: 2 }, values, { actor: 'test' })).toBeDefined()
})

test('two workers that claim at once take each operation once', async () => {
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
    await take(db, 'finish', row, { result: imported, expiresAt: new Date() }, { actor: 'test' })
  }
})

test('what a worker holds by the rows and does not run goes back into the queue', async () => {
  const { db } = rig.connection
  rig.work({ handlers: imports(async () => imported) })
  const { operationId } = await rig.submit({ startAfter: new Date(Date.now() + 3_600_000) })
  const [holder] = await until(() => db.select().from(workers))
  // As if the answer to its claim had been lost on the way.
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

const claiming = { unwindSeconds: 60, ownerCap: undefined }

async function registered() {
  const workerId = uuidv7()
  await register(rig.connection.db, workerId)
  return workerId
}

async function until<T>(read: () => Promise<T[]>): Promise<T[]> {
  for (;;) {
    const rows = await read()
    if (rows.length > 0) return rows
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
