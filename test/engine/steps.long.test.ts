import { and, eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { eventsOf } from '../../server/database/operations/events.ts'
import { stepsOf } from '../../server/database/operations/steps.ts'
import { transition } from '../../server/database/operations/transition.ts'
import { operations, steps } from '../../server/database/schema/operations.ts'
import { workers } from '../../server/database/schema/workers.ts'
import {
  type Context,
  defineOperation,
  defineStep,
  OperationError,
  RetryableError,
  type StepContext,
} from '../../server/handlers/define.ts'
import { interrupted } from './rig.ts'
import { test } from './step-rig.ts'

type Names = 'stock' | 'pay' | 'book'
type Delivery = Context<'deliverOrder', Record<Names, { did: string }>>
type DeliveryScript = {
  run(ctx: Delivery): Promise<unknown>
  /** What a step does besides being recorded; throws if it is to fail. */
  doing?(name: Names, ctx: StepContext): Promise<void> | void
  undoing?(name: Names, ctx: StepContext, result: unknown): Promise<void> | void
}

/** A handler of `deliverOrder` with three steps, which records the runs and undos in `record`. */
function delivery({ run, doing, undoing }: DeliveryScript) {
  const record: string[] = []
  const keys: string[] = []
  const step = (name: Names, phase: 'STOCK_RESERVATION' | 'PAYMENT' | 'CARRIER_BOOKING') =>
    defineStep('deliverOrder', {
      phase,
      async run(ctx) {
        record.push(name)
        keys.push(ctx.key)
        await doing?.(name, ctx)
        return { did: `${name} ${ctx.attempt}` }
      },
      async undo(ctx, _input, result) {
        record.push(`undo ${name}: ${result?.did}`)
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
  return { handlers: { deliverOrder }, record, keys }
}

const refused = new OperationError('OUT_OF_STOCK', 'none is left')
const again = () => new RetryableError('again', { retryAfter: 0.01 })

/** The error of an operation that was refused, and whose payment could not be undone. */
const payNotCompensated = {
  code: 'COMPENSATION_FAILED',
  detail: expect.stringMatching(/failed with OUT_OF_STOCK, .*: PAYMENT\.$/),
  cause: { code: 'OUT_OF_STOCK', detail: 'none is left' },
}

const phasesOf = (row: { progress: { phases?: { status: string }[] } | null }) =>
  row.progress?.phases?.map(({ status }) => status)

test('the result of a step is kept over attempts, and the step does not run again', async ({
  engine: { rig, work, submit },
}) => {
  const answers: unknown[] = []
  const { handlers, record, keys } = delivery({
    async run(ctx) {
      answers.push(await ctx.step('stock'))
      answers.push(await ctx.step('pay'))
      if (ctx.attempt === 1) throw again()
    },
  })
  work(handlers)
  const row = await rig.until((await submit()).operationId, 'COMPLETED')
  expect(row).toMatchObject({ attempt: 2, owesCompensation: false })
  expect(record).toEqual(['stock', 'pay'])
  expect(keys).toEqual([`${row.operationId}:stock`, `${row.operationId}:pay`])
  expect(answers).toEqual([{ did: 'stock 1' }, { did: 'pay 1' }, { did: 'stock 1' }, { did: 'pay 1' }])
  expect(phasesOf(row)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED'])
})

test('a step that was started and not finished runs again with the same key', async ({
  engine: { rig, db, work, submit },
}) => {
  const { handlers, record, keys } = delivery({
    run: (ctx) => ctx.step('stock'),
    doing(_, ctx) {
      if (ctx.attempt === 1) throw again()
    },
  })
  work(handlers)
  const { operationId } = await submit()
  expect(await rig.until(operationId, 'COMPLETED')).toMatchObject({ attempt: 2 })
  expect(record).toEqual(['stock', 'stock'])
  expect(keys).toEqual([`${operationId}:stock`, `${operationId}:stock`])
  expect(await stepsOf(db, [operationId])).toMatchObject([
    { name: 'stock', state: 'DONE', attempt: 2, result: { did: 'stock 2' } },
  ])
})

test('a failure undoes the steps, newest first, and a step that was only started without a result', async ({
  engine: { rig, work, submit, statesOf },
}) => {
  const { handlers, record } = delivery({
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
  expect(row).toMatchObject({ failures: 1, intendedOutcome: null, owesCompensation: false })
  expect(record).toEqual(['stock', 'pay', 'book', 'undo book: undefined', 'undo pay: pay 1', 'undo stock: stock 1'])
  expect(await statesOf(row.operationId)).toEqual(['stock UNDONE', 'pay UNDONE', 'book UNDONE'])
  expect(phasesOf(row)).toEqual(['COMPENSATED', 'COMPENSATED', 'FAILED', 'SKIPPED'])
})

test('a phase is COMPENSATING while its step is undone, and the operation stays RUNNING until all are', async ({
  engine: { rig, work, submit },
}) => {
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
  expect(during).toMatchObject({ status: 'RUNNING', error: null, intendedOutcome: { error: { code: 'OUT_OF_STOCK' } } })
  expect(phasesOf(during)).toEqual(['COMPENSATING', 'SKIPPED', 'SKIPPED', 'SKIPPED'])
  gate.resolve()
  await rig.until(operationId, 'FAILED')
})

test('a cancel of a running operation undoes its steps, then it is CANCELLED', async ({
  engine: { rig, work, submit, statesOf, requestCancel },
}) => {
  const { handlers, record } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      await ctx.step('pay')
      await interrupted(ctx.signal)
    },
  })
  work(handlers)
  const { operationId } = await submit()
  await expect.poll(() => statesOf(operationId)).toContain('pay DONE')
  expect(await requestCancel(operationId)).toBe('CANCELLING')
  const row = await rig.until(operationId, 'CANCELLED')
  expect(record).toEqual(['stock', 'pay', 'undo pay: pay 1', 'undo stock: stock 1'])
  expect(row).toMatchObject({ reason: 'superseded', error: null })
})

test('a step whose start a cancel refuses neither runs nor is undone, and the attempt undoes the others', async ({
  engine: { rig, work, submit, cancelUnseen, statesOf },
}) => {
  const [started, cancelled] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const { handlers, record } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      started.resolve()
      await cancelled.promise
      await ctx.step('pay')
    },
  })
  work(handlers)
  const { operationId } = await submit()
  await started.promise
  expect(await cancelUnseen(operationId)).toBe('CANCELLING')
  cancelled.resolve()
  expect(await rig.until(operationId, 'CANCELLED')).toMatchObject({ attempt: 1 })
  expect(record).toEqual(['stock', 'undo stock: stock 1'])
  expect(await statesOf(operationId)).toEqual(['stock UNDONE'])
})

test('an operation that is cancelled between two attempts is CANCELLING until a worker has undone its steps', async ({
  engine: { rig, work, submit, requestCancel },
}) => {
  const { handlers, record } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      throw new RetryableError('later', { retryAfter: 600 })
    },
  })
  work(handlers)
  const { operationId } = await submit()
  await rig.untilRow(operationId, ({ status, failures }) => status === 'PENDING' && failures === 1)
  expect(await requestCancel(operationId)).toBe('CANCELLING')
  const row = await rig.until(operationId, 'CANCELLED')
  expect(row).toMatchObject({ attempt: 2, reason: 'superseded' })
  expect(record).toEqual(['stock', 'undo stock: stock 1'])
})

