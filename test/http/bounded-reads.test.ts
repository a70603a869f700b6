import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { execute } from '../support/database.ts'
import { startTestService, type TestService, testOwner } from '../support/service.ts'
import { ask, report } from './requests.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api' })
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

it('a list with few matches continues after the 10,000 operations that one request scans', async () => {
  const made = await ask(service, '/api/v1/reports:generate', {
    json: { ...report, labels: { wanted: 'yes' }, startAfter: new Date(Date.now() + 3_600_000).toISOString() },
  })
  await execute(
    service.databaseUrl,
    `insert into operations (operation_id, owner_id, type, status, max_attempts, input, finished_at, expires_at)
     select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint + n), 12, '0') || '7000' || '8' || substr(md5(n::text), 1, 15))::uuid,
       '${testOwner}', 'generateReport', 'COMPLETED', 3, '{}', now(), now() + interval '1 day' from generate_series(1, 10500) n`,
  )
  const first = await ask(service, '/api/v1/operations?label=wanted:yes&includeTotal=true')
  expect(first.body).toEqual({ operations: [], nextPageToken: expect.any(String), totalSize: 1 })
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
  const { body } = await ask(service, next)
  expect(body).toMatchObject({ operations: [{ operationId: made.body.operationId }] })
  expect(body).not.toHaveProperty('nextPageToken')
})

it('an order lists 1,000 of its lines and states that there are more', async () => {
  const lines = (order: string, count: number, from: number) => `
    insert into orders (owner_id, order_id, customer_id, order_date, ship_date, ship_mode, country, region, state, city, postal_code)
      values ('${testOwner}', '${order}', 'c', '2026-01-01', '2026-01-02', '', '', '', '', '', '');
    insert into order_lines select '${testOwner}', ${from} + n, '${order}', 'p', 'p', 'c', 's', 1, 1, 0, 1
      from generate_series(1, ${count}) n;`
  const customer = `insert into customers values ('${testOwner}', 'c', 'Name', 'Consumer');`
  await execute(service.databaseUrl, customer + lines('all', 1000, 0) + lines('more', 1001, 5000))
  const all = (await ask(service, '/api/v1/orders/all')).body
  expect(all.lines).toHaveLength(1000)
  expect(all).not.toHaveProperty('moreLines')
  const more = (await ask(service, '/api/v1/orders/more')).body
  expect(more.lines).toHaveLength(1000)
  expect(more.moreLines).toBe(true)
})
