import { setImmediate } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { stepsOf } from '../../server/database/operations/steps.ts'
import { workers } from '../../server/database/schema/workers.ts'
import { OperationError } from '../../server/handlers/define.ts'
import { again, handling, names, refused, statusesOf } from './parallel-rig.ts'
import { test } from './step-rig.ts'

test('after the first failure no further step starts, those in progress end first, and all are undone in reverse order of their start', async ({
  engine: { rig, work, submit, statesOf },
}) => {
  const failed = Promise.withResolvers<void>()
  let reason: unknown
  const { handlers, record } = handling({
    run: (ctx) =>
      ctx.parallel(names, { limit: 3 }).catch((error) => {
        record.push('rejected')
        reason = error
        throw error
      }),
    async doing(name) {
      if (name === 'book') {
        failed.resolve()
        throw refused
      }
      await failed.promise
      // The one that started first ends last.
      while (name === 'stock' && !record.includes('pay ended')) await setImmediate()
    },
  })
  work(handlers)
  const row = await rig.until((await submit()).operationId, 'FAILED')
  expect(reason).toBe(refused)
  expect(row.error).toMatchObject({ code: 'OUT_OF_STOCK' })
  expect(record).toEqual([
    'stock',
    'pay',
    'book',
    'pay ended',
    'stock ended',
    'rejected',
    'undo book: undefined',
    'undo pay: pay 1',
    'undo stock: stock 1',
  ])
  expect(await statesOf(row.operationId)).toEqual(['stock UNDONE', 'pay UNDONE', 'book UNDONE'])
  expect(statusesOf(row)).toEqual(['COMPENSATED', 'COMPENSATED', 'FAILED', 'SKIPPED'])
})

test.for([
  ['a RetryableError before it', [again(), refused], 'OUT_OF_STOCK'],
  ['an unexpected error before it', [new Error('bug'), refused], 'OUT_OF_STOCK'],
  ['an OperationError after it', [refused, new OperationError('NO_CARRIER', 'none')], 'OUT_OF_STOCK'],
] as const)('the first OperationError decides, with %s', async ([, errors, code], {
  engine: { rig, work, submit },
}) => {
  const first = Promise.withResolvers<void>()
  const { handlers } = handling({
    run: (ctx) => ctx.parallel(['stock', 'pay']),
    async doing(name) {
      // In the order of the errors, after both have started.
      if (name === 'stock') {
        setTimeout(first.resolve, 20)
        throw errors[0]
      }
      await first.promise
      throw errors[1]
    },
  })
  work(handlers)
  const row = await rig.until((await submit()).operationId, 'FAILED')
  expect(row).toMatchObject({ attempt: 1, error: { code } })
})

test('a RetryableError of one step runs only the steps again that are not done, with their keys and positions', async ({
  engine: { rig, db, work, submit },
}) => {
  const { handlers, record, keys } = handling({
    run: (ctx) => ctx.parallel(names),
    final: ['confirm'],
    doing(name, ctx) {
      if (ctx.attempt < 3 && (name === 'stock' || name === 'confirm')) throw again()
    },
  })
  work(handlers)
  const { operationId } = await submit()
  const row = await rig.until(operationId, 'COMPLETED')
  expect(row).toMatchObject({ attempt: 3, failures: 2 })
  const runs = record.filter((entry) => !entry.includes(' '))
  expect(runs.slice(4).toSorted()).toEqual(['confirm', 'confirm', 'stock', 'stock'])
  expect(new Set(keys)).toEqual(new Set(names.map((name) => `${operationId}:${name}`)))
  const rows = await stepsOf(db, [operationId])
  expect(rows.slice(0, 3).map(({ name, position }) => [name, position])).toEqual([
    ['stock', 1],
    ['pay', 2],
    ['book', 3],
  ])
  // It has no undo, so it was not recorded before its first result.
  expect(rows[3]).toMatchObject({ name: 'confirm', state: 'DONE' })
  expect(rows[3]?.position).toBeGreaterThan(3)
})

test('after a lost worker only the steps that were not done run again, and compensation keeps the order of the first start', async ({
  // The imported one has no poll in concurrent tests.
  expect,
  engine: { rig, db, work, submit },
}) => {
  const hangs = Promise.withResolvers<void>()
  const { handlers, record } = handling({
    run: (ctx) => ctx.parallel(names),
    async doing(name, ctx) {
      if (ctx.attempt > 1) {
        if (name === 'confirm') throw refused
        return
      }
      if (name === 'stock' || name === 'confirm') {
        if (name === 'confirm') hangs.resolve()
        await new Promise(() => {})
      }
    },
  })
  work(handlers)
  const { operationId } = await submit()
  await hangs.promise
  await expect
    .poll(async () => (await stepsOf(db, [operationId])).filter(({ state }) => state === 'DONE').length)
    .toBe(2)
  const { workerId } = await rig.read(operationId)
  await db.delete(workers).where(eq(workers.workerId, workerId ?? ''))
  const row = await rig.until(operationId, 'FAILED')
  expect(row).toMatchObject({ attempt: 2, error: { code: 'OUT_OF_STOCK' } })
  const second = record.slice(record.lastIndexOf('stock')).filter((entry) => !entry.endsWith('ended'))
  expect(second).toEqual([
    'stock',
    'confirm',
    'undo confirm: undefined',
    'undo book: book 1',
    'undo pay: pay 1',
    'undo stock: stock 2',
  ])
})
