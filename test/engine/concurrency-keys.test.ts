import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { cancel } from '../../server/database/operations/read.ts'
import { RetryableError } from '../../server/handlers/define.ts'
import { imported, imports, interrupted, openRig, ownerId, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

const key = (name: string, concurrencyLimit = 1) => ({ concurrencyKey: `key:${name}`, concurrencyLimit })

/** Counts the operations that run at the same time, by the key in their input. */
function counter() {
  const running: Record<string, number> = {}
  const most: Record<string, number> = {}
  return {
    most,
    async during(name: string, work: () => Promise<unknown>) {
      running[name] = (running[name] ?? 0) + 1
      most[name] = Math.max(most[name] ?? 0, running[name])
      await work()
      running[name] -= 1
    },
  }
}

test('over two workers, no more operations of a key run than its limit, and each next one starts without a poll', async () => {
  const { most, during } = counter()
  const handlers = imports(async (_, { uploadId }) => {
    await during(uploadId, () => new Promise((resolve) => setTimeout(resolve, 10)))
    return imported
  })
  for (let index = 0; index < 2; index += 1) rig.work({ handlers, concurrency: 6, pollMs: 60_000 })
  const submit = (name: string, limit: number) => rig.submit({ ...key(name, limit), input: { uploadId: name } })
  const rows = await Promise.all(
    Array.from({ length: 36 }, (_, index) => (index % 2 === 0 ? submit('one', 1) : submit('three', 3))),
  )
  for (const { operationId } of rows) await rig.until(operationId, 'COMPLETED')
  for (const { operationId } of rows) expect(await rig.read(operationId)).toMatchObject({ attempt: 1, failures: 0 })
  expect(most.one).toBe(1)
  expect(most.three).toBeGreaterThan(1)
  expect(most.three).toBeLessThanOrEqual(3)
})

test('a worker that is drained returns its operation with the key, and another worker runs the operation first', async () => {
  const order: string[] = []
  const first = Promise.withResolvers<void>()
  const draining = rig.work({
    handlers: imports(async (ctx) => {
      first.resolve()
      return interrupted(ctx.signal)
    }),
  })
  const [running, waiting] = [await rig.submit(key('k')), await rig.submit(key('k'))]
  await first.promise
  await draining.drain(100)
  expect(await rig.read(waiting.operationId)).toMatchObject({ status: 'PENDING', turnAt: null, attempt: 0 })
  rig.work({
    handlers: imports(async (ctx) => {
      order.push(ctx.operationId)
      return imported
    }),
  })
  await rig.until(waiting.operationId, 'COMPLETED')
  expect(order).toEqual([running.operationId, waiting.operationId])
})

test('an operation that is tried again later leaves its key to the next one', async () => {
  rig.work({
    pollMs: 60_000,
    handlers: imports(async (ctx) => {
      if (ctx.operationId === failing.operationId) throw new RetryableError('busy', { retryAfter: 3600 })
      return imported
    }),
  })
  const failing = await rig.submit(key('k'))
  const next = await rig.submit(key('k'))
  await rig.until(next.operationId, 'COMPLETED')
  expect(await rig.read(failing.operationId)).toMatchObject({ status: 'PENDING', failures: 1, turnAt: null })
})

test('the queue timeout counts while an operation waits for its key, and its end wakes nobody wrongly', async () => {
  rig.work({ handlers: imports((ctx) => interrupted(ctx.signal)) })
  const running = await rig.submit(key('k'))
  const waiting = await rig.submit({ ...key('k'), queueTimeoutSeconds: 0.1 })
  expect((await rig.until(waiting.operationId, 'FAILED')).error).toMatchObject({ code: 'QUEUE_TIMEOUT' })
  expect(await rig.until(running.operationId, 'RUNNING')).toMatchObject({ attempt: 1 })
})

test('the next operation starts when the running one is cancelled', async () => {
  rig.work({
    pollMs: 60_000,
    handlers: imports(async (ctx) => (ctx.operationId === running.operationId ? interrupted(ctx.signal) : imported)),
  })
  const running = await rig.submit(key('k'))
  const next = await rig.submit(key('k'))
  await rig.until(running.operationId, 'RUNNING')
  await cancel(rig.connection.db, { ownerId, operationId: running.operationId, actor: 'a', retentionSeconds: () => 60 })
  rig.notifications.notify('changed', running.operationId)
  await rig.until(next.operationId, 'COMPLETED')
  expect(await rig.read(running.operationId)).toMatchObject({ status: 'CANCELLED' })
})

test('the operations of a lost worker keep their key until another worker has taken them', async () => {
  const { db } = rig.connection
  const lost = '018f0000-0000-7000-8000-0000000000ff'
  const [first, second] = [await rig.submit(key('k')), await rig.submit(key('k'))]
  // Its worker has no lease.
  await db.execute(`update operations set status = 'RUNNING', attempt = 1, turn_at = null, worker_id = '${lost}', started_at = now(),
    deadline_at = now() + interval '1 hour' where operation_id = '${first.operationId}'`)
  const order: string[] = []
  rig.work({
    handlers: imports(async (ctx) => {
      order.push(ctx.operationId)
      return imported
    }),
  })
  await rig.until(second.operationId, 'COMPLETED')
  expect(order).toEqual([first.operationId, second.operationId])
})
