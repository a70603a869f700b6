import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csvOf } from '../handlers/order-lines.ts'
import { isFull } from '../support/size.ts'
import { drained, violations } from './checker.ts'
import { call, newCallerRecords, reportOf, submitMany, submitOnce } from './load.ts'
import type { Mutant } from './mutants.ts'
import { type OwnPostgres, startOwnPostgres } from './postgres.ts'
import { openRig, type Rig } from './rig.ts'
import { operationCount, postgresRestarts, terminatingSeconds, timeoutMs } from './size.ts'

let server: OwnPostgres
beforeAll(async () => {
  server = await startOwnPostgres()
})
afterAll(() => server?.close())

const callers = 8

/** Submits during crashes of Postgres and then during terminations of backends; returns the violations at the end. */
async function submitUnderFaults(how: { restarts: number; seconds: number; least: number; mutants?: Mutant[] }) {
  const { restarts, seconds, least, mutants = [] } = how
  const rig = await openRig(server)
  await rig.sql`truncate operations, events, idempotency_keys, files, reports`
  const seen = newCallerRecords()
  const api = await rig.startApi({}, { mutants })
  // A worker's commits would make the commits of the mutant durable.
  if (mutants.length === 0) await rig.startWorker()
  let over = false
  const load = submitMany(seen, {
    url: () => api.url,
    callers,
    pauseMs: 40,
    more: (done) => !over || done < least,
    // Limits the backlog that one worker must complete in a minute at the end, independently of the submit rate.
    turn: mutants.length === 0 ? () => untilFewUnfinished(rig) : undefined,
  })

  for (let restart = 0; restart < restarts; restart += 1) {
    await untilAcknowledged(seen.acknowledged, 25 + callers)
    await server.crash()
  }
  for (let second = 0; second < seconds; second += 1) {
    await delay(1000)
    await endBackends(rig)
  }
  over = true
  await load
  const left = mutants.length === 0 ? await drained(rig.sql, 60_000) : 0
  return { seen, left, found: await violations(rig, seen) }
}

const maxUnfinished = 500

/** Waits until few enough operations are unfinished. */
async function untilFewUnfinished({ sql }: Rig) {
  const open = () => sql`
    select 1 from operations where status in ('PENDING', 'RUNNING', 'CANCELLING') offset ${maxUnfinished} limit 1`
  // A query that fails with its backend is repeated.
  while ((await open().catch(() => [1])).length > 0) await delay(200)
}

/** Waits until `by` more submits are acknowledged, so that the next crash occurs under load. */
async function untilAcknowledged(acknowledged: ReadonlyMap<string, string>, by: number) {
  for (const from = acknowledged.size; acknowledged.size < from + by; ) await delay(5)
}

/** Terminates the backends of the service, but not those of the test. */
async function endBackends({ sql }: Rig) {
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name <> current_setting('application_name') and backend_type = 'client backend'`
}

test('Postgres crashes and restarts, and backends are terminated once a second: no acknowledged operation is lost, and callers get 202 or 503', {
  timeout: timeoutMs,
}, async () => {
  const figures = { restarts: postgresRestarts, seconds: terminatingSeconds, least: operationCount }
  const { seen, left, found } = await submitUnderFaults(figures)
  expect({ left, found }).toEqual({ left: 0, found: [] })
  expect(Object.keys(seen.statuses).filter((status) => status !== '202' && status !== '503')).toEqual([])
  expect(seen.acknowledged.size).toBeGreaterThanOrEqual(operationCount)
})

test('the check finds a service that acknowledges before its rows are durable', { timeout: timeoutMs }, async () => {
  const { found } = await submitUnderFaults({ restarts: 1, seconds: 0, least: 0, mutants: ['acknowledges-early'] })
  expect(found.filter((words) => words.startsWith('lost'))).not.toEqual([])
})

/** A step, an export and an import wait for locks in the database when it crashes; returns how they ended. */
async function crashWhileWaiting(mutants: Mutant[] = []) {
  const rig = await openRig(server)
  await rig.sql`truncate operations, events, idempotency_keys, files, reports`
  await rig.sql`create table if not exists effects (operation_id uuid, attempt int)`
  await rig.sql`create table if not exists calls (key text)`
  // A lost lease would not be charged either, so the lease is long.
  const longer = { ROLES: 'api,worker', LEASE_SECONDS: '30' }
  const { url } = await rig.startApi(longer, { mutants: ['labelled-reports', ...mutants] })
  const seen = newCallerRecords()
  const holder = new pg.Client(server.url)
  holder.on('error', () => {})
  await holder.connect()
  await holder.query('begin; lock table calls, customers in access exclusive mode')
  const headers = { 'content-type': 'text/csv' }
  const upload = await call(newCallerRecords(), `${url}/api/v1/uploads`, { method: 'POST', headers, body: csvOf([{}]) })
  await Promise.all([
    submitOnce(seen, url, randomUUID(), reportOf('step-0')),
    submitOnce(seen, url, randomUUID(), { format: 'CSV' }, 'customers:export'),
    submitOnce(seen, url, randomUUID(), { uploadId: upload?.body.uploadId }, 'orders:import'),
  ])
  const waiting = () => rig.sql`
    select 1 from pg_stat_activity where application_name like 'longrun executor%' and wait_event_type = 'Lock'`
  while ((await waiting()).length < seen.acknowledged.size) await delay(20)
  await server.crash()
  const left = await drained(rig.sql, 60_000)
  const ends = await rig.sql<{ type: string; status: string; attempt: number; failures: number }[]>`
    select type, status, attempt, failures from operations order by type`
  return { left, ends: [...ends], found: await violations(rig, seen) }
}

const waitingTypes = ['exportCustomers', 'generateReport', 'importOrders']
const endsWith = (failures: number) => waitingTypes.map((type) => ({ type, status: 'COMPLETED', attempt: 2, failures }))

test('operations that wait for Postgres when it crashes run again and are not charged', {
  timeout: timeoutMs,
}, async () => {
  expect(await crashWhileWaiting()).toEqual({ left: 0, ends: endsWith(0), found: [] })
})

// test/engine/outage.slow.test.ts tests the kinds of errors and their number at both sizes.
test.runIf(isFull)('the check finds an outage that is charged', { timeout: timeoutMs }, async () => {
  expect((await crashWhileWaiting(['charges-outages'])).ends).toEqual(endsWith(1))
})
