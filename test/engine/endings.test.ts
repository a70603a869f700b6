import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLinks } from '../../server/contract/links.ts'
import { type WireEvent, wireEvent } from '../../server/contract/present/event.ts'
import { wireOperation } from '../../server/contract/present/operation.ts'
import type { NewOperation } from '../../server/database/operations/create.ts'
import { creationOf, eventsOf } from '../../server/database/operations/events.ts'
import { cancel, find, type OperationRow } from '../../server/database/operations/read.ts'
import { stepsOf } from '../../server/database/operations/steps.ts'
import { operations } from '../../server/database/schema/operations.ts'
import type { Status } from '../../server/domain/state-machine.ts'
import { specRules } from '../../server/engine/rules.ts'
import {
  type Context,
  defineOperation,
  defineStep,
  OperationError,
  RetryableError,
} from '../../server/handlers/define.ts'
import { imported, interrupted, openRig, ownerId, type Rig } from './rig.ts'

/** Every way in which an operation ends, each with a further attempt or a compensation before it where that is possible. */
type Ending = {
  status: Status
  code?: string
  percentage?: number
  /** Does the work of an attempt. */
  run?: (ctx: Import) => Promise<unknown>
  submit?: Partial<NewOperation>
  /** Called once the operation was submitted; may wait for a state and then act. */
  meanwhile?: (row: OperationRow) => Promise<unknown>
}
type Import = Context<'importOrders'>

const again = () => new RetryableError('the vendor is busy', { retryAfter: 0.01 })
const refused = new OperationError('NO_CARRIER', 'no service goes there')
const half = { phase: 'LOADING', current: 5, total: 10 } as const

/** Does `then` after half of the second phase. */
const atHalf = (then: (ctx: Import) => Promise<unknown>) => (ctx: Import) => {
  ctx.progress(half)
  return then(ctx)
}

let rig: Rig
const requestCancel = async ({ operationId }: OperationRow) => {
  await cancel(rig.connection.db, {
    ownerId,
    operationId,
    actor: 'owner',
    reason: 'superseded',
    retentionSeconds: () => 60,
  })
  rig.notifications.notify('changed', operationId)
}
const whenAt = (holds: (row: OperationRow) => boolean) => async (row: OperationRow) => {
  await rig.untilRow(row.operationId, holds)
  await requestCancel(row)
}

