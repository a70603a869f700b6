import type { PgPool } from '../../database/client.ts'
import { noOwner } from '../../database/schema/orders.ts'

/** Part of the ids of orders that `expandSample` created, which are not used as templates. */
const mark = '-X'
const batchRounds = 20

/**
 * Creates `orders` orders for `ownerId` from the sample orders. Deterministic: copies the whole sample in rounds, each with its own customers
 * and with dates one week later than the previous round. Each batch is one transaction; existing rows stay.
 */
export async function expandSample(
  pool: PgPool,
  { ownerId, orders, onBatch }: { ownerId: string; orders: number; onBatch: (done: number) => void },
): Promise<void> {
  const client = await pool.connect()
  try {
    for (const statement of templates) await client.query(statement)
    const { rows } = await client.query<{ count: number }>('select count(*)::int from template_orders')
    const count = rows[0]?.count ?? 0
    for (let round = 0; round * count < orders; round += batchRounds) {
      await client.query('begin')
      const values = [ownerId, round, round + batchRounds - 1, orders]
      for (const statement of [customers, orderRows, lines]) await client.query(statement, values)
      await client.query('commit')
      onBatch(Math.min(orders, (round + batchRounds) * count))
    }
    await client.query('analyze customers, orders, order_lines')
  } finally {
    // Closes the connection, to drop its temporary tables.
    client.release(true)
  }
}

// With `analyze`, because the planner would assume few rows in the joins below.
const templates = [
  `create temporary table template_orders as
    select (row_number() over (order by order_id) - 1)::int as place, count(*) over ()::int as places, o.*, c.name, c.segment
    from orders o join customers c using (owner_id, customer_id)
    where owner_id = '${noOwner}' and order_id not like '%${mark}%'`,
  `create temporary table template_lines as
    select t.place, t.places, row_number() over (partition by t.place order by l.row_id) as number, l.*
    from template_orders t join order_lines l using (owner_id, order_id)`,
  'analyze template_orders, template_lines',
]

/** Each template in each round from $2 to $3, numbered `n` from 0; only those with `n` below $4. */
const copies = (table: string) => `
  from ${table} t cross join generate_series($2::bigint, $3::bigint) round
  cross join lateral (select round * t.places + t.place as n) numbered where n < $4::bigint`

const customers = `
  insert into customers (owner_id, customer_id, name, segment)
  select distinct $1, t.customer_id || '${mark}' || round, t.name, t.segment ${copies('template_orders')}
  on conflict do nothing`

const orderRows = `
  insert into orders (owner_id, order_id, customer_id, order_date, ship_date, ship_mode, country, region, state, city,
    postal_code)
  select $1, t.order_id || '${mark}' || round, t.customer_id || '${mark}' || round, t.order_date + round::int * 7,
    t.ship_date + round::int * 7, t.ship_mode, t.country, t.region, t.state, t.city, t.postal_code
  ${copies('template_orders')}
  on conflict do nothing`

// A sample order has at most 14 lines, so 16 row ids are reserved for each order, above the row ids of the sample.
const lines = `
  insert into order_lines (owner_id, row_id, order_id, product_id, product_name, category, sub_category, sales, quantity,
    discount, profit)
  select $1, 1000000000 + n * 16 + t.number, t.order_id || '${mark}' || round, t.product_id, t.product_name, t.category,
    t.sub_category, t.sales, t.quantity, t.discount, t.profit
  ${copies('template_lines')}
  on conflict do nothing`
