import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiPools, leastConnections, workerPools } from '../../server/database/pool-sizes.ts'
import { ask, ended, expectProblem, submitted } from '../http/requests.ts'
import { execute } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'

describe('the shares of DATABASE_POOL_SIZE', () => {
  it('are at least one connection each, and no more than the total', () => {
    const total = fc.integer({ min: leastConnections.worker, max: 10_000 })
    const cores = fc.integer({ min: 1, max: 256 })
    const concurrency = fc.integer({ min: 1, max: 1000 })
    fc.assert(
      fc.property(total, cores, concurrency, (total, cores, concurrency) => {
        const { queries, transactions, counts, executors } = workerPools(total, concurrency, cores)
        const { count, each, solo } = executors
        for (const share of [queries, transactions, counts, count, each.queries, each.copies, solo]) {
          expect(share).toBeGreaterThanOrEqual(1)
        }
        const ofExecutors = count * (each.queries + each.copies) + 2 * solo
        expect(queries + transactions + counts + 2 + ofExecutors).toBeLessThanOrEqual(total)
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: leastConnections.api, max: 10_000 }), (total) => {
        const { queries, transactions, counts } = apiPools(total)
        expect(Math.min(queries, transactions, counts)).toBeGreaterThanOrEqual(1)
        expect(queries + transactions + counts + 1).toBe(total)
      }),
    )
  })
})

describe.each([11, 14])('with DATABASE_POOL_SIZE %i', (total) => {
  let service: TestService
  let sql: postgres.Sql
  beforeAll(async () => {
    service = await startTestService({ DATABASE_POOL_SIZE: String(total) })
    sql = postgres(service.databaseUrl, { max: 1, onnotice: () => {}, connection: { application_name: 'observer' } })
  })
  afterAll(async () => {
    await sql.end()
    await service.close()
  })

  it('the process and its executors never have more connections, and everything is served', async () => {
    const paths = await Promise.all(
      Array.from({ length: 9 }, (_, index) => submitted(service, { format: ['CSV', 'JSON', 'PDF'][index % 3] })),
    )
    const statuses = paths.map(async (path) => (await ended(service, path)).status)
    // One at a time, because a request that waits for 5 seconds is a 503.
    const reads = Array.fromAsync({ length: 30 }, async () => (await ask(service, '/api/v1/operations')).status)
    const keys = Array.from({ length: 10 }, (_, index) =>
      ask(service, '/api/v1/keys', { json: { name: `key ${index}`, scopes: ['operations:read'] } }),
    )
    let done = false
    const everything = Promise.all([Promise.all(statuses), reads, Promise.all(keys)]).finally(() => {
      done = true
    })
    let most = 0
    while (!done) {
      const [row] = await sql<{ connections: number }[]>`
        select count(*)::int as connections from pg_stat_activity
        where datname = current_database() and application_name <> 'observer'`
      most = Math.max(most, row?.connections ?? 0)
    }
    const [ends, answers, created] = await everything
    expect(new Set(ends)).toEqual(new Set(['COMPLETED']))
    expect(new Set(answers)).toEqual(new Set([200]))
    expect(new Set(created.map(({ status }) => status))).toEqual(new Set([201]))
    expect(most).toBeGreaterThan(3)
    expect(most).toBeLessThanOrEqual(total)
  })
})

it('a server without a free connection makes requests 503 with Retry-After, and charges no attempt', async () => {
  const service = await startTestService()
  const name = new URL(service.databaseUrl).pathname.slice(1)
  const server = new URL(service.databaseUrl)
  server.pathname = '/postgres'
  const terminate = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and application_name like 'longrun%'`
  try {
    const path = await submitted(service, { format: 'CSV', startAfter: new Date(Date.now() + 1000).toISOString() })
    await execute(server.href, `alter database ${name} connection limit 0`)
    await execute(server.href, terminate)
    const refused = await expect
      .poll(() => ask(service, '/api/v1/operations'), { timeout: 20_000 })
      .toMatchObject({ status: 503 })
      .then(() => ask(service, '/api/v1/operations'))
    expectProblem(refused, 503, 'UNAVAILABLE')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    await execute(server.href, `alter database ${name} connection limit -1`)
    await expect
      .poll(() => ask(service, '/api/v1/operations').then(({ status }) => status), { timeout: 20_000 })
      .toBe(200)
    expect(await ended(service, path)).toMatchObject({ status: 'COMPLETED', failures: 0 })
  } finally {
    await execute(server.href, `alter database ${name} connection limit -1`)
    await service.close()
  }
})
