import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { asc, eq } from 'drizzle-orm'
import { expect, expectTypeOf } from 'vitest'
import { eventsOf } from '../../server/database/operations/events.ts'
import type { OperationRow } from '../../server/database/operations/read.ts'
import { stepsOf } from '../../server/database/operations/steps.ts'
import { transition } from '../../server/database/operations/transition.ts'
import { deliveries } from '../../server/database/schema/webhooks.ts'
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

const names = ['stock', 'pay', 'book', 'confirm'] as const
type Name = (typeof names)[number]
const phases = {
  stock: 'STOCK_RESERVATION',
  pay: 'PAYMENT',
  book: 'CARRIER_BOOKING',
  confirm: 'CONFIRMATION',
} as const

type Screening = Context<'deliverOrder', Record<Name, { did: string }>>
type Script = {
  run(ctx: Screening): Promise<unknown>
  /** What a step does besides being recorded; throws if it is to fail. */
  doing?(name: Name, ctx: StepContext): Promise<unknown> | undefined
  undoing?(name: Name, ctx: StepContext): Promise<void> | void
  /** Steps without an undo. */
  final?: Name[]
  /** All steps have this phase. */
  phase?: (typeof phases)[Name]
  completesPhase?(result: { did: string }): boolean
}

/** A handler of `deliverOrder` with four steps, which records when they start, end and are undone. */
function handling({ run, doing, undoing, final = [], phase, completesPhase }: Script) {
  const record: string[] = []
  const keys: string[] = []
  const step = (name: Name) =>
    defineStep('deliverOrder', {
      phase: phase ?? phases[name],
      ...(completesPhase ? { completesPhase } : {}),
      async run(ctx) {
        record.push(name)
        keys.push(ctx.key)
        await doing?.(name, ctx)
        record.push(`${name} ended`)
        return { did: `${name} ${ctx.attempt}` }
      },
      ...(final.includes(name)
        ? {}
        : {
            async undo(ctx: StepContext, _input: unknown, result: { did: string } | undefined) {
              record.push(`undo ${name}: ${result?.did}`)
              await undoing?.(name, ctx)
            },
          }),
    })
  const deliverOrder = defineOperation('deliverOrder', {
    steps: { stock: step('stock'), pay: step('pay'), book: step('book'), confirm: step('confirm') },
    async run(ctx) {
      await run(ctx)
      return { orderId: 'order', trackingNumber: 'T1' }
    },
  })
  return { handlers: { deliverOrder }, record, keys }
}

const refused = new OperationError('OUT_OF_STOCK', 'none is left')
const again = () => new RetryableError('again', { retryAfter: 0.01 })

/** Opens for everyone once `all` have arrived. */
function meeting(all: number) {
  const { promise, resolve } = Promise.withResolvers<void>()
  let arrived = 0
  return () => {
    arrived += 1
    if (arrived === all) resolve()
    return promise
  }
}

const statusesOf = ({ progress }: Pick<OperationRow, 'progress'>) => progress?.phases?.map(({ status }) => status)

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

