import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertKey, listKeys } from '../../server/database/api-keys.ts'
import { batchedFindBatch } from '../../server/database/batches/read.ts'
import { type Connection, connect } from '../../server/database/connection.ts'
import { countWithin } from '../../server/database/count-within.ts'
import type { Db } from '../../server/database/db.ts'
import { eventsOf, logOf } from '../../server/database/operations/events.ts'
import { list, type OperationFilter } from '../../server/database/operations/list.ts'
import { find, findMany, queuePosition } from '../../server/database/operations/read.ts'
import { countActiveBy, countEnded } from '../../server/database/operations/statistics.ts'
import { listCustomers } from '../../server/database/orders/customers.ts'
import { findOrder, findOrderWithLines, listOrders } from '../../server/database/orders/orders.ts'
import { listDeliveries } from '../../server/database/webhooks/deliveries.ts'
import { listWorkers } from '../../server/database/workers.ts'
import type { Status } from '../../server/domain/state-machine.ts'
import { createDatabase, execute, type TestDatabase } from '../support/database.ts'
import { rowsRead } from './rows-read.ts'

const big = 'hostile'
const small = 'neighbour'

/** Ids that ascend with `n` and have the age of `created_at`. */
const idOf = (
  n: string,
) => `(lpad(to_hex((extract(epoch from timestamptz '2026-01-01') * 1000)::bigint + ${n}), 12, '0')
  || '7' || lpad(to_hex(${n} & 4095), 3, '0') || '8' || substr(md5((${n})::text), 1, 15))::uuid`
const madeAt = (n: string) => `timestamptz '2026-01-01' + (${n}) * interval '1 millisecond'`
/** The batch of the oldest operations. */
const oldBatch = '00000000-0000-7000-8000-00000000bbbb'
const watched = '00000000-0000-7000-8000-00000000aaaa'

/** An owner with many more rows than the neighbour, whose rows are before, between and after them. */
const state = `
insert into operations (operation_id, owner_id, type, status, attempt, max_attempts, input, labels, created_at, finished_at, expires_at)
  select ${idOf('n')}, case when n between 1000 and 1059 then '${small}' else '${big}' end, 'generateReport', 'COMPLETED', 1, 3, '{}',
    json_build_object('n', n::text)::jsonb, ${madeAt('n')}, now(), now() + interval '1 day'
  from generate_series(1, 60000) n;
insert into operations (operation_id, owner_id, type, max_attempts, input, created_at, turn_at, deadline_at)
  select ${idOf('100000 + n')}, '${big}', (array['exportCustomers', 'importOrders'])[1 + n % 2], 3, '{}', ${madeAt('100000 + n')},
    now() + n * interval '1 millisecond', now() + interval '1 day'
  from generate_series(1, 20000) n;
update operations set status = 'FAILED', error = '{"code": "TIMEOUT"}' where operation_id = ${idOf('5')};
update operations set batch_id = '${oldBatch}' where operation_id in (select operation_id from operations order by 1 limit 40);
insert into batches (batch_id, owner_id, created_by, accepted, replayed, refused, expires_at)
  values ('${oldBatch}', '${big}', 'key', 40, 0, 0, now());
insert into events (operation_id, sequence, event, status, attempt, actor)
  select '${watched}', n, case when n % 20000 = 0 then 'log' else 'status-update' end, 'RUNNING', 1, 'worker'
  from generate_series(1, 50000) n;
insert into customers select '${big}', 'c' || n, 'Name', 'Consumer' from generate_series(1, 20000) n;
insert into orders (owner_id, order_id, customer_id, order_date, ship_date, ship_mode, country, region, state, city, postal_code)
  select '${big}', 'o' || n, case when n % 5000 = 0 then 'c1' else 'c' || (2 + n % 1000) end, '2026-01-01', '2026-01-02', '', '', '', '', '', ''
  from generate_series(1, 50000) n;
insert into order_lines select '${big}', n, 'o1', 'p', 'p', 'c', 's', 1, 1, 0, 1 from generate_series(1, 20000) n;
insert into deliveries (delivery_id, owner_id, operation_id, target, sequence, event, status, occurred_at, state, due_at, give_up_at, finished_at)
  select gen_random_uuid(), '${big}', '${watched}', 't', n, 'PROGRESS', 'RUNNING', now(), 'DELIVERED', now(), now(), now()
  from generate_series(1, 20000) n;
insert into api_keys (key_id, owner_id, name, prefix, hash, scopes, created_by, revoked_at)
  select ${idOf('n')}, '${big}', 'n', 'p', 'h' || n, '[]', 'x', now() from generate_series(1, 5000) n;
insert into workers (worker_id) select ${idOf('n')} from generate_series(1, 1000) n;
insert into operation_counts (owner_id, period, minute, type, status, code, ended, run_buckets)
  select owner, period, minute - minute % period, type, 'COMPLETED', '', 1, '{1099511627777}'
  from (values ('${big}'), ('${small}')) owners (owner), (values (1, 1440), (15, 4320), (60, 14400), (360, 47520), (1440, 47520)) lengths (period, kept),
    lateral generate_series((extract(epoch from now()) / 60)::int - kept, (extract(epoch from now()) / 60)::int, period) minute,
    (values ('generateReport'), ('importOrders')) types (type);
insert into operation_ends (owner_id, minute, type, status, code, ended)
  select '${big}', (extract(epoch from now()) / 60)::int, 'importOrders', 'COMPLETED', '', 1 from generate_series(1, 20000);
analyze;`

