import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { submitted } from '../http/requests.ts'
import { startTestService } from '../support/service.ts'
import { alice, type HandlerRig, openHandlerRig } from './rig.ts'
import { superstoreCsv } from './superstore.ts'

let rig: HandlerRig
let other: postgres.Sql
beforeAll(async () => {
  rig = await openHandlerRig()
  other = postgres(rig.url, { max: 3, onnotice: () => {} })
})
afterAll(async () => {
  await other.end()
  await rig.close()
})
let before: string[]
beforeEach(async () => {
  before = await rig.stored()
})

/** The queries that the handlers' connections run. */
const running = async () =>
  (
    await other`select query from pg_stat_activity where datname = current_database() and state <> 'idle'
      and application_name like 'engine-test copy%'`
  ).map((row) => row.query)

/** Waits until `count` queries of the handlers wait for a lock. */
async function waiting(count: number) {
  for (;;) {
    const [row] = await other`select count(*)::int from pg_stat_activity where datname = current_database()
      and wait_event_type = 'Lock' and application_name like 'engine-test copy%'`
    if (row?.count === count) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Locks the order lines while `during` runs. */
async function locked(during: () => Promise<void>) {
  await other.begin(async (tx) => {
    await tx`lock table order_lines in access exclusive mode`
    await during()
  })
}

async function quiet() {
  while ((await running()).length > 0) await new Promise((resolve) => setTimeout(resolve, 10))
}

const year = { fromDate: '2017-01-01', toDate: '2017-12-31' }
const reports = (['CSV', 'JSON', 'PDF'] as const).map(
  (format) => [format, { reportType: 'ORDERS_SUMMARY', dateRange: year, format }] as const,
)

describe('a cancel stops the query in the server and leaves no file', () => {
  test.each(reports)('report as %s', (_, input) =>
    locked(async () => {
      const operation = await rig.start('generateReport', input)
      await waiting(1)
      await rig.cancel(operation)
      expect(await rig.until(operation.operationId, 'CANCELLED')).toMatchObject({ result: null, error: null })
      // The lock is still held: only a cancelled query can have ended.
      await quiet()
      expect(await rig.stored()).toEqual(before)
    }))

  test('report, while it counts', () =>
    locked(async () => {
      const [, input] = reports[0] ?? []
      if (!input) throw new Error('no CSV')
      const operation = await rig.start('generateReport', { ...input, filters: { category: 'Furniture' } })
      await waiting(1)
      await rig.cancel(operation)
      await rig.until(operation.operationId, 'CANCELLED')
      await quiet()
    }))

  test('export', () =>
    locked(async () => {
      const operation = await rig.start('exportCustomers', { format: 'CSV' })
      await waiting(1)
      await rig.cancel(operation)
      await rig.until(operation.operationId, 'CANCELLED')
      await quiet()
      expect(await rig.stored()).toEqual(before)
    }))

  test.each([
    'RFM_SEGMENTS',
    'COHORT_RETENTION',
    'BASKET_PAIRS',
    'SALES_FORECAST',
  ] as const)('analysis %s', (analysis) =>
    locked(async () => {
      const operation = await rig.start('analyzeOrders', { analysis, format: 'CSV' })
      await waiting(1)
      await rig.cancel(operation)
      expect(await rig.until(operation.operationId, 'CANCELLED')).toMatchObject({ result: null, error: null })
      await quiet()
      expect(await rig.stored()).toEqual(before)
    }))

  test('import: no row is kept', async () => {
    const uploadId = await rig.upload(superstoreCsv)
    const stored = await rig.stored()
    await locked(async () => {
      const operation = await rig.start('importOrders', { uploadId })
      await waiting(1)
      await rig.cancel(operation)
      await rig.until(operation.operationId, 'CANCELLED')
      await quiet()
    })
    for (const table of ['order_lines', 'orders', 'customers']) {
      expect(await other`select 1 from ${other(table)} where owner_id = ${alice}`).toHaveLength(0)
    }
    expect(await rig.stored()).toEqual(stored)
  })

  test('import that waits for another of the same owner', async () => {
    const uploadId = await rig.upload(superstoreCsv)
    await other.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtextextended('import:' || ${alice}, 0))`
      const operation = await rig.start('importOrders', { uploadId })
      await waiting(1)
      await rig.cancel(operation)
      await rig.until(operation.operationId, 'CANCELLED')
      await quiet()
    })
  })

  test('import while its reject file is written: the file is deleted too', async () => {
    const bad = superstoreCsv.replace(/"Second Class"/, '""')
    const uploadId = await rig.upload(bad)
    const stored = await rig.stored()
    await other.begin(async (tx) => {
      await tx`lock table files in access exclusive mode`
      const operation = await rig.start('importOrders', { uploadId })
      while ((await rig.stored()).length === stored.length) await new Promise((resolve) => setTimeout(resolve, 5))
      await rig.cancel(operation)
      await rig.until(operation.operationId, 'CANCELLING', 'CANCELLED')
    })
    await quiet()
    while ((await rig.stored()).length > stored.length) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await rig.stored()).toEqual(stored)
    expect(await other`select 1 from orders where owner_id = ${alice}`).toHaveLength(0)
  })

  test('with every connection for COPY in use', () =>
    locked(async () => {
      const [, input] = reports[2] ?? []
      if (!input) throw new Error('no PDF')
      const operations = await Promise.all([1, 2, 3, 4].map(() => rig.start('generateReport', input)))
      await waiting(4)
      const started = performance.now()
      for (const operation of operations) await rig.cancel(operation)
      for (const { operationId } of operations) await rig.until(operationId, 'CANCELLED')
      await quiet()
      expect(performance.now() - started).toBeLessThan(9000)
    }))
})

test('as many handlers run at the same time as the worker has slots', async () => {
  const service = await startTestService({ WORKER_CONCURRENCY: '7', DATABASE_POOL_SIZE: '60' })
  const sql = postgres(service.databaseUrl, { max: 2 })
  try {
    await sql.begin(async (tx) => {
      await tx`lock table order_lines in access exclusive mode`
      for (let index = 0; index < 7; index++) await submitted(service)
      for (let count = 0; count < 7; ) {
        const [row] = await sql`select count(*)::int from pg_stat_activity where datname = current_database()
          and wait_event_type = 'Lock' and application_name = 'longrun executor copy'`
        count = row?.count
      }
    })
  } finally {
    await sql.end()
    await service.close()
  }
})

test('the same worker still works afterwards', async () => {
  const { status } = await rig.run('exportCustomers', { format: 'CSV' })
  expect(status).toBe('COMPLETED')
})
