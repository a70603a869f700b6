import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { ask, expectProblem, inAnHour, report, submitted } from './requests.ts'

let service: TestService
let sql: postgres.Sql
beforeAll(async () => {
  service = await startTestService({ DATABASE_POOL_SIZE: '18', ROLES: 'api' })
  sql = postgres(service.databaseUrl, { max: 3, onnotice: () => {} })
})
afterEach(() => service.check.assertKept())
afterAll(async () => {
  await sql.end()
  await service.close()
})

/** Makes every statement on the table wait while `work` runs. */
async function whileLocked<T>(table: string, work: () => Promise<T>): Promise<T> {
  return (await sql.begin(async (tx) => {
    await tx.unsafe(`lock table ${table} in access exclusive mode`)
    return work()
  })) as T
}

/** Waits until `count` connections of the service wait for a lock; returns their number a moment later. */
async function waiting(count: number): Promise<number> {
  const look = async () => {
    const [row] = await sql<{ total: number }[]>`
      select count(*)::int as total from pg_stat_activity
      where datname = current_database() and application_name like 'longrun%' and wait_event_type = 'Lock'`
    return row?.total ?? 0
  }
  for (const endMs = performance.now() + 3000; (await look()) < count && performance.now() < endMs; );
  // Further admitted requests would wait for the lock within the time of many others.
  for (let read = 0; read < 20; read++) await ask(service, '/api/v1/operations?pageSize=1', { key: service.otherKey })
  return look()
}

describe('of a pool of 10, slow statements of one owner hold two connections, and another owner is served', () => {
  it.each<[string, string, (index: number) => Promise<{ status: number }>]>([
    ['lists', 'webhook_receivers', () => ask(service, '/api/v1/webhookReceivers')],
    ['changes', 'webhook_receivers', () => ask(service, `/api/v1/webhookReceivers/whr_${id}`, { method: 'DELETE' })],
    [
      'transactions',
      'webhook_receivers',
      () =>
        ask(service, '/api/v1/webhookReceivers', {
          json: { url: 'https://93.184.216.34/hook', events: ['COMPLETED'] },
        }),
    ],
    ['reads through several keys', 'orders', (index) => ask(service, '/api/v1/orders', { key: keyOf(index) })],
    [
      'estimates of reports',
      'orders',
      () => ask(service, '/api/v1/reports:generate', { json: { ...report, validateOnly: true } }),
    ],
    [
      'estimates of exports',
      'customers',
      () => ask(service, '/api/v1/customers:export', { json: { format: 'CSV', validateOnly: true } }),
    ],
  ])('%s', async (_, table, request) => {
    const path = await submitted(service, { startAfter: inAnHour() })
    const requests = await whileLocked(table, async () => {
      const requests = Array.from({ length: 30 }, (_, index) => request(index))
      expect(await waiting(2)).toBe(2)
      // Status reads share their statements; lists of another owner have separate connections.
      expect((await ask(service, path)).status).toBe(200)
      expect((await ask(service, '/api/v1/operations', { key: service.otherKey })).status).toBe(200)
      return requests
    })
    const answers = await Promise.all(requests)
    for (const { status } of answers) expect(status).toBeLessThan(500)
  })
})

const id = '01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'
const keyOf = (index: number) => (index % 2 === 0 ? service.apiKey : service.readerKey)

it('requests that wait for a change use no connection', async () => {
  const path = await submitted(service, { startAfter: inAnHour() })
  const pending = async () => {
    const { body } = await ask(service, '/api/v1/operations?status=PENDING&pageSize=100')
    return body.operations as { operationId: string }[]
  }
  const before = (await pending()).length
  const held = Array.from({ length: 20 }, () => ask(service, path, { headers: { prefer: 'wait=30' } }))
  const submits = Array.from({ length: 20 }, () =>
    ask(service, '/api/v1/reports:generate', {
      json: { ...report, startAfter: inAnHour() },
      headers: { prefer: 'wait=30' },
    }),
  )
  expect((await ask(service, '/api/v1/operations?label=no:such')).status).toBe(200)
  // Each submit is accepted although it waits.
  await expect.poll(async () => (await pending()).length).toBe(before + submits.length)
  for (const { operationId } of await pending()) {
    expect((await ask(service, `/api/v1/operations/${operationId}:cancel`, { method: 'POST' })).status).toBe(200)
  }
  for (const { body } of await Promise.all([...held, ...submits])) expect(body.status).toBe('CANCELLED')
})

it('a request that waits too long for others of its owner is a 503 with Retry-After, and the others continue', async () => {
  await whileLocked('webhook_receivers', async () => {
    const requests = Array.from({ length: 4 }, () => ask(service, '/api/v1/webhookReceivers'))
    const other = ask(service, '/api/v1/operations', { key: service.otherKey })
    expect((await other).status).toBe(200)
    const answers = await Promise.all(requests)
    for (const answer of answers) {
      expectProblem(answer, 503, 'UNAVAILABLE')
      expect(answer.headers.get('retry-after')).toBe('2')
    }
    // Two requests had a connection whose statement did not end.
    expect(answers.filter(({ text }) => text.includes('not processed within 5 seconds'))).toHaveLength(2)
  })
}, 20_000)
