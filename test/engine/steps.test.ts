import { and, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { operationTypes } from '../../generated/operations.ts'
import { eventsOf } from '../../server/database/events.ts'
import { cancel } from '../../server/database/operations.ts'
import { operations, steps, workers } from '../../server/database/schema.ts'
import { stepsOf } from '../../server/database/steps.ts'
import { take } from '../../server/database/transitions.ts'
import { specRules } from '../../server/engine/rules.ts'
import type { WorkerOptions } from '../../server/engine/worker.ts'
import {
  type Context,
  defineOperation,
  defineStep,
  OperationError,
  RetryableError,
  type StepContext,
} from '../../server/handlers/define.ts'
import { interrupted, openRig, ownerId, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterEach(async () => {
  await rig.rest()
  await rig.connection.db.execute('truncate steps')
})
afterAll(() => rig.close())

type Names = 'stock' | 'pay' | 'book'
type Delivery = Context<'deliverOrder', Record<Names, { did: string }>>
type Way = {
  run(ctx: Delivery): Promise<unknown>
  /** What a step does besides being told of; throws where it is to fail. */
  doing?(name: Names, ctx: StepContext): Promise<void> | void
  undoing?(name: Names, ctx: StepContext, result: unknown): Promise<void> | void
}

/** A handler of `deliverOrder` with three steps that write down what is done and undone. */
function delivery({ run, doing, undoing }: Way) {
  const book: string[] = []
  const keys: string[] = []
  const step = (name: Names, phase: 'STOCK_RESERVATION' | 'PAYMENT' | 'CARRIER_BOOKING') =>
    defineStep('deliverOrder', {
      phase,
      async run(ctx) {
        book.push(name)
        keys.push(ctx.key)
        await doing?.(name, ctx)
        return { did: `${name} ${ctx.attempt}` }
      },
      async undo(ctx, _input, result) {
        book.push(`undo ${name}: ${result?.did}`)
        await undoing?.(name, ctx, result)
      },
    })
  const deliverOrder = defineOperation('deliverOrder', {
    steps: {
      stock: step('stock', 'STOCK_RESERVATION'),
      pay: step('pay', 'PAYMENT'),
      book: step('book', 'CARRIER_BOOKING'),
    },
    async run(ctx) {
      await run(ctx)
      return { orderId: 'order', trackingNumber: 'T1' }
    },
  })
  return { handlers: { deliverOrder }, book, keys }
}

const refused = new OperationError('OUT_OF_STOCK', 'none is left')
const again = () => new RetryableError('again', { retryAfter: 0.01 })

function work(handlers: WorkerOptions['handlers'], change: Partial<(typeof operationTypes)['deliverOrder']> | object = {}) {
  const rules = { ...specRules, deliverOrder: { ...operationTypes.deliverOrder, ...change } }
  return rig.work({ handlers: handlers ?? {}, rules })
}

const submit = (values: object = {}) => rig.submit({ type: 'deliverOrder', input: { orderId: 'order' }, ...values })

const statesOf = async (operationId: string) =>
  (await stepsOf(rig.connection.db, [operationId])).map(({ name, state }) => `${name} ${state}`)

const phasesOf = (row: { progress: { phases?: { status: string }[] } | null }) =>
  row.progress?.phases?.map(({ status }) => status)

async function ask(operationId: string) {
  const request = { ownerId, operationId, actor: 'owner', reason: 'superseded', retentionSeconds: () => 60 }
  const answer = await cancel(rig.connection.db, request)
  rig.hints.tell('changed', operationId)
  return answer?.operation.status
}

test('what a step answered is kept over attempts, and it is not run again', async () => {
  const answers: unknown[] = []
  const { handlers, book, keys } = delivery({
    async run(ctx) {
      answers.push(await ctx.step('stock'))
      answers.push(await ctx.step('pay'))
      if (ctx.attempt === 1) throw again()
    },
  })
  work(handlers)
  const row = await rig.until((await submit()).operationId, 'COMPLETED')
  expect(row).toMatchObject({ attempt: 2, owesUndo: false })
  expect(book).toEqual(['stock', 'pay'])
  expect(keys).toEqual([`${row.operationId}:stock`, `${row.operationId}:pay`])
  expect(answers).toEqual([{ did: 'stock 1' }, { did: 'pay 1' }, { did: 'stock 1' }, { did: 'pay 1' }])
  expect(phasesOf(row)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED'])
})

test('a step that was begun and did not end runs again with the same key', async () => {
  const { handlers, book, keys } = delivery({
    run: (ctx) => ctx.step('stock'),
    doing(_, ctx) {
      if (ctx.attempt === 1) throw again()
    },
  })
  work(handlers)
  const { operationId } = await submit()
  expect(await rig.until(operationId, 'COMPLETED')).toMatchObject({ attempt: 2 })
  expect(book).toEqual(['stock', 'stock'])
  expect(keys).toEqual([`${operationId}:stock`, `${operationId}:stock`])
  expect(await stepsOf(rig.connection.db, [operationId])).toMatchObject([
    { name: 'stock', state: 'DONE', fence: 2, result: { did: 'stock 2' } },
  ])
})

test('a failure undoes what was done, the newest first, and one that was only begun without a result', async () => {
  const { handlers, book } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      await ctx.step('pay')
      await ctx.step('book')
    },
    doing(name) {
      if (name === 'book') throw refused
    },
  })
  work(handlers)
  const row = await rig.until((await submit()).operationId, 'FAILED')
  expect(row.error).toMatchObject({ code: 'OUT_OF_STOCK', detail: 'none is left' })
  expect(row).toMatchObject({ failures: 1, intendedEnd: null, owesUndo: false })
  expect(book).toEqual(['stock', 'pay', 'book', 'undo book: undefined', 'undo pay: pay 1', 'undo stock: stock 1'])
  expect(await statesOf(row.operationId)).toEqual(['stock UNDONE', 'pay UNDONE', 'book UNDONE'])
  expect(phasesOf(row)).toEqual(['COMPENSATED', 'COMPENSATED', 'FAILED', 'SKIPPED'])
  const shown = (await eventsOf(rig.connection.db, row)).flatMap(({ progress }) => (progress ? [phasesOf({ progress })] : []))
  expect(shown.at(-1)).toContain('COMPENSATED')
})