test('after a lost worker only the steps that were not done run again, and compensation keeps the order of the first start', async ({
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

test('each change of a phase is an event and a delivery of its own, in order', async ({
  engine: { rig, db, work },
}) => {
  const failed = Promise.withResolvers<void>()
  const webhook = { url: 'https://example.com/', events: ['PROGRESS' as const], secret: 'sealed' }
  const { handlers } = handling({
    run: (ctx) => ctx.parallel(['stock', 'pay', 'book']),
    async doing(name) {
      if (name === 'book') {
        failed.resolve()
        throw refused
      }
      await failed.promise
    },
  })
  work(handlers)
  const { operationId } = await rig.submit({ type: 'deliverOrder', input: { orderId: 'order' }, webhook })
  await rig.until(operationId, 'FAILED')
  const history = await eventsOf(db, { operationId })
  const changes = history.filter(({ event, reason, progress }) => event === 'status-update' && progress && reason)
  const own = changes.filter(({ reason }) => / is /.test(reason ?? ''))
  const reasons = own.map(({ reason }) => String(reason))
  expect(reasons.slice(0, 4)).toEqual([
    'STOCK_RESERVATION is IN_PROGRESS',
    'PAYMENT is IN_PROGRESS',
    'CARRIER_BOOKING is IN_PROGRESS',
    'CARRIER_BOOKING is FAILED',
  ])
  expect(reasons.slice(4, 6).toSorted()).toEqual(['PAYMENT is COMPLETED', 'STOCK_RESERVATION is COMPLETED'])
  expect(reasons.slice(6)).toEqual([
    'CONFIRMATION is SKIPPED',
    'PAYMENT is COMPENSATING',
    'PAYMENT is COMPENSATED',
    'STOCK_RESERVATION is COMPENSATING',
    'STOCK_RESERVATION is COMPENSATED',
  ])
  const percentages = history.flatMap(({ progress }) => progress?.percentage ?? [])
  expect(percentages).toEqual(percentages.toSorted((a, b) => a - b))
  const sent = await db
    .select()
    .from(deliveries)
    .where(eq(deliveries.operationId, operationId))
    .orderBy(asc(deliveries.sequence))
  const delivered = new Set(sent.map(({ sequence }) => sequence))
  for (const { sequence } of own) expect(delivered).toContain(sequence)
})

test('steps one after the other also have an event for each change of a phase', async ({
  engine: { rig, db, work, submit },
}) => {
  const { handlers } = handling({
    async run(ctx) {
      for (const name of names) await ctx.step(name)
    },
  })
  work(handlers)
  const { operationId } = await rig.until((await submit()).operationId, 'COMPLETED')
  const reasons = (await eventsOf(db, { operationId })).flatMap(({ reason }) => reason ?? [])
  expect(reasons).toEqual(
    Object.values(phases).flatMap((phase) => [`${phase} is IN_PROGRESS`, `${phase} is COMPLETED`]),
  )
})

test('a phase that steps share is completed with the last of them, and FAILED if one fails', async ({
  engine: { rig, db, work, submit },
}) => {
  const { handlers } = handling({
    phase: 'PAYMENT',
    async run(ctx) {
      await ctx.parallel(['stock', 'pay'])
      await ctx.parallel(['book', 'confirm'], { settle: true, limit: 1 })
    },
    doing(name) {
      if (name === 'book') throw refused
    },
  })
  work(handlers)
  const row = await rig.until((await submit()).operationId, 'COMPLETED')
  const reasons = (await eventsOf(db, row)).flatMap(({ reason }) => reason ?? [])
  expect(reasons).toEqual(['PAYMENT is IN_PROGRESS', 'PAYMENT is COMPLETED', 'PAYMENT is FAILED'])
})

test('a step that does not complete its phase leaves it in progress, also when its result is reused', async ({
  engine: { rig, db, work, submit },
}) => {
  const { handlers, record } = handling({
    completesPhase: ({ did }) => !did.startsWith('pay'),
    async run(ctx) {
      await ctx.parallel(['stock', 'pay', 'book'])
      if (ctx.attempt === 1) throw again()
      const { progress } = await rig.untilRow(ctx.operationId, (row) => statusesOf(row)?.[1] === 'IN_PROGRESS')
      record.push(`${progress?.phases?.map(({ status }) => status)}`)
    },
  })
  work(handlers)
  const row = await rig.until((await submit()).operationId, 'COMPLETED')
  expect(record.at(-1)).toBe('COMPLETED,IN_PROGRESS,COMPLETED,PENDING')
  expect(statusesOf(row)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED', 'SKIPPED'])
  const reasons = (await eventsOf(db, row)).flatMap(({ reason }) => reason ?? [])
  expect(reasons.filter((reason) => reason.startsWith('PAYMENT'))).toEqual([
    'PAYMENT is IN_PROGRESS',
    'PAYMENT is IN_PROGRESS',
  ])
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
