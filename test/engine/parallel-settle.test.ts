import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { transition } from '../../server/database/operations/transition.ts'
import { RetryableError } from '../../server/handlers/define.ts'
import { again, handling, meeting, names, refused, statusesOf } from './parallel-rig.ts'
import { interrupted } from './rig.ts'
import { test } from './step-rig.ts'

test('settle runs all steps and collects their failures, and a handler can go on without them', async ({
  engine: { rig, work, submit, statesOf },
}) => {
  let outcomes: unknown
  const { handlers } = handling({
    async run(ctx) {
      outcomes = await ctx.parallel(['stock', 'pay', 'book'], { settle: true, limit: 1 })
      await ctx.step('confirm')
    },
    doing(name) {
      if (name === 'stock') throw again()
      if (name === 'pay') throw refused
    },
  })
  work(handlers)
  const row = await rig.until((await submit()).operationId, 'COMPLETED')
  expect(outcomes).toEqual([
    { status: 'rejected', reason: expect.any(RetryableError) },
    { status: 'rejected', reason: refused },
    { status: 'fulfilled', value: { did: 'book 1' } },
  ])
  expect(row.attempt).toBe(1)
  expect(await statesOf(row.operationId)).toEqual(['stock STARTED', 'pay STARTED', 'book DONE', 'confirm DONE'])
  expect(statusesOf(row)).toEqual(['FAILED', 'FAILED', 'COMPLETED', 'COMPLETED'])
  expect(row.progress?.percentage).toBe(100)
})

test('a handler that fails after settle has all started steps undone', async ({ engine: { rig, work, submit } }) => {
  const { handlers, record } = handling({
    async run(ctx) {
      const outcomes = await ctx.parallel(names, { settle: true })
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    },
    doing(name) {
      if (name === 'pay') throw refused
    },
  })
  work(handlers)
  const row = await rig.until((await submit()).operationId, 'FAILED')
  expect(record.filter((entry) => entry.startsWith('undo'))).toEqual([
    'undo confirm: confirm 1',
    'undo book: book 1',
    'undo pay: undefined',
    'undo stock: stock 1',
  ])
  expect(statusesOf(row)).toEqual(['COMPENSATED', 'FAILED', 'COMPENSATED', 'COMPENSATED'])
})

test.for(['cancel', 'deadline'] as const)('with settle a %s rejects, after the steps have ended', async (kind, {
  engine: { rig, work, submit, requestCancel },
}) => {
  const meet = meeting(2)
  const both = Promise.withResolvers<void>()
  const reason = Promise.withResolvers<unknown>()
  const { handlers, record } = handling({
    run: (ctx) =>
      ctx.parallel(names, { settle: true, limit: 2 }).catch((error) => {
        record.push('rejected')
        reason.resolve(error)
        throw error
      }),
    async doing(name, ctx) {
      await meet()
      both.resolve()
      await interrupted(ctx.signal).catch(() => {})
      // Ignores the signal for a while, then fails with an error of its own.
      await sleep(50)
      if (name === 'pay') throw new Error('the vendor call was aborted')
    },
  })
  work(handlers, kind === 'deadline' ? { timeoutSeconds: 3 } : {})
  const { operationId } = await submit()
  await both.promise
  if (kind === 'cancel') await requestCancel(operationId)
  const row = await rig.until(operationId, 'CANCELLED', 'FAILED')
  expect(await reason.promise).toMatchObject({ name: 'Interruption', kind })
  expect(row.status).toBe(kind === 'cancel' ? 'CANCELLED' : 'FAILED')
  expect(record.toSorted().filter((entry) => !entry.includes(' '))).toEqual(['pay', 'rejected', 'stock'])
  expect(record.slice(-3)).toEqual(['rejected', 'undo pay: undefined', 'undo stock: stock 1'])
})

test('with settle an attempt that has lost the operation rejects, and its steps do not run', async ({
  engine: { rig, db, work, submit },
}) => {
  const started = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const reason = Promise.withResolvers<unknown>()
  const { handlers, record } = handling({
    async run(ctx) {
      if (ctx.attempt > 1) return
      started.resolve()
      await gate.promise
      await ctx.parallel(names, { settle: true, limit: 1 }).catch((error) => {
        reason.resolve(error)
        throw error
      })
    },
  })
  work(handlers)
  const { operationId } = await submit()
  await started.promise
  // Without a notification, so that the worker learns of it from the refusal.
  await transition(db, 'release', { operationId, attempt: 1 }, { queueSeconds: 60 }, { actor: 'test' })
  gate.resolve()
  expect(await reason.promise).toMatchObject({ name: 'Interruption', kind: 'lease-lost' })
  expect(await rig.until(operationId, 'COMPLETED')).toMatchObject({ attempt: 2 })
  expect(record).toEqual([])
})
