import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventsOf } from '../../server/database/operations/events.ts'
import { workers } from '../../server/database/schema/workers.ts'
import { imported, imports, interrupted, openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

test('a drain lets a running operation complete and claims no other', async () => {
  const started = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const worker = rig.work({
    // With a free slot a claim could be in progress when the drain starts.
    concurrency: 1,
    handlers: imports(async () => {
      started.resolve()
      await release.promise
      return imported
    }),
  })
  const first = await rig.submit()
  await started.promise
  const drained = worker.drain(5000)
  const second = await rig.submit()
  release.resolve()
  await drained
  expect(await rig.read(first.operationId)).toMatchObject({ status: 'COMPLETED' })
  expect(await rig.read(second.operationId)).toMatchObject({ status: 'PENDING', attempt: 0 })
  expect(await rig.connection.db.select().from(workers)).toEqual([])
  rig.work({ handlers: imports(async () => imported) })
  await rig.until(second.operationId, 'COMPLETED')
})

test('an operation that does not end in time is interrupted and released uncharged', async () => {
  const started = Promise.withResolvers<void>()
  const reasons: string[] = []
  const worker = rig.work({
    handlers: imports(async (ctx) => {
      started.resolve()
      return interrupted(ctx.signal).catch((error) => {
        reasons.push(error.kind)
        throw error
      })
    }),
  })
  const { operationId } = await rig.submit()
  await started.promise
  await worker.drain(400)
  expect(reasons).toEqual(['shutdown'])
  const row = await rig.read(operationId)
  expect(row).toMatchObject({ status: 'PENDING', failures: 0, attempt: 1, workerId: null, startedAt: null })
  expect(row.turnAt).not.toBeNull()
  expect((await eventsOf(rig.connection.db, row)).at(-1)?.reason).toBe('the worker is stopping')
})

test('a handler that never stops does not delay the drain, and its operation is released', async () => {
  const started = Promise.withResolvers<void>()
  const worker = rig.work({
    handlers: imports(() => {
      started.resolve()
      return new Promise(() => {})
    }),
  })
  const { operationId } = await rig.submit()
  await started.promise
  const begunAt = performance.now()
  await worker.drain(400)
  expect(performance.now() - begunAt).toBeLessThan(5000)
  expect(await rig.read(operationId)).toMatchObject({ status: 'PENDING', failures: 0 })
})
