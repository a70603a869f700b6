import type { PgPoolClient } from '../client.ts'
import { matchingLines, type OrderSelection } from '../orders/matching.ts'
import { type AnalysisRows, count, date, money, storeRows, text } from './rows.ts'

/** A segment for the scores of recency and frequency, in the order of a result. Each pair of scores is in exactly one segment. */
export const rfmSegments = [
  { segment: 'CHAMPIONS', recency: [5, 5], frequency: [4, 5] },
  { segment: 'LOYAL_CUSTOMERS', recency: [3, 4], frequency: [4, 5] },
  { segment: 'POTENTIAL_LOYALISTS', recency: [4, 5], frequency: [2, 3] },
  { segment: 'NEW_CUSTOMERS', recency: [5, 5], frequency: [1, 1] },
  { segment: 'PROMISING', recency: [4, 4], frequency: [1, 1] },
  { segment: 'NEED_ATTENTION', recency: [3, 3], frequency: [3, 3] },
  { segment: 'ABOUT_TO_SLEEP', recency: [3, 3], frequency: [1, 2] },
  { segment: 'AT_RISK', recency: [1, 2], frequency: [3, 4] },
  { segment: 'CANNOT_LOSE_THEM', recency: [1, 2], frequency: [5, 5] },
  { segment: 'HIBERNATING', recency: [1, 2], frequency: [1, 2] },
] as const

export type RfmSegment = (typeof rfmSegments)[number]['segment']

export const rfmRows: AnalysisRows = {
  columns: [
    text('customerId'),
    text('customerName'),
    text('segment'),
    date('lastOrderDate'),
    count('recencyDays'),
    count('orderCount'),
    money('sales'),
    count('recencyScore'),
    count('frequencyScore'),
    count('monetaryScore'),
    date('rfmSegment'),
  ],
  orderBy: `"recencyScore" desc, "frequencyScore" desc, "monetaryScore" desc, sales desc, "customerId" collate "C", owner_id collate "C"`,
}

/**
 * One row for each customer. Ties are broken by the sales, then by the id, so that the scores do not depend on the plan. Lines are first added
 * up by order: counting distinct orders of each customer would sort all lines.
 */
export async function storeRfm(client: PgPoolClient, selection: OrderSelection): Promise<void> {
  const id = `customer_id collate "C", owner_id collate "C"`
  const segments = rfmSegments.map(
    ({ segment, recency, frequency }) =>
      `when r between ${recency.join(' and ')} and f between ${frequency.join(' and ')} then '${segment}'`,
  )
  await storeRows(
    client,
    `with purchases as (
       select o.owner_id, o.customer_id, o.order_date, sum(l.sales) as sales ${matchingLines(selection)}
       group by o.owner_id, o.order_id
     ), activity as (
       select owner_id, customer_id, max(order_date) as last, count(*)::int as orders, sum(sales) as sales
       from purchases group by owner_id, customer_id
     ), scored as (
       select *, max(last) over () - last as days, ntile(5) over (order by last, sales, ${id}) as r,
         ntile(5) over (order by orders, sales, ${id}) as f, ntile(5) over (order by sales, ${id}) as m
       from activity
     )
     select owner_id, customer_id as "customerId", name as "customerName", segment, last as "lastOrderDate",
       days as "recencyDays", orders as "orderCount", sales, r as "recencyScore", f as "frequencyScore",
       m as "monetaryScore", case ${segments.join(' ')} end as "rfmSegment"
     from scored join customers using (owner_id, customer_id)`,
  )
}

export type RfmFigures = {
  segment: RfmSegment
  customers: number
  share: number
  orders: number
  sales: number
  averageRecencyDays: number
}

/** The last order date of all rows, and the figures of the segments that have customers. */
export async function readRfm(client: PgPoolClient): Promise<{ asOfDate: string; segments: RfmFigures[] }> {
  const { rows: days } = await client.query<{ last: string }>(
    'select max("lastOrderDate")::text as last from analysis_rows',
  )
  const { rows } = await client.query<RfmFigures>(
    `select "rfmSegment" as segment, count(*)::int as customers, round(count(*) / sum(count(*)) over (), 6)::float8 as share,
       sum("orderCount")::float8 as orders, round(sum(sales), 2)::float8 as sales,
       round(avg("recencyDays"), 1)::float8 as "averageRecencyDays"
     from analysis_rows group by "rfmSegment"`,
  )
  return { asOfDate: days[0]?.last ?? '', segments: rows }
}
