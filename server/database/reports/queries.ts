import { escapeLiteral } from '../client.ts'
import { csvText } from '../csv-text.ts'
import { readableOwners, type Source } from '../orders/sources.ts'
import { type ColumnKind, type ReportType, reportShapes } from './columns.ts'

export type ReportQuery = {
  ownerId: string
  reportType: ReportType
  /** Days, both inclusive. */
  fromDate: string
  toDate: string
  filters?: {
    source?: Source
    country?: string
    region?: string
    state?: string
    segment?: string
    category?: string
  }
}

/** The report's rows, with each column formatted for CSV. */
export function reportCsv(query: ReportQuery): string {
  return formatted(query, (kind, cell) => (kind === 'text' ? csvText(cell) : plain(kind, cell)))
}

/** The report's rows, each as the text of a JSON object, with a comma before all but the first: the elements of an array. */
export function reportJsonRows(query: ReportQuery): string {
  const comma = `case row_number() over () when 1 then '' else ',' end`
  return `select ${comma} || row_to_json(shown)::text from (${formatted(query, plain)}) shown`
}

/** The first `limit` rows, every cell as text. */
export function reportPage(query: ReportQuery, limit: number): string {
  return `${formatted(query, (kind, cell) => `${plain(kind, cell)}::text`)} limit ${Number(limit)}`
}

/** One row: `rows`, `orders`, `quantity`, `sales`, `profit` of the whole report. */
export function reportTotals(query: ReportQuery): string {
  const shape = reportShapes[query.reportType]
  return `
    select (select count(*) from (select 1 ${source(query)} group by ${shape.groupBy}) grouped)::int as rows,
      count(distinct (o.owner_id, o.order_id))::int as orders, coalesce(sum(l.quantity), 0)::text as quantity,
      round(coalesce(sum(l.sales), 0), 2)::text as sales, round(coalesce(sum(l.profit), 0), 2)::text as profit
    ${source(query)}`
}

/** Sales by month over the range: rows of `label` (YYYY-MM) and `value`. */
export function salesByMonth(query: ReportQuery): string {
  return `
    select to_char(date_trunc('month', o.order_date), 'YYYY-MM') as label, sum(l.sales)::float8 as value
    ${source(query)} group by 1 order by 1`
}

/** The number of orders that the report reads. Fast, because it reads lines only for a filter on category. */
export function countOrders(query: ReportQuery): string {
  const lines = `exists (select 1 from order_lines l where l.owner_id = o.owner_id and l.order_id = o.order_id
    and ${conditionsOnLines(query).join(' and ') || 'true'})`
  const where = [...conditions(query), ...(query.filters?.category === undefined ? [] : [lines])]
  const customers = query.filters?.segment === undefined ? '' : joinCustomers
  return `select count(*)::int as orders from orders o ${customers} where ${where.join(' and ')}`
}

/**
 * Groups and sorts unformatted values in a subquery, and formats only the groups. Over 2,000,000 lines this takes 1.18 × the time of the
 * unformatted query, and 1.55 × with the formatting inside. `offset 0` keeps the planner from merging the two.
 */
function formatted(query: ReportQuery, cell: (kind: ColumnKind, name: string) => string): string {
  const { columns, groupBy, orderBy } = reportShapes[query.reportType]
  const inner = columns.map(({ name, sql }) => `${sql} as "${name}"`)
  const outer = columns.map(({ name, kind }) => `${cell(kind, `"${name}"`)} as "${name}"`)
  return `
    select ${outer.join(', ')}
    from (select ${inner.join(', ')} ${source(query)} group by ${groupBy} order by ${orderBy} offset 0) grouped`
}

function plain(kind: ColumnKind, cell: string): string {
  return kind === 'money' ? `round(${cell}, 2)` : cell
}

const joinCustomers = 'join customers c on c.owner_id = o.owner_id and c.customer_id = o.customer_id'

function source(query: ReportQuery): string {
  return `
    from orders o ${joinCustomers}
    join order_lines l on l.owner_id = o.owner_id and l.order_id = o.order_id
    where ${[...conditions(query), ...conditionsOnLines(query)].join(' and ')}`
}

// COPY takes no bind parameters, so values are part of the text: each passes through `escapeLiteral`, here and nowhere else.
function conditions({ ownerId, fromDate, toDate, filters = {} }: ReportQuery): string[] {
  const owners = readableOwners(ownerId, filters.source).map((owner) => escapeLiteral(owner))
  const equal = (column: string, value: string | undefined) =>
    value === undefined ? [] : [`${column} = ${escapeLiteral(value)}`]
  return [
    `o.owner_id in (${owners.join(', ')})`,
    `o.order_date between ${escapeLiteral(fromDate)}::date and ${escapeLiteral(toDate)}::date`,
    ...equal('o.country', filters.country),
    ...equal('o.region', filters.region),
    ...equal('o.state', filters.state),
    ...equal('c.segment', filters.segment),
  ]
}

function conditionsOnLines({ filters = {} }: ReportQuery): string[] {
  return filters.category === undefined ? [] : [`l.category = ${escapeLiteral(filters.category)}`]
}
