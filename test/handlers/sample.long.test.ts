import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { noOwner } from '../../server/database/schema/orders.ts'
import { expandSample } from '../../server/dev/sample-data/expand.ts'
import { loadSample } from '../../server/dev/sample-data/load.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { distinct, superstore } from './superstore.ts'

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 3, applicationName: 'sample-test' })
})
beforeEach(() => connection.sql`truncate customers, orders, order_lines`)
afterAll(async () => {
  await connection.close()
  await database.drop()
})

async function counts(ownerId = noOwner) {
  const [row] = await connection.sql`
    select (select count(*)::int from customers where owner_id = ${ownerId}) as customers,
      (select count(*)::int from orders where owner_id = ${ownerId}) as orders,
      (select count(*)::int from order_lines where owner_id = ${ownerId}) as lines`
  return row
}

const whole = { customers: distinct(superstore, 'Customer ID'), orders: 5009, lines: 9994 }

test('the sample has no owner, is complete, and loading it again changes nothing', async () => {
  await loadSample(connection)
  expect(await counts()).toEqual(whole)
  await connection.sql`update customers set name = 'changed' where customer_id = 'CG-12520'`
  await loadSample(connection)
  expect(await counts()).toEqual(whole)
  expect(await connection.sql`select 1 from customers where name = 'changed'`).toHaveLength(1)
})

test('processes that start at the same time load it once', async () => {
  await Promise.all([loadSample(connection), loadSample(connection), loadSample(connection)])
  expect(await counts()).toEqual(whole)
})

test('each line equals the file exactly', async () => {
  await loadSample(connection)
  const rows = await connection.sql`
    select l.row_id::int, l.order_id, o.order_date::text, o.ship_date::text, o.ship_mode, o.customer_id, c.name, c.segment,
      o.country, o.city, o.state, o.postal_code, o.region, l.product_id, l.category, l.sub_category, l.product_name,
      l.sales::float8, l.quantity, l.discount::float8, l.profit::float8
    from order_lines l join orders o using (owner_id, order_id) join customers c using (owner_id, customer_id)
    order by l.row_id`
  const numeric = new Set(['Row ID', 'Sales', 'Quantity', 'Discount', 'Profit'])
  const expected = superstore.map((row) =>
    Object.entries(row).map(([name, cell]) => {
      if (name === 'Postal Code') return cell.padStart(cell === '' ? 0 : 5, '0')
      return numeric.has(name) ? Number(cell) : cell
    }),
  )
  expect(rows.map((row) => Object.values(row))).toEqual(expected)
})

test('expanded: the requested number of orders, reproducible, each with its lines and customer', async () => {
  await loadSample(connection)
  const done: number[] = []
  const expand = (orders: number) =>
    expandSample(connection.copyPool, { ownerId: 'load', orders, onBatch: (count) => done.push(count) })
  await expand(6000)
  const first = await counts('load')
  expect(first?.orders).toBe(6000)
  expect(done).toEqual([6000])
  // The templates are temporary tables of a connection that comes back from the pool.
  await expand(6000)
  expect(await counts('load')).toEqual(first)
  expect(await counts()).toEqual(whole)
  const lost = await connection.sql`select 1 from orders o where owner_id = 'load' and not exists (
    select 1 from order_lines l where l.owner_id = 'load' and l.order_id = o.order_id) or not exists (
    select 1 from customers c where c.owner_id = o.owner_id and c.customer_id = o.customer_id)`
  expect(lost).toHaveLength(0)
})
