import postgres from 'postgres'
import { expect, it, onTestFinished } from 'vitest'
import { ask, ended, inAnHour, submitted } from '../http/requests.ts'
import { createDatabase } from '../support/database.ts'
import { samplesOf, scrape, sumOf } from '../support/metrics.ts'
import { createPause } from '../support/poll.ts'
import { startTestService } from '../support/service.ts'
import { silentProxy } from '../support/silent-proxy.ts'

const always = { metricsSharing: { leastMs: 0, times: 0 } }

function connected(url: string) {
  const sql = postgres(url, { max: 2 })
  onTestFinished(() => sql.end())
  return sql
}

it('while the database is silent, a scrape has the metrics of the process and longrun_database_up 0', async () => {
  const database = await createDatabase({ withSample: true })
  onTestFinished(() => database.drop())
  const proxy = await silentProxy(database.url)
  onTestFinished(() => proxy.close())
  const service = await startTestService(
    { ROLES: 'api', METRICS_PORT: '0' },
    { ...database, url: proxy.url },
    undefined,
    always,
  )
  onTestFinished(() => service.close())
  const before = (await scrape(service.metricsUrl)).samples
  expect(sumOf(before, 'longrun_database_up')).toBe(1)
  proxy.silence()
  const { status, samples } = await scrape(service.metricsUrl)
  expect(status).toBe(200)
  expect(sumOf(samples, 'longrun_database_up')).toBe(0)
  for (const name of [
    'longrun_operations',
    'longrun_workers',
    'longrun_table_size_bytes',
    'longrun_database_wal_bytes_total',
  ])
    expect(sumOf(samples, name), name).toBeUndefined()
  for (const name of ['process_cpu_seconds_total', 'longrun_files_free_bytes', 'longrun_database_connections_max'])
    expect(sumOf(samples, name), name).toBeGreaterThan(0)
  // The connection that went silent is replaced.
  const pause = createPause()
  while (sumOf((await scrape(service.metricsUrl)).samples, 'longrun_database_up') !== 1) await pause()
})

it('50 concurrent scrapes make one query, which no request waits for', async () => {
  const service = await startTestService(
    { ROLES: 'api', METRICS_PORT: '0', DATABASE_POOL_SIZE: '6' },
    undefined,
    undefined,
    always,
  )
  onTestFinished(() => service.close())
  const sql = connected(service.databaseUrl)
  await scrape(service.metricsUrl)
  const active = () => sql`
    select pid, query_start from pg_stat_activity
    where datname = current_database() and application_name = 'longrun metrics' and wait_event_type = 'Lock'`
  const scrapes: ReturnType<typeof scrape>[] = []
  await sql.begin(async (tx) => {
    await tx`lock table workers in access exclusive mode`
    for (let count = 0; count < 50; count += 1) scrapes.push(scrape(service.metricsUrl))
    const pause = createPause()
    while ((await active()).length === 0) await pause()
    expect((await ask(service, '/api/v1/operations')).status).toBe(200)
    expect(await active()).toHaveLength(1)
  })
  for (const { status, text } of await Promise.all(scrapes)) {
    expect(status).toBe(200)
    expect(text).toContain('longrun_database_up 1\n')
  }
  const sessions = await sql`
    select from pg_stat_activity where datname = current_database() and application_name = 'longrun metrics'`
  expect(sessions).toHaveLength(1)
})

it('while a migration locks a table, the sizes are absent, and everything else is there', async () => {
  const service = await startTestService({ ROLES: 'api', METRICS_PORT: '0' }, undefined, undefined, always)
  onTestFinished(() => service.close())
  const sql = connected(service.databaseUrl)
  const samples = await sql.begin(async (tx) => {
    await tx`lock table events in access exclusive mode`
    return (await scrape(service.metricsUrl)).samples
  })
  expect(sumOf(samples, 'longrun_table_size_bytes')).toBeUndefined()
  for (const name of ['longrun_database_up', 'longrun_database_wal_bytes_total'])
    expect(sumOf(samples, name), name).toBeGreaterThan(0)
  expect(sumOf(samples, 'longrun_operations')).toBe(0)
  expect(sumOf((await scrape(service.metricsUrl)).samples, 'longrun_table_size_bytes')).toBeGreaterThan(0)
})

it('scrapes share figures for some seconds', async () => {
  const service = await startTestService({ ROLES: 'api', METRICS_PORT: '0' }, undefined, undefined, {
    metricsSharing: { leastMs: 3_600_000, times: 0 },
  })
  onTestFinished(() => service.close())
  const delayed = async () =>
    sumOf((await scrape(service.metricsUrl)).samples, 'longrun_operations', { state: 'delayed' })
  expect(await delayed()).toBe(0)
  await submitted(service, { startAfter: inAnHour() })
  expect(await delayed()).toBe(0)
})

it('two processes show the same figures of the database, and each its own counts', async () => {
  const database = await createDatabase({ withSample: true })
  onTestFinished(() => database.drop())
  const api = await startTestService({ ROLES: 'api', METRICS_PORT: '0' }, database, undefined, always)
  onTestFinished(() => api.close())
  for (let submits = 0; submits < 3; submits += 1) await submitted(api)
  const waiting = (await scrape(api.metricsUrl)).samples
  const type = 'generateReport'
  expect(sumOf(waiting, 'longrun_operations', { type, state: 'queued' })).toBe(3)
  expect(sumOf(waiting, 'longrun_queue_oldest_seconds', { type })).toBeGreaterThan(0)
  expect(sumOf(waiting, 'longrun_queue_oldest_seconds', { type })).toBeLessThan(60)
  expect(sumOf(waiting, 'longrun_workers')).toBe(0)
  const worker = await startTestService({ ROLES: 'worker', METRICS_PORT: '0' }, database, undefined, always)
  onTestFinished(() => worker.close())
  await ended(api, await submitted(api))
  const [one, other] = await Promise.all(
    [api, worker].map(async ({ metricsUrl }) => (await scrape(metricsUrl)).samples),
  )
  for (const samples of [one, other]) {
    expect(sumOf(samples ?? samplesOf(''), 'longrun_workers')).toBe(1)
    expect(sumOf(samples ?? samplesOf(''), 'longrun_operations', { type, state: 'delayed' })).toBe(0)
  }
})

it('the oldest queued operation counts from its due time, whatever its priority, and a scan of the table is never planned', async () => {
  const service = await startTestService({ ROLES: 'api', METRICS_PORT: '0' }, undefined, undefined, always)
  onTestFinished(() => service.close())
  const sql = connected(service.databaseUrl)
  await submitted(service, { priority: 'LOW' })
  await submitted(service, { priority: 'HIGH' })
  await sql`update operations set turn_at = turn_at - interval '100 seconds' where priority = 'LOW'`
  const age = async () =>
    sumOf((await scrape(service.metricsUrl)).samples, 'longrun_queue_oldest_seconds', { type: 'generateReport' }) ?? 0
  const first = await age()
  expect(first).toBeGreaterThan(100)
  expect(first).toBeLessThan(160)
  await sql`select pg_stat_force_next_flush()`.catch(() => {})
  const scans = async () =>
    Number((await sql`select seq_scan from pg_stat_user_tables where relname = 'operations'`)[0]?.seq_scan)
  const before = await scans()
  for (let scrapes = 0; scrapes < 20; scrapes += 1) await scrape(service.metricsUrl)
  expect((await scans()) - before).toBeLessThan(20)
})