test('while a phase is undone it is COMPENSATING, and the operation RUNNING until all is', async () => {
  const gate = Promise.withResolvers<void>()
  const { handlers } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      throw refused
    },
    undoing: () => gate.promise,
  })
  work(handlers)
  const { operationId } = await submit()
  const during = await rig.untilRow(operationId, (row) => phasesOf(row)?.[0] === 'COMPENSATING')
  expect(during).toMatchObject({ status: 'RUNNING', error: null, intendedEnd: { error: { code: 'OUT_OF_STOCK' } } })
  expect(phasesOf(during)).toEqual(['COMPENSATING', 'SKIPPED', 'SKIPPED', 'SKIPPED'])
  gate.resolve()
  await rig.until(operationId, 'FAILED')
})

test('a cancel of a running one undoes what was done, then it is CANCELLED', async () => {
  const { handlers, book } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      await ctx.step('pay')
      await interrupted(ctx.signal)
    },
  })
  work(handlers)
  const { operationId } = await submit()
  await vi.waitUntil(async () => (await statesOf(operationId))[1] === 'pay DONE')
  expect(await ask(operationId)).toBe('CANCELLING')
  const row = await rig.until(operationId, 'CANCELLED')
  expect(book).toEqual(['stock', 'pay', 'undo pay: pay 1', 'undo stock: stock 1'])
  expect(row).toMatchObject({ reason: 'superseded', error: null })
})

test('a cancel between two attempts is CANCELLING until a worker has undone what was done', async () => {
  const { handlers, book } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      throw new RetryableError('later', { retryAfter: 600 })
    },
  })
  work(handlers)
  const { operationId } = await submit()
  await rig.untilRow(operationId, ({ status, failures }) => status === 'PENDING' && failures === 1)
  expect(await ask(operationId)).toBe('CANCELLING')
  const row = await rig.until(operationId, 'CANCELLED')
  expect(row).toMatchObject({ attempt: 2, reason: 'superseded' })
  expect(book).toEqual(['stock', 'undo stock: stock 1'])
})

test('a run time that is over undoes what was done', async () => {
  const { handlers, book } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      await interrupted(ctx.signal)
    },
  })
  work(handlers, { timeoutSeconds: 0.3 })
  const row = await rig.until((await submit()).operationId, 'FAILED')
  expect(row.error).toMatchObject({ code: 'TIMEOUT' })
  expect(book).toEqual(['stock', 'undo stock: stock 1'])
})

test('one that waits too long for its next attempt has undone what was done', async () => {
  const { handlers, book } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      throw new RetryableError('later', { retryAfter: 600 })
    },
  })
  work(handlers)
  const { operationId } = await submit()
  await rig.untilRow(operationId, ({ status, failures }) => status === 'PENDING' && failures === 1)
  await rig.connection.db.update(operations).set({ deadlineAt: new Date(0) }).where(eq(operations.operationId, operationId))
  const row = await rig.until(operationId, 'FAILED')
  expect(row.error).toMatchObject({ code: 'QUEUE_TIMEOUT' })
  expect(book).toEqual(['stock', 'undo stock: stock 1'])
})