const ids: string[] = []

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 3, applicationName: 'test' })
  await execute(database.url, state)
  const found = await connection.sql<{ id: string }[]>`
    select operation_id as id from operations where owner_id = ${big} order by 1 limit 1000`
  ids.push(...found.map(({ id }) => id))
}, 120_000)
afterAll(async () => {
  await connection.close()
  await database.drop()
})

const cursor = { orderDate: '2026-01-01', orderId: 'o3', ownerId: big }
const lists = (filter: Omit<OperationFilter, 'ownerId'>) => (db: Db) => list(db, { ownerId: big, limit: 51, ...filter })
const pending = async (last: boolean) => {
  const order = connection.sql.unsafe(last ? 'desc' : 'asc')
  const [row] = await connection.sql<{ id: string }[]>`
    select operation_id as id from operations where status = 'PENDING' order by turn_at ${order} limit 1`
  const found = await find(connection.db, { ownerId: big, operationId: row?.id ?? '' })
  if (!found) throw new Error('nothing is pending')
  return found
}

describe('with any number of rows of another owner, a bounded number of rows is read for', () => {
  it.each<[string, number, (db: Db) => Promise<unknown>]>([
    ['a list', 60, lists({})],
    ['a list of a neighbour', 130, (db) => list(db, { ownerId: small, limit: 61 })],
    ['a list with a label that no operation has', 10_000, lists({ labels: [['n', 'none']] })],
    ['a list with a label that the oldest operation has', 10_000, lists({ labels: [['n', '1']] })],
    ['a list of a status that no operation has', 60, lists({ statuses: ['CANCELLED'] })],
    ['a list of a status that the oldest operation has', 60, lists({ statuses: ['FAILED'] })],
    ['a list of a problem code that the oldest operation has', 60, lists({ problemCodes: ['TIMEOUT'] })],
    ['a list of a problem code that no operation has', 60, lists({ problemCodes: ['NO_CARRIER'] })],
    ['a list of a problem code and statuses without FAILED', 0, lists({ problemCodes: ['X'], statuses: ['PENDING'] })],
    ['a list of the oldest batch', 60, lists({ batchId: oldBatch })],
    ['a list of an unknown batch', 60, lists({ batchId: watched })],
    ['a list of a batch, a type and a label', 60, lists({ batchId: oldBatch, types: ['x'], labels: [['n', 'none']] })],
    ['the counts of a batch', 60, (db) => batchedFindBatch(db)({ ownerId: big, batchId: oldBatch })],
    ['a list of two statuses', 130, lists({ statuses: ['PENDING', 'FAILED'] })],
    ['a list of running operations', 60, lists({ statuses: ['RUNNING', 'CANCELLING'] })],
    ['a list of operations that wait', 60, lists({ statuses: ['WAITING'] })],
    ['a list of running, waiting and failed ones', 60, lists({ statuses: ['RUNNING', 'WAITING', 'FAILED'] })],
    ['a list of COMPLETED, behind waiting operations', 10_100, lists({ statuses: ['COMPLETED'] })],
    ['a list of all statuses and a label', 10_000, lists({ statuses: ['COMPLETED', 'PENDING'], labels: [['n', '1']] })],
    ['a list of two statuses and a label', 10_100, lists({ statuses: ['PENDING', 'FAILED'], labels: [['n', '1']] })],
    ['a list of a type that no operation has', 60, lists({ types: ['deliverOrder'] })],
    [
      'a list of a type and a status that exclude each other',
      10_000,
      lists({ types: ['importOrders'], statuses: ['COMPLETED'] }),
    ],
    ['a list of operations created before all others', 60, lists({ createdBefore: new Date('2020-01-01') })],
    ['a list of operations created after all others', 60, lists({ createdAfter: new Date('2030-01-01') })],
    ['a list of the first created operations', 300, lists({ createdBefore: new Date('2025-12-31T23:55:00.200Z') })],
    ['operations of 1,000 ids', 1100, (db) => findMany(db, { ownerId: big, operationIds: ids })],
    ['a log with few lines among many events', 20, (db) => logOf(db, { operationId: watched, limit: 1001 })],
    ['a log that has ended', 5, (db) => logOf(db, { operationId: watched, after: 40_000, limit: 1001 })],
    ['a page of events', 60, (db) => eventsOf(db, { operationId: watched, after: 30_000, limit: 51 })],
    ['deliveries', 120, (db) => listDeliveries(db, { ownerId: big, operationId: watched, limit: 51 })],
    [
      'deliveries, deep',
      120,
      (db) => listDeliveries(db, { ownerId: big, operationId: watched, before: [5000, watched], limit: 51 }),
    ],
    ['orders', 130, (db) => listOrders(db, { ownerId: big, limit: 51 })],
    ['orders of one day, deep', 130, (db) => listOrders(db, { ownerId: big, limit: 51, after: cursor })],
    ['orders of a customer with few orders', 60, (db) => listOrders(db, { ownerId: big, limit: 51, customerId: 'c1' })],
    [
      'orders of a customer on other days',
      10,
      (db) => listOrders(db, { ownerId: big, limit: 51, customerId: 'c5', fromDate: '2026-02-01' }),
    ],
    ['orders of an unknown customer', 10, (db) => listOrders(db, { ownerId: big, limit: 51, customerId: 'none' })],
    ['an order', 10, (db) => findOrder(db, { ownerId: big, orderId: 'o1' })],
    [
      'an order of 20,000 lines',
      1020,
      (db) => findOrderWithLines(db, { ownerId: big, orderId: 'o1', mostLines: 1001 }),
    ],
    ['customers', 60, (db) => listCustomers(db, { ownerId: big, limit: 51 })],
    [
      'customers of a segment that no customer has',
      5,
      (db) => listCustomers(db, { ownerId: big, limit: 51, segment: 'none' }),
    ],
    ['keys', 60, (db) => listKeys(db, { ownerId: big, limit: 51 })],
    // Two types: at most 201 intervals, and the periods of the whole window. A bitmap scan counts its rows twice.
    ['statistics of an hour', 600, (db) => countEnded(db, { ownerId: small, window: 60, interval: 1 })],
    [
      'statistics of an hour, with durations of each interval',
      600,
      (db) => countEnded(db, { ownerId: small, window: 60, interval: 1, hasSeriesDurations: true }),
    ],
    [
      'statistics of 31 days, with durations of each interval',
      1000,
      (db) => countEnded(db, { ownerId: small, window: 44_640, interval: 360, hasSeriesDurations: true }),
    ],
    ['statistics of a day', 600, (db) => countEnded(db, { ownerId: small, window: 1440, interval: 15 })],
    ['statistics of a week', 1000, (db) => countEnded(db, { ownerId: small, window: 10_080, interval: 60 })],
    ['statistics of 31 days', 1000, (db) => countEnded(db, { ownerId: small, window: 44_640, interval: 360 })],
    ['active operations of a neighbour', 5, (db) => countActiveBy(db, { ownerId: small, most: 100 })],
    ['active operations', 110, (db) => countActiveBy(db, { ownerId: big, most: 100 })],
    ['workers', 60, (db) => listWorkers(db, { ownerId: big, limit: 51, leaseSeconds: 15, most: 100 })],
    ['the queue position of the first', 10, async (db) => queuePosition(db, await pending(false))],
    ['the queue position of the last', 1100, async (db) => queuePosition(db, await pending(true))],
  ])('%s: at most %i rows', async (_, most, read) => {
    expect(await rowsRead(connection, read)).toBeLessThanOrEqual(most)
  })
})

