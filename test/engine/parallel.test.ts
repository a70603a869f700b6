import { setTimeout as sleep } from 'node:timers/promises'
import { expect, expectTypeOf } from 'vitest'
import { stepsOf } from '../../server/database/operations/steps.ts'
import type { Context } from '../../server/handlers/define.ts'
import { handling, meeting, names, refused, statusesOf } from './parallel-rig.ts'
import { test } from './step-rig.ts'

test('the steps run at the same time, and their results are in the order of the names', async ({
  engine: { rig, db, work, submit },
}) => {
  const meet = meeting(4)
  let results: unknown
  const { handlers, keys } = handling({
    async run(ctx) {
      results = await ctx.parallel(['confirm', 'stock', 'pay', 'book'])
    },
    doing: meet,
  })
  work(handlers)
  const row = await rig.until((await submit()).operationId, 'COMPLETED')
  expect(results).toEqual([{ did: 'confirm 1' }, { did: 'stock 1' }, { did: 'pay 1' }, { did: 'book 1' }])
  expect(keys).toEqual(['confirm', 'stock', 'pay', 'book'].map((name) => `${row.operationId}:${name}`))
  const positions = (await stepsOf(db, [row.operationId])).map(({ name, position, state }) => [name, position, state])
  expect(positions).toEqual([
    ['confirm', 1, 'DONE'],
    ['stock', 2, 'DONE'],
    ['pay', 3, 'DONE'],
    ['book', 4, 'DONE'],
  ])
  expect(statusesOf(row)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED'])
})

test('a limit starts the next step when one has ended', async ({ engine: { rig, work, submit } }) => {
  const pairs = [meeting(2), meeting(2)]
  let now = 0
  let most = 0
  let begun = 0
  const { handlers, record } = handling({
    run: (ctx) => ctx.parallel(names, { limit: 2 }),
    async doing() {
      begun += 1
      now += 1
      most = Math.max(most, now)
      // Two at a time, or neither would go on.
      await pairs[begun > 2 ? 1 : 0]?.()
      now -= 1
    },
  })
  work(handlers)
  await rig.until((await submit()).operationId, 'COMPLETED')
  expect(most).toBe(2)
  expect(record.filter((entry) => !entry.includes(' '))).toEqual([...names])
})

test('no names, and a limit above the number of names, are fine', async ({ engine: { rig, work, submit } }) => {
  const results: unknown[] = []
  const { handlers } = handling({
    async run(ctx) {
      results.push(await ctx.parallel([]), await ctx.parallel(['pay'], { limit: 99 }))
      results.push(await ctx.parallel(['pay'], { settle: true, limit: Infinity }))
    },
  })
  work(handlers)
  await rig.until((await submit()).operationId, 'COMPLETED')
  expect(results).toEqual([[], [{ did: 'pay 1' }], [{ status: 'fulfilled', value: { did: 'pay 1' } }]])
})

test('wrong calls say what is wrong', async ({ engine: { rig, work, submit, statesOf } }) => {
  const errors: string[] = []
  const { handlers } = handling({
    async run(ctx) {
      const loose = ctx.parallel as (names: string[], options?: object) => Promise<unknown>
      const wrong = async (call: Promise<unknown>) => errors.push(await call.then(() => 'no error', String))
      await wrong(loose(['stock', 'stock']))
      await wrong(loose(['stock', 'sign']))
      await wrong(loose(['toString']))
      for (const limit of [0, -1, Number.NaN]) await wrong(loose(['stock'], { limit }))
      const running = ctx.parallel(['stock', 'pay'], { limit: 1 })
      await wrong(loose(['book', 'pay']))
      await wrong(ctx.step('stock'))
      await wrong(ctx.step('book'))
      await running
    },
    doing: () => sleep(20),
  })
  work(handlers)
  const { operationId } = await rig.until((await submit()).operationId, 'COMPLETED')
  expect(errors).toEqual([
    'Error: context.parallel got the step stock twice: name each step once',
    'Error: deliverOrder declares no step sign',
    'Error: deliverOrder declares no step toString',
    'Error: context.parallel got the limit 0: use a number of at least 1',
    'Error: context.parallel got the limit -1: use a number of at least 1',
    'Error: context.parallel got the limit NaN: use a number of at least 1',
    'Error: step pay is running already: await the call that runs it',
    'Error: step stock is running already: await the call that runs it',
    'Error: step book was started before stock, pay ended: await each step, or start them together with context.parallel',
  ])
  expect(await statesOf(operationId)).toEqual(['stock DONE', 'pay DONE'])
})

test('a handler that does not await its steps ends with those in progress, and starts no others', async ({
  engine: { rig, work, submit },
}) => {
  const { handlers, record } = handling({
    run: async (ctx) => void ctx.parallel(names, { limit: 2 }),
    final: [...names],
    doing: () => sleep(50),
  })
  work(handlers, { maxAttempts: 1 })
  const row = await rig.until((await submit()).operationId, 'PENDING', 'FAILED')
  expect(row.status).toBe('PENDING')
  await rig.untilRow(row.operationId, ({ attempt, status }) => status === 'COMPLETED' || attempt > 2)
  expect(record.slice(0, 4)).toEqual(['stock', 'pay', 'stock ended', 'pay ended'])
})

test('a handler that throws while steps run has them end before they are undone', async ({
  engine: { rig, work, submit },
}) => {
  const started = meeting(3)
  const { handlers, record } = handling({
    async run(ctx) {
      void ctx.parallel(['stock', 'pay'])
      await started()
      throw refused
    },
    async doing(name) {
      await started()
      await sleep(name === 'stock' ? 80 : 20)
    },
  })
  work(handlers)
  const row = await rig.until((await submit()).operationId, 'FAILED')
  expect(record.slice(2)).toEqual(['pay ended', 'stock ended', 'undo pay: pay 1', 'undo stock: stock 1'])
  expect(row.error).toMatchObject({ code: 'OUT_OF_STOCK' })
})

test('results have the types of their steps, by name', () => {
  type Mixed = Context<'deliverOrder', { stock: { reserved: number }; pay: string; confirm: undefined }>
  const plain = (ctx: Mixed) => ctx.parallel(['pay', 'stock'])
  const settled = (ctx: Mixed) => ctx.parallel(['confirm', 'pay'], { settle: true, limit: 2 })
  expectTypeOf(plain).returns.toEqualTypeOf<Promise<[string, { reserved: number }]>>()
  expectTypeOf(settled).returns.toEqualTypeOf<
    Promise<[PromiseSettledResult<undefined>, PromiseSettledResult<string>]>
  >()
  // @ts-expect-error the handler declares no such step
  const unknown = (ctx: Mixed) => ctx.parallel(['sign'])
  expect(unknown).toBeTypeOf('function')
})
