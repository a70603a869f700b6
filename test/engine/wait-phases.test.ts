import { expect } from 'vitest'
import { eventsOf } from '../../server/database/operations/events.ts'
import { completeWait } from '../../server/database/operations/waits.ts'
import { type Context, defineOperation, defineStep, RetryableError } from '../../server/handlers/define.ts'
import { type Engine, test } from './step-rig.ts'

/** The contract declares no waits of the type, so their names and bodies are not typed. */
type Waiting = Pick<Context<'deliverOrder', Record<Name, unknown>>, 'step' | 'parallel' | 'progress' | 'sleep'> & {
  attempt: number
  waitForCallback(name: string, options: { timeoutSeconds: number }): Promise<unknown>
}
type Name = 'stock' | 'pay'

const waits = [
  { name: 'carrier', kind: 'CALLBACK', phase: 'CARRIER_BOOKING' },
  { name: 'customer', kind: 'CALLBACK', phase: 'CONFIRMATION' },
]
const day = { timeoutSeconds: 86_400 }

function handlersOf(run: (context: Waiting) => Promise<unknown>, { completesPhase = true } = {}) {
  const step = (phase: 'STOCK_RESERVATION' | 'PAYMENT') =>
    defineStep('deliverOrder', {
      phase,
      completesPhase: () => completesPhase,
      run: async () => ({}),
      undo: async () => {},
    })
  const deliverOrder = defineOperation('deliverOrder', {
    steps: { stock: step('STOCK_RESERVATION'), pay: step('PAYMENT') },
    async run(context) {
      await run(context as unknown as Waiting)
      return { orderId: 'order', trackingNumber: 'T1' }
    },
  })
  return { deliverOrder }
}

async function complete({ rig, db }: Engine, operationId: string, name: string) {
  const completion = { operationId, name, body: {}, completedBy: 'key:test', early: false, queueSeconds: () => 600 }
  expect(await completeWait(db, completion)).toMatchObject({ kind: 'completed' })
  rig.notifications.notify('submitted', operationId)
}

const untilWaitingIn = ({ rig }: Engine, operationId: string, attempt: number) =>
  rig.untilRow(operationId, (row) => row.status === 'WAITING' && row.attempt === attempt)

/** The events of progress: the changes of phases that they report, or `progress`. */
async function reported({ db }: Engine, operationId: string) {
  const events = await eventsOf(db, { operationId, limit: 100 })
  return events.flatMap(({ status, progress, reason }) => {
    return progress && status === 'RUNNING' ? [reason ?? 'progress'] : []
  })
}

/** Dates an operation that waits back, as if it had waited for an hour. */
async function anHourLater({ db }: Engine, operationId: string) {
  await db.execute(`update operations set progress = jsonb_set(progress, '{phases}', (
    select jsonb_agg(case when phase ? 'since' then jsonb_set(phase, '{since}', to_jsonb((phase ->> 'since')::float8 - 3600000)) else phase end)
    from jsonb_array_elements(progress -> 'phases') as phase)) where operation_id = '${operationId}'`)
  await db.execute(`update waits set created_at = created_at - interval '1 hour' where operation_id = '${operationId}'`)
}

test('two waits: each phase starts once, whichever is completed first, and kept results are not reported again', async ({
  engine,
}) => {
  const handlers = handlersOf(async (ctx) => {
    await ctx.step('stock')
    await ctx.parallel(['pay'])
    await Promise.all([ctx.waitForCallback('carrier', day), ctx.waitForCallback('customer', day)])
  })
  engine.work(handlers, { waits })
  const { operationId } = await engine.submit()
  await untilWaitingIn(engine, operationId, 1)
  await complete(engine, operationId, 'customer')
  const one = await untilWaitingIn(engine, operationId, 2)
  expect(one.progress?.phases?.map(({ status }) => status)).toEqual([
    'COMPLETED',
    'COMPLETED',
    'IN_PROGRESS',
    'COMPLETED',
  ])
  await complete(engine, operationId, 'carrier')
  await engine.rig.until(operationId, 'COMPLETED')
  expect(await reported(engine, operationId)).toEqual([
    'STOCK_RESERVATION is IN_PROGRESS',
    'STOCK_RESERVATION is COMPLETED',
    'PAYMENT is IN_PROGRESS',
    'PAYMENT is COMPLETED',
    'CARRIER_BOOKING is IN_PROGRESS',
    'CONFIRMATION is IN_PROGRESS',
    'CONFIRMATION is COMPLETED',
    'CARRIER_BOOKING is COMPLETED',
  ])
})

