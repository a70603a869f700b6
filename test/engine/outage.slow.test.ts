import { createServer } from 'node:net'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { copyOut, withClient } from '../../server/database/copy.ts'
import type { Db } from '../../server/database/db.ts'
import { operations } from '../../server/database/schema/operations.ts'
import type { Handlers } from '../../server/engine/rules.ts'
import { type Context, defineOperation, defineStep } from '../../server/handlers/define.ts'
import { imported, imports, openRig, type Rig } from './rig.ts'

let rig: Rig
/** The worker's own pool: the queries of the test must not use a connection that a handler breaks. */
let connection: Connection
beforeAll(async () => {
  rig = await openRig()
  connection = connect(rig.url, { poolSize: 5, applicationName: 'engine-test away' })
})
afterEach(() => rig.rest())
afterAll(async () => {
  await rig.rest()
  await connection.close()
  await rig.close()
})

const work = (handlers: Partial<Handlers>) => rig.work({ connection, handlers })

type Import = Context<'importOrders'>

const maxOutages = 10
const terminateBackend = 'select pg_terminate_backend(pg_backend_pid())'
/** Breaks the connection that it is called on. */
const breakConnection = (db: Db) => db.execute(sql.raw(terminateBackend))

/** Each breaks a connection in another way. */
const workloads: Record<string, (ctx: Import) => Promise<unknown>> = {
  'a query': (ctx) => breakConnection(ctx.db),
  'a transaction': (ctx) => ctx.db.transaction(breakConnection),
  'ctx.finish': (ctx) =>
    ctx.db.transaction(async (tx) => {
      await breakConnection(tx).catch(() => {})
      return ctx.finish(tx, imported)
    }),
  'a borrowed connection': (ctx) => withClient(ctx.copyPool, ctx.signal, (client) => client.query(terminateBackend)),
  'a borrowed connection, between two queries': (ctx) =>
    withClient(ctx.copyPool, ctx.signal, async (client) => {
      await client.query(terminateBackend).catch(() => {})
      await client.query('select 1')
    }),
  'a COPY into a file': (ctx) => {
    const onRows = () => {}
    const rows = copyOut(ctx.copyPool, terminateBackend, { format: 'csv', signal: ctx.signal, onRows })
    return ctx.files.create({ name: 'rows.csv', mediaType: 'text/csv' }, rows)
  },
}

test.each(Object.entries(workloads))('%s whose connection breaks is not charged to the operation', async (_, way) => {
  work(
    imports(async (ctx) => {
      if (ctx.attempt === 1) await way(ctx)
      return imported
    }),
  )
  const { operationId } = await rig.submit({ maxAttempts: 1 })
  const waiting = await rig.untilRow(operationId, ({ status, attempt }) => status !== 'RUNNING' && attempt === 1)
  expect(waiting).toMatchObject({ status: 'PENDING', failures: 0 })
  const delayMs = (waiting.dueAt?.getTime() ?? 0) - waiting.updatedAt.getTime()
  expect(delayMs).toBeGreaterThan(700)
  expect(delayMs).toBeLessThan(1300)
  expect(await rig.until(operationId, 'COMPLETED', 'FAILED')).toMatchObject({
    status: 'COMPLETED',
    attempt: 2,
    failures: 0,
  })
})

test('a step whose connection breaks runs again with the same key', async () => {
  const keys: string[] = []
  const stock = defineStep('deliverOrder', {
    async run({ db, key, attempt }) {
      keys.push(key)
      if (attempt === 1) await breakConnection(db)
    },
    undo: async () => {},
  })
  const deliverOrder = defineOperation('deliverOrder', {
    steps: { stock },
    async run(ctx) {
      await ctx.step('stock')
      return { orderId: 'order', trackingNumber: 'none' }
    },
  })
  work({ deliverOrder })
  const { operationId } = await rig.submit({ type: 'deliverOrder', maxAttempts: 1 })
  expect(await rig.until(operationId, 'COMPLETED', 'FAILED')).toMatchObject({ status: 'COMPLETED', failures: 0 })
  expect(keys).toEqual([`${operationId}:stock`, `${operationId}:stock`])
})

test('an operation that was completed before the connection broke stays completed', async () => {
  work(
    imports(async (ctx) => {
      await ctx.db.transaction((tx) => ctx.finish(tx, imported))
      await breakConnection(ctx.db)
      return imported
    }),
  )
  const { operationId } = await rig.submit({ maxAttempts: 1 })
  await rig.until(operationId, 'COMPLETED')
  await rig.rest()
})

test('the number of uncharged outages is limited', async () => {
  work(imports((ctx) => breakConnection(ctx.db).then(() => imported)))
  const { operationId } = await rig.submit({ maxAttempts: 1 })
  for (let outages = 1; outages <= maxOutages; outages += 1) {
    const waiting = await rig.untilRow(operationId, (row) => row.status === 'PENDING' && row.attempt === outages)
    const seconds = ((waiting.dueAt?.getTime() ?? 0) - waiting.updatedAt.getTime()) / 1000
    const due = Math.min(2 ** (outages - 1), 16)
    expect(Math.abs(seconds - due)).toBeLessThan(due * 0.25)
    await rig.connection.db.update(operations).set({ dueAt: new Date() })
  }
  const row = await rig.until(operationId, 'FAILED')
  expect(row).toMatchObject({ attempt: maxOutages + 1, failures: 1, error: { code: 'PROCESSING_ERROR' } })
})

test('a broken connection to another system is charged like any failure', async () => {
  const vendor = createServer((socket) => socket.resetAndDestroy()).listen(0, '127.0.0.1')
  onTestFinished(() => void vendor.close())
  work(
    imports(async () => {
      const { port } = vendor.address() as { port: number }
      await fetch(`http://127.0.0.1:${port}/`)
      return imported
    }),
  )
  const { operationId } = await rig.submit({ maxAttempts: 1 })
  expect(await rig.until(operationId, 'FAILED')).toMatchObject({ attempt: 1, failures: 1 })
})