describe('a bounded list', () => {
  it.each<[string, Omit<OperationFilter, 'ownerId'>]>([
    ['of a label', { labels: [['n', '7']] }],
    ['of COMPLETED', { statuses: ['COMPLETED'], createdBefore: new Date('2026-01-01T00:00:01Z') }],
    ['of two statuses', { statuses: ['PENDING', 'FAILED'] }],
    ['of a status and a type', { statuses: ['PENDING'], types: ['importOrders'] }],
    ['of a type and a time', { types: ['generateReport'], createdAfter: new Date('2026-01-01T00:00:59.500Z') }],
  ])('%s: pages contain every match once, newest first, for any limit of the scan', async (_, filter) => {
    const whole = await allOf(filter, { limit: 100_000, scan: 1_000_000 })
    const pages = await allOf(filter, { limit: 700, scan: 1500 })
    expect(pages.rows).toEqual(whole.rows)
    expect(whole.pages).toBe(1)
    expect(pages.pages).toBeGreaterThan(1)
    expect(pages.rows).toEqual(pages.rows.toSorted().reverse())
    expect(pages.rows.length).toBeGreaterThan(0)
  })

  async function allOf(filter: Omit<OperationFilter, 'ownerId'>, { limit, scan }: { limit: number; scan: number }) {
    const rows: string[] = []
    let before: string | undefined
    let pages = 0
    do {
      const page = await list(connection.db, { ownerId: big, ...filter, before, limit, scan })
      rows.push(...page.rows.map(({ operationId }) => operationId))
      before = page.rows.length === limit ? rows.at(-1) : page.reached
      pages += 1
    } while (before !== undefined)
    return { rows, pages }
  }

  it('of a rare status is found in one page', async () => {
    const statuses: Status[] = ['FAILED', 'CANCELLED', 'COMPLETED_WITH_ERRORS']
    const { rows, reached } = await list(connection.db, { ownerId: big, limit: 51, statuses })
    expect([rows.length, reached]).toEqual([1, undefined])
  })
})

