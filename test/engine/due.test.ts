import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { operations } from '../../server/database/schema/operations.ts'
import { RetryableError } from '../../server/handlers/define.ts'
import { imported, imports, openRig, ownerId, type Rig, rulesWith } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

/** Longer than the tests: what is not found by its due time is not found at all. */
const pollMs = 600_000

it('a timer that begins while the worker waits for the next round is over at its time', async () => {
  rig.work({
    pollMs,
    handlers: imports(async (ctx) => {
      for (const name of ['first', 'second', 'third']) await ctx.sleep(name, 0.1)
      return imported
    }),
  })
  const { operationId } = await rig.submit()
  expect(await rig.until(operationId, 'COMPLETED')).toMatchObject({ attempt: 4, failures: 0 })
})

it('many timers at the same time', async () => {
  rig.work({
    pollMs,
    handlers: imports(async (ctx) => {
      await ctx.sleep('pause', Math.random())
      return imported
    }),
  })
  const rows = await Promise.all(Array.from({ length: 40 }, () => rig.submit()))
  for (const { operationId } of rows) await rig.until(operationId, 'COMPLETED')
})

it('a retry after its delay', async () => {
  rig.work({
    pollMs,
    handlers: imports(async (ctx) => {
      if (ctx.attempt < 3) throw new RetryableError('again', { retryAfter: 0.2 })
      return imported
    }),
  })
  const { operationId } = await rig.submit()
  expect(await rig.until(operationId, 'COMPLETED')).toMatchObject({ attempt: 3, failures: 2 })
})

it('an operation that starts later, once a worker was notified of it', async () => {
  rig.work({ pollMs, handlers: imports(async () => imported) })
  await rig.until((await rig.submit()).operationId, 'COMPLETED')
  const { operationId } = await rig.submit({ startAfter: new Date(Date.now() + 300) })
  rig.notifications.notify('due', operationId)
  await rig.until(operationId, 'COMPLETED')
})

it('a timer that another worker has begun, after that worker has stopped', async () => {
  const handlers = imports(async (ctx) => {
    await ctx.sleep('pause', 0.5)
    return imported
  })
  const first = rig.work({ pollMs, handlers })
  const { operationId } = await rig.submit()
  await rig.until(operationId, 'WAITING')
  await first.drain(1000)
  rig.work({ pollMs, handlers })
  await rig.until(operationId, 'COMPLETED')
})

it('waits of a type that the worker does not know are returned to the queue, and left there', async () => {
  await rig.connection.db.insert(operations).values(
    Array.from({ length: 20 }, () => ({
      operationId: uuidv7(),
      ownerId,
      type: 'ofTheNextVersion',
      status: 'WAITING' as const,
      attempt: 1,
      maxAttempts: 3,
      input: {},
      waits: [],
      dueAt: new Date(Date.now() - 3_600_000),
    })),
  )
  const handlers = imports(async (ctx) => {
    await ctx.sleep('pause', 0.1)
    return imported
  })
  rig.work({ pollMs: 100, handlers, rules: rulesWith({}) })
  await rig.until((await rig.submit()).operationId, 'COMPLETED')
  const rows = await rig.connection.db.select().from(operations)
  const unknown = rows.filter(({ type }) => type === 'ofTheNextVersion')
  expect(unknown).toHaveLength(20)
  for (const row of unknown) expect(row).toMatchObject({ status: 'PENDING', attempt: 1, workerId: null })
})
