import type { PgPoolClient } from '../client.ts'
import { matchingLines, type OrderSelection } from '../orders/matching.ts'
import { type AnalysisRows, count, date, money, ratio, storeRows } from './rows.ts'

export type CohortPeriod = 'MONTH' | 'QUARTER' | 'YEAR'

/** Periods are numbered without gaps. `number`: of a date; `label`: of a number. */
const periods: Record<CohortPeriod, { number: string; label: (number: string) => string }> = {
  MONTH: numbered(12, 'month', (part) => `'-' || lpad((${part})::text, 2, '0')`),
  QUARTER: numbered(4, 'quarter', (part) => `'-Q' || (${part})`),
  YEAR: numbered(1, 'year', () => `''`),
}

function numbered(inYear: number, part: string, suffix: (part: string) => string) {
  const index = inYear === 1 ? '0' : `extract(${part} from o.order_date)::int - 1`
  return {
    number: `(extract(year from o.order_date)::int * ${inYear} + ${index})`,
    label: (number: string) =>
      `(lpad((${number} / ${inYear})::text, 4, '0') || ${suffix(`${number} % ${inYear} + 1`)})`,
  }
}

export const cohortRows: AnalysisRows = {
  columns: [
    date('cohort'),
    count('periodNumber'),
    date('period'),
    count('cohortCustomers'),
    count('customers'),
    ratio('retention'),
    count('orderCount'),
    money('sales'),
  ],
  orderBy: 'cohort, "periodNumber"',
}

/**
 * One row for each cohort and each of its periods, up to the last period with an order. The first order of a customer is looked for before
 * `fromDate` too: a customer who bought before is in no cohort of the range.
 */
export async function storeCohorts(
  client: PgPoolClient,
  { fromDate, ...selection }: OrderSelection,
  { period, periods: most }: { period: CohortPeriod; periods: number },
): Promise<void> {
  const { number, label } = periods[period]
  await storeRows(
    client,
    `with purchases as (
       select o.owner_id, o.customer_id, o.order_date, ${number} as period, sum(l.sales) as sales
       ${matchingLines(selection)} group by o.owner_id, o.order_id
     ), activity as (
       select owner_id, customer_id, period, min(order_date) as first, count(*)::int as orders, sum(sales) as sales
       from purchases group by owner_id, customer_id, period
     ), firsts as (
       select owner_id, customer_id, min(period) as cohort from activity group by owner_id, customer_id
       having min(first) >= coalesce($1::date, '-infinity')
     ), cells as (
       select f.cohort, a.period, count(*)::int as customers, sum(a.orders)::int as orders, sum(a.sales) as sales
       from activity a join firsts f using (owner_id, customer_id)
       where a.period - f.cohort <= $2::int group by f.cohort, a.period
     ), cohorts as (
       select cohort, customers, (select max(period) from cells) as last from cells where period = cohort
     )
     select ${label('c.cohort')} as cohort, at.period - c.cohort as "periodNumber", ${label('at.period')} as period,
       c.customers as "cohortCustomers", coalesce(e.customers, 0) as customers,
       coalesce(e.customers, 0)::numeric / c.customers as retention, coalesce(e.orders, 0) as "orderCount",
       coalesce(e.sales, 0) as sales
     from cohorts c cross join lateral generate_series(c.cohort, least(c.cohort + $2::int, c.last)) at (period)
     left join cells e on e.cohort = c.cohort and e.period = at.period`,
    [fromDate ?? null, most],
  )
}

export type RetentionFigures = { periodNumber: number; cohortCustomers: number; customers: number; retention: number }

/** The cohorts, their customers, and the retention by number of periods over all cohorts that reach it. */
export async function readCohorts(
  client: PgPoolClient,
): Promise<{ cohorts: number; customers: number; retention: RetentionFigures[] }> {
  const { rows: all } = await client.query<{ cohorts: number; customers: number }>(
    `select count(*)::int as cohorts, coalesce(sum(customers), 0)::int as customers from analysis_rows where "periodNumber" = 0`,
  )
  const { rows: retention } = await client.query<RetentionFigures>(
    `select "periodNumber", sum("cohortCustomers")::int as "cohortCustomers", sum(customers)::int as customers,
       round(sum(customers)::numeric / sum("cohortCustomers"), 6)::float8 as retention
     from analysis_rows group by "periodNumber" order by "periodNumber"`,
  )
  return { cohorts: all[0]?.cohorts ?? 0, customers: all[0]?.customers ?? 0, retention }
}