test('a timeout undoes the steps', async ({ engine: { rig, work, submit } }) => {
  const { handlers, record } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      await interrupted(ctx.signal)
    },
  })
  work(handlers, { timeoutSeconds: 0.3 })
  const row = await rig.until((await submit()).operationId, 'FAILED')
  expect(row.error).toMatchObject({ code: 'TIMEOUT' })
  expect(record).toEqual(['stock', 'undo stock: stock 1'])
})

test('a queue timeout between two attempts undoes the steps', async ({ engine: { rig, db, work, submit } }) => {
  const { handlers, record } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      throw new RetryableError('later', { retryAfter: 600 })
    },
  })
  work(handlers)
  const { operationId } = await submit()
  await rig.untilRow(operationId, ({ status, failures }) => status === 'PENDING' && failures === 1)
  await db
    .update(operations)
    .set({ deadlineAt: new Date(0) })
    .where(eq(operations.operationId, operationId))
  const row = await rig.until(operationId, 'FAILED')
  expect(row.error).toMatchObject({ code: 'QUEUE_TIMEOUT' })
  expect(record).toEqual(['stock', 'undo stock: stock 1'])
})

test('an undo that fails is retried and logged', async ({ engine: { rig, db, work, submit, statesOf } }) => {
  let tries = 0
  const { handlers } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      throw refused
    },
    undoing() {
      tries += 1
      if (tries < 3) throw tries === 1 ? new RetryableError('vendor unavailable') : new Error('password=hunter2')
    },
  })
  work(handlers)
  const row = await rig.until((await submit()).operationId, 'FAILED')
  expect(tries).toBe(3)
  expect(row.error).toMatchObject({ code: 'OUT_OF_STOCK' })
  expect(await statesOf(row.operationId)).toEqual(['stock UNDONE'])
  const lines = (await eventsOf(db, row)).flatMap(({ data }) => data?.message ?? [])
  expect(lines).toEqual([
    'compensation of STOCK_RESERVATION failed (try 1): vendor unavailable',
    'compensation of STOCK_RESERVATION failed (try 2): an unexpected error occurred',
  ])
})