it('a count that takes too long is cancelled, in the database too', async () => {
  const slow = sql`select count(*) from (select pg_sleep(10)) as slow`
  expect(await countWithin(connection.db, slow, 50)).toBeUndefined()
  const busy = await connection.sql`select pid from pg_stat_activity where query like '%as slow%' and state = 'active'
    and pid <> pg_backend_pid()`
  expect(busy).toHaveLength(0)
  expect(await countWithin(connection.db, sql`select count(*) from customers`)).toBe(20_000)
})

it('an owner keeps 1,000 ended keys, and later creations cost no more than that', async () => {
  const insert = (hash: string) => (db: Db) =>
    insertKey(db, { ownerId: big, most: 100, keyId: watched, name: 'n', prefix: 'p', hash, scopes: [], createdBy: 'x' })
  await insert('first')(connection.db)
  const [left] = await connection.sql`select count(*)::int as keys, min(hash) as oldest from api_keys
    where owner_id = ${big} and revoked_at is not null`
  expect(left?.keys).toBe(1000)
  await connection.sql`delete from api_keys where key_id = ${watched}`
  // Entries of deleted keys count as read.
  await connection.sql`vacuum api_keys`
  expect(await rowsRead(connection, insert('second'))).toBeLessThanOrEqual(5000)
})
