import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { type CustomerCursor, listCustomers } from '../../server/database/orders/customers.ts'
import { listOrders, type OrderCursor } from '../../server/database/orders/orders.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 3, applicationName: 'paging-test' })
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

const ownerId = 'alice'
// UTF-16, UTF-8 and language collations order these differently.
const ids = ['a', 'B', 'b', 'C', 'É', 'e', 'f', '～', '🙂', '10', '9', '_', 'ß', 'ss', 'z']

/** Rows of the owner and of the sample, with one id in common. */
async function fill() {
  const { sql } = connection
  await sql`truncate customers, orders, order_lines`
  for (const [index, id] of ids.entries()) {
    for (const owner of index % 3 === 0 ? [ownerId, ''] : [index % 3 === 1 ? ownerId : '']) {
      await sql`insert into customers values (${owner}, ${id}, 'x', 'x')`
      await sql`insert into orders (owner_id, order_id, customer_id, order_date, ship_date, ship_mode, country, region, state,
        city, postal_code) values (${owner}, ${id}, ${id}, ${index % 5 === 0 ? '2024-01-02' : '2024-01-01'}, '2024-01-03', 'x',
        'x', 'x', 'x', 'x', '')`
    }
  }
}

async function everyOrder(limit: number) {
  const seen: string[] = []
  for (let after: OrderCursor | undefined; ; ) {
    const page = await listOrders(connection.db, { ownerId, limit, ...(after ? { after } : {}) })
    after = page.at(-1)
    if (!after) return seen
    seen.push(...page.map((row) => `${row.orderDate} ${row.orderId} of ${row.ownerId}`))
  }
}

async function everyCustomer(limit: number) {
  const seen: string[] = []
  for (let after: CustomerCursor | undefined; ; ) {
    const page = await listCustomers(connection.db, { ownerId, limit, ...(after ? { after } : {}) })
    after = page.at(-1)
    if (!after) return seen
    seen.push(...page.map((row) => `${row.customerId} of ${row.ownerId}`))
  }
}

describe.each([
  'C',
  'unicode',
  'und-x-icu',
])('pages contain every row once, in one order, for any page size: collation %s', (collation) => {
  beforeEach(async () => {
    await connection.sql.unsafe(`alter table orders alter order_id type text collate "${collation}"`)
    await connection.sql.unsafe(`alter table customers alter customer_id type text collate "${collation}"`)
    await fill()
  })

  test('orders', async () => {
    const whole = await everyOrder(100)
    expect(new Set(whole).size).toBe(20)
    for (const limit of [1, 2, 3, 7]) expect(await everyOrder(limit)).toEqual(whole)
  })

  test('customers', async () => {
    const whole = await everyCustomer(100)
    expect(new Set(whole).size).toBe(20)
    for (const limit of [1, 2, 3, 7]) expect(await everyCustomer(limit)).toEqual(whole)
  })
})