test('an undo that always fails ends FAILED with its phase and the failure before it, and the other steps are undone', async ({
  engine: { rig, work, submit, statesOf },
}) => {
  const { handlers, record } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      await ctx.step('pay')
      throw refused
    },
    undoing(name) {
      if (name === 'pay') throw new Error('vendor gone')
    },
  })
  work(handlers)
  const row = await rig.until((await submit()).operationId, 'FAILED')
  expect(row.error).toMatchObject(payNotCompensated)
  expect(row.owesCompensation).toBe(false)
  expect(await statesOf(row.operationId)).toEqual(['stock UNDONE', 'pay UNDO_FAILED'])
  expect(record.at(-1)).toBe('undo stock: stock 1')
  expect(phasesOf(row)).toEqual(['COMPENSATED', 'FAILED', 'SKIPPED', 'SKIPPED'])
}, 120_000)

test('when a worker is lost during compensation another continues it, and the intended outcome is kept', async ({
  engine: { rig, db, work, submit },
}) => {
  const reached = Promise.withResolvers<void>()
  const { handlers, record } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      await ctx.step('pay')
      throw refused
    },
    async undoing(name, ctx) {
      if (name !== 'stock' || ctx.attempt > 1) return
      reached.resolve()
      await new Promise(() => {})
    },
  })
  work(handlers)
  const { operationId } = await submit()
  await reached.promise
  const { workerId } = await rig.read(operationId)
  // What the maintenance of another worker does when this one is silent.
  await db.delete(workers).where(eq(workers.workerId, workerId ?? ''))
  const row = await rig.until(operationId, 'FAILED')
  expect(row.error).toMatchObject({ code: 'OUT_OF_STOCK' })
  expect(row).toMatchObject({ attempt: 2, failures: 1 })
  expect(record).toEqual(['stock', 'pay', 'undo pay: pay 1', 'undo stock: stock 1', 'undo stock: stock 1'])
  expect(phasesOf(row)).toEqual(['COMPENSATED', 'COMPENSATED', 'SKIPPED', 'SKIPPED'])
})

test('a step that could not be undone before the worker was lost is named in the error', async ({
  engine: { rig, db, work, submit, statesOf },
}) => {
  const reached = Promise.withResolvers<void>()
  const { handlers } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      await ctx.step('pay')
      throw refused
    },
    async undoing(name, ctx) {
      if (name !== 'stock' || ctx.attempt > 1) return
      reached.resolve()
      await new Promise(() => {})
    },
  })
  work(handlers)
  const { operationId } = await submit()
  await reached.promise
  // The state after all tries have failed.
  const pay = and(eq(steps.operationId, operationId), eq(steps.name, 'pay'))
  await db.update(steps).set({ state: 'UNDO_FAILED' }).where(pay)
  const { workerId } = await rig.read(operationId)
  await db.delete(workers).where(eq(workers.workerId, workerId ?? ''))
  const row = await rig.until(operationId, 'FAILED')
  expect(row.error).toMatchObject(payNotCompensated)
  expect(await statesOf(operationId)).toEqual(['stock UNDONE', 'pay UNDO_FAILED'])
})

test('a cancel whose worker was lost after a step could not be undone never ends CANCELLED', async ({
  engine: { rig, db, work, submit },
}) => {
  const { operationId } = await submit()
  const step = { operationId, name: 'pay', position: 1, state: 'UNDO_FAILED' as const, undoable: true, attempt: 1 }
  await db.insert(steps).values(step)
  const cancelling = { status: 'CANCELLING' as const, attempt: 1, turnAt: null, workerId: operationId }
  await db.update(operations).set(cancelling).where(eq(operations.operationId, operationId))
  work(delivery({ run: async () => {} }).handlers)
  const row = await rig.until(operationId, 'FAILED', 'CANCELLED')
  expect(row.error).toMatchObject({
    code: 'COMPENSATION_FAILED',
    detail: expect.stringMatching(/was cancelled, .*: pay\.$/),
  })
  expect(row.error).not.toHaveProperty('cause')
})

