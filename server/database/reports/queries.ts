import { csvRows, jsonRows, type RowQuery, textRows } from '../formatted-rows.ts'
import { matchingLines, type OrderSelection } from '../orders/matching.ts'
import { type ReportType, reportShapes } from './columns.ts'

export type ReportQuery = OrderSelection & { reportType: ReportType; fromDate: string; toDate: string }

/** The rows in report order, with every cell formatted for CSV. */
export const reportCsv = (query: ReportQuery) => csvRows(rowsOf(query))

/** The rows in report order, as the elements of a JSON array. */
export const reportJsonRows = (query: ReportQuery) => jsonRows(rowsOf(query))

/** The first `limit` rows, every cell as text. */
export const reportPage = (query: ReportQuery, limit: number) => textRows(rowsOf(query), limit)

/** One row: `rows`, `orders`, `quantity`, `sales`, `profit` of the whole report. */
export function reportTotals(query: ReportQuery): string {
  const shape = reportShapes[query.reportType]
  const lines = matchingLines(query)
  return `
    select (select count(*) from (select 1 ${lines} group by ${shape.groupBy}) grouped)::int as rows,
      count(distinct (o.owner_id, o.order_id))::int as orders, coalesce(sum(l.quantity), 0)::text as quantity,
      round(coalesce(sum(l.sales), 0), 2)::text as sales, round(coalesce(sum(l.profit), 0), 2)::text as profit
    ${lines}`
}

/** Sales by month over the range: rows of `label` (YYYY-MM) and `value`. */
export function salesByMonth(query: ReportQuery): string {
  return `
    select to_char(date_trunc('month', o.order_date), 'YYYY-MM') as label, sum(l.sales)::float8 as value
    ${matchingLines(query)} group by 1 order by 1`
}

function rowsOf(query: ReportQuery): RowQuery {
  const { columns, groupBy, orderBy } = reportShapes[query.reportType]
  const cells = columns.map(({ name, sql }) => `${sql} as "${name}"`)
  return {
    columns,
    rows: `select ${cells.join(', ')} ${matchingLines(query)} group by ${groupBy} order by ${orderBy}`,
  }
}
