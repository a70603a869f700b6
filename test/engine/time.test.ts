import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventsOf } from '../../server/database/operations/events.ts'
import { imported, imports, interrupted, openRig, type Rig, rulesWith } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

test('an operation past its run time is FAILED with TIMEOUT, and its handler is interrupted', async () => {
  const reason = Promise.withResolvers<string>()
  rig.work({
    rules: rulesWith({ timeoutSeconds: 0.2 }),
    handlers: imports(async (ctx) => {
      ctx.progress({ phase: 'LOADING', percentage: 50 })
      return interrupted(ctx.signal).catch((error) => {
        reason.resolve(error.kind)
        throw error
      })
    }),
  })
  const row = await rig.until((await rig.submit()).operationId, 'FAILED')
  expect(await reason.promise).toBe('deadline')
  expect(row.error).toMatchObject({ code: 'TIMEOUT' })
  expect(row).toMatchObject({ attempt: 1, progress: { phase: 'LOADING' } })
})

test('a handler that ignores its deadline can write nothing afterwards', async () => {
  const release = Promise.withResolvers<void>()
  const worker = rig.work({
    rules: rulesWith({ timeoutSeconds: 0.1 }),
    handlers: imports(async () => {
      await release.promise
      return imported
    }),
  })
  const { operationId } = await rig.submit()
  await rig.until(operationId, 'FAILED')
  release.resolve()
  await worker.drain(1000)
  expect(await rig.read(operationId)).toMatchObject({ status: 'FAILED', result: null, lastSequence: 2 })
})

test('a run time that its worker does not enforce is enforced by the maintenance of another worker', async () => {
  const { db } = rig.connection
  const { operationId } = await rig.submit({ startAfter: new Date(Date.now() + 3_600_000) })
  rig.work({ handlers: imports(async () => imported), leaseSeconds: 60 })
  await db.execute(`insert into workers (worker_id) values ('018f0000-0000-7000-8000-0000000000ff')`)
  await db.execute(
    `update operations set status = 'RUNNING', attempt = 1, started_at = now(), deadline_at = now(),
     worker_id = '018f0000-0000-7000-8000-0000000000ff' where operation_id = '${operationId}'`,
  )
  expect((await rig.until(operationId, 'FAILED')).error).toMatchObject({ code: 'TIMEOUT' })
})

test('an operation that no worker claims is FAILED with QUEUE_TIMEOUT', async () => {
  rig.work({ handlers: {} })
  const { operationId } = await rig.submit({ queueTimeoutSeconds: 0.1 })
  const row = await rig.until(operationId, 'FAILED')
  expect(row.error).toMatchObject({ code: 'QUEUE_TIMEOUT' })
  expect(await eventsOf(rig.connection.db, row)).toMatchObject([{ event: 'failed', attempt: 0 }])
})

test('an operation starts at startAfter, without waiting for the next poll', async () => {
  const startAfter = new Date(Date.now() + 1500)
  const { operationId, turnAt } = await rig.submit({ startAfter })
  expect(turnAt).toBeNull()
  rig.work({ pollMs: 60_000, handlers: imports(async () => imported) })
  const row = await rig.until(operationId, 'COMPLETED')
  const lateMs = (row.startedAt?.getTime() ?? 0) - startAfter.getTime()
  expect(lateMs).toBeGreaterThanOrEqual(0)
  expect(lateMs).toBeLessThan(20_000)
})

test('higher priorities go first, but an operation that has waited long enough goes before them', async () => {
  const order: string[] = []
  const low = await rig.submit({ priority: 'LOW' })
  const normal = await rig.submit({ priority: 'NORMAL' })
  const high = await rig.submit({ priority: 'HIGH' })
  const aged = await rig.submit({ priority: 'LOW' })
  await rig.connection.db.execute(
    `update operations set turn_at = turn_at - interval '6 minutes' where operation_id = '${aged.operationId}'`,
  )
  rig.work({
    concurrency: 1,
    handlers: imports(async (ctx) => {
      order.push(ctx.operationId)
      return imported
    }),
  })
  await rig.until(low.operationId, 'COMPLETED')
  expect(order).toEqual([aged, high, normal, low].map((row) => row.operationId))
})

test('a notification starts an operation without waiting for the next poll', async () => {
  rig.work({ pollMs: 60_000, handlers: imports(async () => imported) })
  await rig.until((await rig.submit()).operationId, 'COMPLETED')
  const submittedAt = performance.now()
  await rig.until((await rig.submit()).operationId, 'COMPLETED')
  expect(performance.now() - submittedAt).toBeLessThan(20_000)
})