test('a cancel during the compensation of a failure changes the outcome to CANCELLED', async ({
  engine: { rig, work, submit, requestCancel },
}) => {
  const reached = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const { handlers, record } = delivery({
    async run(ctx) {
      await ctx.step('stock')
      await ctx.step('pay')
      throw refused
    },
    async undoing(name) {
      if (name !== 'pay') return
      reached.resolve()
      await gate.promise
    },
  })
  work(handlers)
  const { operationId } = await submit()
  await reached.promise
  expect(await requestCancel(operationId)).toBe('CANCELLING')
  gate.resolve()
  const row = await rig.until(operationId, 'CANCELLED')
  expect(row).toMatchObject({ error: null, intendedOutcome: null, reason: 'superseded' })
  expect(record).toEqual(['stock', 'pay', 'undo pay: pay 1', 'undo stock: stock 1'])
})

test('a step of an attempt that has lost the operation does not run', async ({ engine: { rig, db, work, submit } }) => {
  const started = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const outcome = Promise.withResolvers<unknown>()
  const { handlers, record } = delivery({
    async run(ctx) {
      if (ctx.attempt > 1) return
      started.resolve()
      await gate.promise
      await ctx.step('stock').catch((reason) => {
        outcome.resolve(reason)
        throw reason
      })
    },
  })
  work(handlers)
  const { operationId } = await submit()
  await started.promise
  // Without a notification, so that the worker learns of it from the refusal.
  const values = { queueSeconds: 60 }
  await transition(db, 'release', { operationId, attempt: 1 }, values, { actor: 'test' })
  gate.resolve()
  expect(await outcome.promise).toMatchObject({ name: 'Interruption', kind: 'lease-lost' })
  expect(await rig.until(operationId, 'COMPLETED')).toMatchObject({ attempt: 2 })
  expect(record).toEqual([])
  expect(await stepsOf(db, [operationId])).toEqual([])
})

test('a step that is started before the previous one has ended is refused', async ({
  engine: { rig, work, submit, statesOf },
}) => {
  const outcomes: string[] = []
  const { handlers, record } = delivery({
    async run(ctx) {
      const both = await Promise.allSettled([ctx.step('stock'), ctx.step('pay')])
      outcomes.push(...both.map(({ status }) => status))
    },
  })
  work(handlers)
  const { operationId } = await rig.until((await submit()).operationId, 'COMPLETED')
  expect(outcomes).toEqual(['fulfilled', 'rejected'])
  expect(record).toEqual(['stock'])
  expect(await statesOf(operationId)).toEqual(['stock DONE'])
})

test('the database refuses FAILED and CANCELLED while steps must be compensated', async ({
  engine: { rig, db, submit },
}) => {
  const { operationId } = await submit()
  const row = eq(operations.operationId, operationId)
  const at = { operationId, attempt: 1 }
  const by = { actor: 'test' }
  const failing = { error: { code: 'X' }, retentionSeconds: 60 }
  await db.update(operations).set({ status: 'RUNNING', attempt: 1, turnAt: null, owesCompensation: true }).where(row)
  expect(await transition(db, 'fail', at, failing, by)).toBeUndefined()
  expect(await transition(db, 'timeOut', at, failing, by)).toBeUndefined()
  await db.update(operations).set({ status: 'CANCELLING' }).where(row)
  expect(await transition(db, 'cancel', at, { retentionSeconds: 60 }, by)).toBeUndefined()
  expect(await transition(db, 'failToCancel', at, failing, by)).toBeUndefined()
  await db.update(operations).set({ status: 'PENDING' }).where(row)
  expect(await transition(db, 'cancelPending', at, { retentionSeconds: 60 }, by)).toBeUndefined()
  expect(await transition(db, 'expireInQueue', at, failing, by)).toBeUndefined()
  const ended = { finishedAt: new Date() }
  await expect(
    db
      .update(operations)
      .set({ ...ended, status: 'CANCELLED' })
      .where(row),
  ).rejects.toMatchObject({
    cause: { code: '23514' },
  })
  await expect(
    db
      .update(operations)
      .set({ ...ended, status: 'FAILED', error: { code: 'X' } })
      .where(row),
  ).rejects.toMatchObject({ cause: { code: '23514' } })
  expect(await rig.read(operationId)).toMatchObject({ status: 'PENDING', owesCompensation: true })
})