const endings: Record<string, Ending> = {
  completed: { status: 'COMPLETED', percentage: 100, run: atHalf(async () => imported) },
  'completed without any progress': { status: 'COMPLETED', percentage: 100, run: async () => imported },
  'completed with errors': {
    status: 'COMPLETED_WITH_ERRORS',
    percentage: 100,
    async run(ctx) {
      ctx.warn({ code: 'ROWS_REJECTED', message: 'one' })
      return imported
    },
  },
  'completed at the third attempt, which starts from the beginning': {
    status: 'COMPLETED',
    percentage: 100,
    async run(ctx) {
      ctx.progress({ phase: 'VALIDATION', percentage: 10 })
      if (ctx.attempt === 1) ctx.progress({ phase: 'LOADING', percentage: 80 })
      if (ctx.attempt < 3) throw again()
      return imported
    },
  },
  'completed in the transaction of the handler': {
    status: 'COMPLETED',
    percentage: 100,
    run: atHalf((ctx) => ctx.db.transaction((tx) => ctx.finish(tx, imported))),
  },
  'failed by the handler': {
    status: 'FAILED',
    code: 'NO_CARRIER',
    percentage: 80,
    run: atHalf(async () => Promise.reject(refused)),
  },
  'failed before any progress': {
    status: 'FAILED',
    code: 'NO_CARRIER',
    percentage: 0,
    run: () => Promise.reject(refused),
  },
  'failed after its last attempt': {
    status: 'FAILED',
    code: 'PROCESSING_ERROR',
    percentage: 80,
    async run(ctx) {
      if (ctx.attempt === 1) ctx.progress(half)
      else ctx.progress({ phase: 'VALIDATION', percentage: 1 })
      throw again()
    },
  },
  'failed by an unexpected error': {
    status: 'FAILED',
    code: 'PROCESSING_ERROR',
    percentage: 80,
    submit: { maxAttempts: 1 },
    run: atHalf(async () => Promise.reject(new Error('password=hunter2'))),
  },
  'failed because of an invalid result': {
    status: 'FAILED',
    code: 'INVALID_RESULT',
    percentage: 80,
    run: atHalf(async () => ({ ...imported, rejectUrl: 'a\u0000b' })),
  },
  'failed after its run time': {
    status: 'FAILED',
    code: 'TIMEOUT',
    percentage: 2,
    submit: { type: 'exportCustomers' },
    async run(ctx) {
      ctx.progress({ percentage: 50 })
      return interrupted(ctx.signal)
    },
  },
  'failed after its run time in a second attempt': {
    status: 'FAILED',
    code: 'TIMEOUT',
    submit: { type: 'exportCustomers' },
    async run(ctx) {
      ctx.progress({ percentage: ctx.attempt === 1 ? 90 : 5 })
      if (ctx.attempt === 1) throw again()
      return interrupted(ctx.signal)
    },
  },
  'failed after its queue time': {
    status: 'FAILED',
    code: 'QUEUE_TIMEOUT',
    percentage: 0,
    submit: { type: 'retryOperations', queueTimeoutSeconds: 0.1 },
  },
  'failed after its queue time between two attempts': {
    status: 'FAILED',
    code: 'QUEUE_TIMEOUT',
    percentage: 80,
    run: atHalf(async () => Promise.reject(new RetryableError('busy', { retryAfter: 3600 }))),
    async meanwhile({ operationId }) {
      await rig.untilRow(operationId, ({ status, failures }) => status === 'PENDING' && failures === 1)
      await rig.connection.db
        .update(operations)
        .set({ deadlineAt: new Date() })
        .where(sql`operation_id = ${operationId}`)
    },
  },
  'completed after its worker was lost': {
    status: 'COMPLETED',
    percentage: 100,
    submit: { startAfter: new Date(Date.now() + 3_600_000) },
    async run(ctx) {
      ctx.progress({ phase: 'VALIDATION', percentage: 1 })
      return imported
    },
    async meanwhile({ operationId }) {
      const progress = JSON.stringify({
        percentage: 70,
        phases: [{ name: 'VALIDATION', status: 'COMPLETED', duration: 3 }],
      })
      await rig.connection.db.execute(sql`update operations set status = 'RUNNING', attempt = 1, started_at = now(),
        deadline_at = now() + interval '1 hour', worker_id = '018f0000-0000-7000-8000-0000000000ff',
        progress = ${progress}::jsonb where operation_id = ${operationId}`)
    },
  },
  'cancelled in the queue': {
    status: 'CANCELLED',
    percentage: 0,
    submit: { startAfter: new Date(Date.now() + 3_600_000) },
    meanwhile: requestCancel,
  },
  'cancelled between two attempts': {
    status: 'CANCELLED',
    percentage: 80,
    run: atHalf(async () => Promise.reject(new RetryableError('busy', { retryAfter: 3600 }))),
    meanwhile: whenAt(({ status, failures }) => status === 'PENDING' && failures === 1),
  },
  'cancelled while it runs': {
    status: 'CANCELLED',
    percentage: 80,
    run: atHalf(async (ctx) => interrupted(ctx.signal)),
    meanwhile: whenAt(({ progress }) => progress?.percentage === 80),
  },
  'failed and compensated': {
    status: 'FAILED',
    code: 'NO_CARRIER',
    submit: { type: 'deliverOrder', input: { orderId: 'declined' } },
  },
  'failed at the second attempt and compensated': {
    status: 'FAILED',
    code: 'PROCESSING_ERROR',
    submit: { type: 'deliverOrder', input: { orderId: 'busy' }, maxAttempts: 2 },
  },
  'cancelled and compensated': {
    status: 'CANCELLED',
    submit: { type: 'deliverOrder', input: { orderId: 'slow' } },
    meanwhile: whenAt(({ progress }) => progress?.phases?.[1]?.status === 'IN_PROGRESS'),
  },
}

const reserve = defineStep('deliverOrder', {
  phase: 'STOCK_RESERVATION',
  message: ({ orderId }) => `Reserving ${orderId}`,
  run: async (ctx) => ({ at: ctx.attempt }),
  undo: async () => {},
})
const charge = defineStep('deliverOrder', {
  phase: 'PAYMENT',
  async run(ctx, { orderId }) {
    if (orderId === 'slow') await interrupted(ctx.signal)
    if (orderId === 'busy') throw again()
    throw refused
  },
  undo: async () => {},
})

const handlers = {
  importOrders: defineOperation('importOrders', {
    run: (ctx, { uploadId }) => endings[uploadId]?.run?.(ctx) as Promise<typeof imported>,
  }),
  exportCustomers: defineOperation('exportCustomers', {
    run: (ctx, input) => endings[String(Reflect.get(input, 'uploadId'))]?.run?.(ctx as never) as Promise<never>,
  }),
  deliverOrder: defineOperation('deliverOrder', {
    steps: { reserve, charge },
    async run(ctx) {
      await ctx.step('reserve')
      await ctx.step('charge')
      return { orderId: 'order', trackingNumber: 'T1' }
    },
  }),
}

