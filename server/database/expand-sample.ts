import type { Pool } from 'pg'
import { noOwner } from './schema.ts'

/** Orders with this in their id were made by `expandSample`, and are no template for more. */
const mark = '-X'
const batchRounds = 20

/**
 * Makes `orders` orders for `ownerId` out of the sample's, the same ones each time: the whole sample round after round, each with
 * customers of its own and its dates a week later than the one before. In batches, each a transaction; what is there already stays.
 */
export async function expandSample(
  pool: Pool,
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
    // Closed, not given back: its temporary tables would meet the next ones.
    client.release(true)
  }
}

// Their statistics are what keeps the joins below from being planned for a handful of rows.
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

/** Each template in each round from $2 to $3, numbered `n` from 0; below $4. */
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

// A sample order has 14 lines at most: 16 row ids for each keep them apart, above those of any file.
const lines = `
  insert into order_lines (owner_id, row_id, order_id, product_id, product_name, category, sub_category, sales, quantity,
    discount, profit)
  select $1, 1000000000 + n * 16 + t.number, t.order_id || '${mark}' || round, t.product_id, t.product_name, t.category,
    t.sub_category, t.sales, t.quantity, t.discount, t.profit
  ${copies('template_lines')}
  on conflict do nothing`