test('a phase that a handler or a step has started goes on over a timer', async ({ engine }) => {
  const handlers = handlersOf(
    async (ctx) => {
      await ctx.step('stock')
      await ctx.sleep('first', 0.05)
      ctx.progress({ phase: 'CARRIER_BOOKING' })
      await ctx.sleep('second', 0.05)
    },
    { completesPhase: false },
  )
  engine.work(handlers)
  const { operationId } = await engine.submit()
  await engine.rig.until(operationId, 'COMPLETED')
  expect((await reported(engine, operationId)).filter((reason) => reason !== 'progress')).toEqual([
    'STOCK_RESERVATION is IN_PROGRESS',
    'STOCK_RESERVATION is COMPLETED, PAYMENT is COMPLETED, CARRIER_BOOKING is IN_PROGRESS',
  ])
})

test('the duration of a phase is from its first start, waiting included, also over a failed attempt', async ({
  engine,
}) => {
  const handlers = handlersOf(async (ctx) => {
    const customer = ctx.waitForCallback('customer', day)
    await Promise.all([ctx.waitForCallback('carrier', day), customer]).catch(async (error) => {
      await Promise.allSettled([customer])
      throw error
    })
    if (ctx.attempt === 3) throw new RetryableError('again', { retryAfter: 0.01 })
  })
  engine.work(handlers, { waits })
  const { operationId } = await engine.submit()
  await untilWaitingIn(engine, operationId, 1)
  await anHourLater(engine, operationId)
  await complete(engine, operationId, 'carrier')
  await untilWaitingIn(engine, operationId, 2)
  await complete(engine, operationId, 'customer')
  const done = await engine.rig.until(operationId, 'COMPLETED')
  expect(done.failures).toBe(1)
  const [, , booking, confirmation] = done.progress?.phases ?? []
  expect(booking?.duration).toBeGreaterThanOrEqual(3600)
  expect(booking?.duration).toBeLessThan(3700)
  expect(confirmation?.duration).toBeGreaterThanOrEqual(3600)
  expect(confirmation?.duration).toBeLessThan(3700)
})

test('the duration of a phase with several waits', async ({ engine }) => {
  const handlers = handlersOf(async (ctx) => {
    ctx.progress({ phase: 'CARRIER_BOOKING' })
    await ctx.sleep('first', 86_400)
    await ctx.sleep('second', 86_400)
    await ctx.sleep('third', 86_400)
  })
  engine.work(handlers)
  const { operationId } = await engine.submit()
  for (const attempt of [1, 2, 3]) {
    await untilWaitingIn(engine, operationId, attempt)
    await anHourLater(engine, operationId)
    await engine.db.execute(`update waits set expires_at = created_at where operation_id = '${operationId}'`)
    await engine.db.execute(`update operations set due_at = now() where operation_id = '${operationId}'`)
  }
  const done = await engine.rig.until(operationId, 'COMPLETED')
  const { duration } = done.progress?.phases?.[2] ?? {}
  expect(duration).toBeGreaterThanOrEqual(3 * 3600)
  expect(duration).toBeLessThan(3 * 3600 + 100)
})

test('a cancel while it waits: the phase of the wait ends with the operation, and the steps are compensated', async ({
  engine,
}) => {
  const handlers = handlersOf(async (ctx) => {
    await ctx.parallel(['stock', 'pay'])
    await ctx.waitForCallback('carrier', day)
  })
  engine.work(handlers, { waits })
  const { operationId } = await engine.submit()
  await untilWaitingIn(engine, operationId, 1)
  await anHourLater(engine, operationId)
  expect(await engine.requestCancel(operationId)).toBe('CANCELLING')
  const cancelled = await engine.rig.until(operationId, 'CANCELLED')
  expect(cancelled.progress?.phases).toMatchObject([
    { name: 'STOCK_RESERVATION', status: 'COMPENSATED' },
    { name: 'PAYMENT', status: 'COMPENSATED' },
    { name: 'CARRIER_BOOKING', status: 'IN_PROGRESS', since: expect.any(Number) },
    { name: 'CONFIRMATION', status: 'SKIPPED' },
  ])
  expect(cancelled.progress?.phases?.[2]?.duration).toBeGreaterThanOrEqual(3600)
})