type Ended = { row: OperationRow; events: WireEvent[]; operation: ReturnType<typeof wireOperation> }
const ended = new Map<string, Promise<Ended>>()
const links = createLinks(undefined, (path) => path)

async function end(name: string, { status, submit, meanwhile }: Ending): Promise<Ended> {
  const submitted = await rig.submit({ input: { uploadId: name }, maxAttempts: 3, ...submit })
  await meanwhile?.(submitted)
  const { operationId } = await rig.until(submitted.operationId, status)
  const { db } = rig.connection
  const row = (await find(db, { ownerId, operationId })) as OperationRow
  const stored = [creationOf(row), ...(await eventsOf(db, { operationId }))]
  const events = stored.map((event) => wireEvent(event, { links, ownerId }))
  return { row, events, operation: wireOperation(row, { links }) }
}

beforeAll(async () => {
  rig = await openRig()
  const { exportCustomers: rule } = specRules
  rig.work({
    handlers,
    rules: { ...specRules, exportCustomers: { ...(rule as NonNullable<typeof rule>), timeoutSeconds: 1 } },
  })
  for (const [name, ending] of Object.entries(endings)) ended.set(name, end(name, ending))
})
afterAll(() => rig.close())

describe.each(Object.entries(endings))('an operation that is %s', (name, { status, code, percentage }) => {
  const read = () => ended.get(name) as Promise<Ended>

  test('ends as it should', async () => {
    const { operation } = await read()
    expect([operation.status, operation.error?.code]).toEqual([status, code])
  })

  test('never falls in its progress, over all of its events', async () => {
    const { events, operation } = await read()
    const seen = [...events, operation].flatMap(({ progress }) => (progress ? [progress.percentage] : []))
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    if (percentage !== undefined) expect(operation.progress.percentage).toBe(percentage)
    expect(operation.progress.percentage === 100).toBe(status.startsWith('COMPLETED'))
  })

  test('has its final progress and all phases in its last event', async () => {
    const { events, operation, row } = await read()
    expect(events.at(-1)?.progress).toEqual(operation.progress)
    expect(operation.progress.phases?.map((phase) => phase.name)).toEqual(
      specRules[row.type]?.phases.map((phase) => phase.name),
    )
  })

  test('has no phase in progress or waiting at its end', async () => {
    const { operation } = await read()
    const states = operation.progress.phases?.map((phase) => phase.status) ?? []
    const isOver = status.startsWith('COMPLETED') ? ['COMPLETED'] : ['COMPLETED', 'FAILED', 'SKIPPED', 'COMPENSATED']
    for (const state of states) expect(isOver).toContain(state)
  })

  test('has its id in each event', async () => {
    const { events, operation } = await read()
    expect(new Set(events.map(({ operationId }) => operationId))).toEqual(new Set([operation.operationId]))
  })

  test('says why in each event of a failed attempt and of a compensation', async () => {
    const { events } = await read()
    const unexplained = events.filter(
      ({ status: at, attempt = 0, reason, data }, index) =>
        at === 'PENDING' && attempt > 0 && index > 0 && !(reason && (data?.error || /worker|database/.test(reason))),
    )
    expect(unexplained).toEqual([])
    const compensating = events.filter(
      ({ reason, status: at }) => reason?.startsWith('compensating') && at === 'RUNNING',
    )
    for (const { data } of compensating) expect(data?.error?.code).toBe(code)
  })
})

test('the event of a failed attempt has the code, the text of the failure and the delay, and no internal text', async () => {
  const { events } = (await ended.get('failed after its last attempt')) as Ended
  const [retried] = events.filter(({ reason }) => reason === 'the attempt failed')
  expect(retried).toMatchObject({ event: 'status-update', status: 'PENDING', attempt: 1 })
  expect(retried?.data?.error).toMatchObject({
    code: 'PROCESSING_ERROR',
    detail: 'The attempt failed: the vendor is busy. The operation is tried again.',
    retryAfter: 1,
  })
  const unexpected = (await ended.get('failed by an unexpected error')) as Ended
  expect(JSON.stringify(unexpected)).not.toContain('hunter2')
})

test('a step has a message, and shows its phase and how long it took', async () => {
  const { events, row } = (await ended.get('failed at the second attempt and compensated')) as Ended
  expect(events.flatMap(({ progress }) => progress?.message ?? [])).toContain('Reserving busy')
  const [first] = await stepsOf(rig.connection.db, [row.operationId])
  expect(first).toMatchObject({ name: 'reserve', phase: 'STOCK_RESERVATION', durationMs: expect.any(Number) })
})
