import { asc, eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { eventsOf } from '../../server/database/operations/events.ts'
import { deliveries } from '../../server/database/schema/webhooks.ts'
import { again, handling, names, phases, refused, statusesOf } from './parallel-rig.ts'
import { test } from './step-rig.ts'

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
