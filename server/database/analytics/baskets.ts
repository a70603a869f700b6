import type { PgPoolClient } from '../client.ts'
import { matchingLines, type OrderSelection } from '../orders/matching.ts'
import { type AnalysisRows, count, ratio, storeRows, text } from './rows.ts'

export type BasketItem = 'PRODUCT' | 'SUB_CATEGORY' | 'CATEGORY'

/** Real files use several names for one product id. */
const items: Record<BasketItem, { id: string; name: string }> = {
  PRODUCT: { id: 'l.product_id', name: 'min(l.product_name)' },
  SUB_CATEGORY: { id: 'l.sub_category', name: 'l.sub_category' },
  CATEGORY: { id: 'l.category', name: 'l.category' },
}

export const basketRows: AnalysisRows = {
  columns: [
    text('itemA'),
    text('nameA'),
    text('itemB'),
    text('nameB'),
    count('orderCount'),
    count('orderCountA'),
    count('orderCountB'),
    ratio('support'),
    ratio('confidenceAToB'),
    ratio('confidenceBToA'),
    ratio('lift'),
  ],
  orderBy: '"orderCount" desc, lift desc, "itemA" collate "C", "itemB" collate "C"',
}

/** Each item of an order once, however many lines it has. */
function baskets(selection: OrderSelection, by: BasketItem): string {
  const { id, name } = items[by]
  return `select o.owner_id, o.order_id, ${id} as item, ${name} as name ${matchingLines(selection)}
    group by o.owner_id, o.order_id, ${id}`
}

/**
 * Stores the items that are in at least `minOrders` orders, numbered from 0, the most frequent first, and no more than `most`. Returns the
 * number of orders of each, and how many other items are frequent.
 */
export async function storeItems(
  client: PgPoolClient,
  selection: OrderSelection,
  { by, minOrders, most }: { by: BasketItem; minOrders: number; most: number },
): Promise<{ orders: number[]; leftOut: number }> {
  await client.query(
    `create temporary table basket_items on commit drop as
     select row_number() over (order by count(*) desc, item collate "C")::int - 1 as number, item, min(name) as name,
       count(*)::int as orders, count(*) over ()::int as total
     from (${baskets(selection, by)}) b group by item having count(*) >= $1::bigint order by 1 limit $2::int`,
    [minOrders, most],
  )
  const { rows } = await client.query<{ orders: number; total: number }>(
    'select orders, total from basket_items order by number',
  )
  // Otherwise the planner assumes a thousand items and sorts all baskets for a merge.
  await client.query('analyze basket_items')
  return { orders: rows.map(({ orders }) => orders), leftOut: (rows[0]?.total ?? 0) - rows.length }
}

/** One line for each order with two or more of the stored items: their numbers, ascending, with spaces in between. */
export function basketLines(selection: OrderSelection, by: BasketItem): string {
  return `select string_agg(i.number::text, ' ' order by i.number)
    from (${baskets(selection, by)}) b join basket_items i on i.item = b.item
    group by b.owner_id, b.order_id having count(*) > 1`
}

export type Pair = { a: number; b: number; orders: number }

/** Stores the pairs with their measures, over `orders` orders. The item with the smaller id is A. */
export async function storePairs(client: PgPoolClient, pairs: readonly Pair[], orders: number): Promise<void> {
  await storeRows(
    client,
    `select i.item as "itemA", i.name as "nameA", j.item as "itemB", j.name as "nameB", p.orders as "orderCount",
       i.orders as "orderCountA", j.orders as "orderCountB", p.orders::numeric / $2::int as support,
       p.orders::numeric / i.orders as "confidenceAToB", p.orders::numeric / j.orders as "confidenceBToA",
       p.orders::numeric * $2::int / (i.orders::numeric * j.orders) as lift
     from jsonb_to_recordset($1::jsonb) p (a int, b int, orders int)
     join basket_items one on one.number = p.a join basket_items other on other.number = p.b
     join basket_items i on i.number = case when one.item collate "C" < other.item then p.a else p.b end
     join basket_items j on j.number = p.a + p.b - i.number`,
    [JSON.stringify(pairs), orders],
  )
}
