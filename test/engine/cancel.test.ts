import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventsOf } from '../../server/database/operations/events.ts'
import { cancel } from '../../server/database/operations/read.ts'
import { defineOperation, defineStep, RetryableError } from '../../server/handlers/define.ts'
import { imported, imports, interrupted, openRig, ownerId, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(() => rig.rest())
afterAll(() => rig.close())

const requestCancel = (operationId: string, graceSeconds?: number) =>
  cancel(rig.connection.db, {
    ownerId,
    operationId,
    actor: 'owner',
    reason: 'superseded',
    retentionSeconds: () => 60,
    graceSeconds,
  })

test('a running operation is CANCELLING until its handler stops, then CANCELLED', async () => {
  const started = Promise.withResolvers<void>()
  const reasons: unknown[] = []
  rig.work({
    handlers: imports(async (ctx) => {
      started.resolve()
      return interrupted(ctx.signal).catch((reason) => {
        reasons.push(reason.kind)
        throw reason
      })
    }),
  })
  const { operationId } = await rig.submit()
  await started.promise
  expect(await requestCancel(operationId)).toMatchObject({ kind: 'cancelled', operation: { status: 'CANCELLING' } })
  rig.notifications.notify('changed', operationId)
  const row = await rig.until(operationId, 'CANCELLED')
  expect(reasons).toEqual(['cancel'])
  expect(row).toMatchObject({ reason: 'superseded', error: null, result: null })
  const history = await eventsOf(rig.connection.db, row)
  expect(history.map(({ status, reason }) => [status, reason])).toEqual([
    ['RUNNING', null],
    ['CANCELLING', 'superseded'],
    ['CANCELLED', 'superseded'],
  ])
  expect(await requestCancel(operationId)).toMatchObject({ kind: 'unchanged' })
})

test('a handler that does not stop is abandoned after its grace period', async () => {
  const started = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const worker = rig.work({
    handlers: imports(async () => {
      started.resolve()
      await release.promise
      return imported
    }),
  })
  const { operationId } = await rig.submit()
  await started.promise
  await requestCancel(operationId, 0.2)
  await rig.until(operationId, 'CANCELLED')
  release.resolve()
  await worker.drain(1000)
  expect(await rig.read(operationId)).toMatchObject({ status: 'CANCELLED', result: null })
})

test('a cancel that races with the completion has one winner, and an acknowledged cancel never ends COMPLETED', async () => {
  rig.work({
    concurrency: 5,
    handlers: imports(async (ctx) => {
      if (ctx.attempt > 1) return imported
      return ctx.db.transaction((tx) => ctx.finish(tx, imported))
    }),
  })
  const ends = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const { operationId } = await rig.submit()
      await new Promise((resolve) => setTimeout(resolve, index % 10))
      const answer = await requestCancel(operationId)
      const { status } = await rig.until(operationId, 'COMPLETED', 'CANCELLED', 'FAILED')
      return `${answer?.kind} ${status}`
    }),
  )
  expect(ends.filter((end) => end !== 'cancelled CANCELLED' && end !== 'finished COMPLETED')).toEqual([])
})

test('an operation that is cancelled between two attempts is CANCELLED only after its step is compensated', async () => {
  const undone: unknown[] = []
  const book = defineStep('importOrders', {
    run: async () => ({ booking: 7 }),
    undo: async ({ key }, _, result) => {
      undone.push([key, result])
    },
  })
  const importOrders = defineOperation('importOrders', {
    steps: { book },
    async run(ctx) {
      await ctx.step('book')
      throw new RetryableError('not now', { retryAfter: 600 })
    },
  })
  rig.work({ handlers: { importOrders } })
  const { operationId } = await rig.submit()
  await rig.untilRow(operationId, ({ status, failures }) => status === 'PENDING' && failures === 1)
  expect(await requestCancel(operationId)).toMatchObject({ kind: 'cancelled', operation: { status: 'CANCELLING' } })
  rig.notifications.notify('changed', operationId)
  expect(await rig.until(operationId, 'CANCELLED')).toMatchObject({ reason: 'superseded', owesCompensation: false })
  expect(undone).toEqual([[`${operationId}:book`, { booking: 7 }]])
})
