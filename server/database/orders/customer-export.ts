import { escapeLiteral } from '../client.ts'
import { csvText } from '../csv-text.ts'
import { readableOwners, type Source } from './sources.ts'

export type CustomerExport = {
  ownerId: string
  columns: readonly CustomerColumn[]
  filters?: { source?: Source; segment?: string; country?: string; region?: string; state?: string }
}

export type CustomerColumn = keyof typeof columns

type Column = { sql: string; text?: true; aggregate?: true }

/** The columns of an export, over a customer `c` and the totals `f` of the orders that match the filters. */
const columns = {
  customerId: { sql: 'c.customer_id', text: true },
  name: { sql: 'c.name', text: true },
  segment: { sql: 'c.segment', text: true },
  source: { sql: `case c.owner_id when '' then 'SAMPLE' else 'IMPORTED' end` },
  orderCount: { sql: 'f.orders', aggregate: true },
  sales: { sql: 'round(f.sales, 2)', aggregate: true },
  firstOrderDate: { sql: 'f.first', aggregate: true },
  lastOrderDate: { sql: 'f.last', aggregate: true },
} satisfies Record<string, Column>

export const customerColumns = Object.keys(columns) as CustomerColumn[]

/** The customers by id, with each selected column formatted for CSV. */
export function customersCsv(query: CustomerExport): string {
  return select(query, ({ sql, text }: Column) => (text ? csvText(sql) : sql))
}

/** The customers by id, each as the text of a JSON object. */
export function customersNdjson(query: CustomerExport): string {
  return `select row_to_json(shown)::text from (${select(query, ({ sql }) => sql)}) shown`
}

export function countCustomers(query: CustomerExport): string {
  return `select count(*)::int as customers from (${select({ ...query, columns: ['customerId'] }, ({ sql }) => sql)}) counted`
}

function select(query: CustomerExport, cell: (column: Column) => string): string {
  const cells = query.columns.map((name) => `${cell(columns[name])} as "${name}"`)
  return `
    select ${cells.join(', ')} from customers c ${figures(query)}
    where ${conditions(query).join(' and ')} order by c.customer_id, c.owner_id`
}

/** Joins orders only if a column or a filter needs them. A filter on orders excludes customers without matching orders. */
function figures({ columns: chosen, filters = {} }: CustomerExport): string {
  const places = (['country', 'region', 'state'] as const).flatMap((place) => {
    const value = filters[place]
    return value === undefined ? [] : [`o.${place} = ${escapeLiteral(value)}`]
  })
  const shown = chosen.some((name) => 'aggregate' in columns[name])
  if (!shown && places.length === 0) return ''
  const where = ['o.owner_id = c.owner_id', 'o.customer_id = c.customer_id', ...places].join(' and ')
  return `
    ${places.length > 0 ? 'join' : 'left join'} lateral (
      select count(distinct o.order_id) as orders, coalesce(sum(l.sales), 0) as sales, min(o.order_date) as first,
        max(o.order_date) as last
      from orders o join order_lines l on l.owner_id = o.owner_id and l.order_id = o.order_id where ${where}
    ) f on ${places.length > 0 ? 'f.orders > 0' : 'true'}`
}

// As in reports/queries.ts: COPY takes no bind parameters, so each value passes through `escapeLiteral`.
function conditions({ ownerId, filters = {} }: CustomerExport): string[] {
  const owners = readableOwners(ownerId, filters.source).map((owner) => escapeLiteral(owner))
  const segment = filters.segment === undefined ? [] : [`c.segment = ${escapeLiteral(filters.segment)}`]
  return [`c.owner_id in (${owners.join(', ')})`, ...segment]
}
