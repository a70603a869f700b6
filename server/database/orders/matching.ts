import { escapeLiteral } from '../client.ts'
import { readableOwners, type Source } from './sources.ts'

/** Orders that an owner may read, by day and filters; a report or an analysis reads their lines. */
export type OrderSelection = {
  ownerId: string
  /** Days, both inclusive; undefined: no limit. */
  fromDate?: string | undefined
  toDate?: string | undefined
  filters?: {
    source?: Source
    country?: string
    region?: string
    state?: string
    segment?: string
    category?: string
  }
}

const joinCustomers = 'join customers c on c.owner_id = o.owner_id and c.customer_id = o.customer_id'

/** `from … where …`: the matching lines `l` with their orders `o` and customers `c`. */
export function matchingLines(selection: OrderSelection): string {
  return `
    from orders o ${joinCustomers}
    join order_lines l on l.owner_id = o.owner_id and l.order_id = o.order_id
    where ${[...conditions(selection), ...conditionsOnLines(selection)].join(' and ')}`
}

/** The number of orders with a matching line. Fast, because it reads lines only for a filter on category. */
export function countOrders(selection: OrderSelection): string {
  const lines = `exists (select 1 from order_lines l where l.owner_id = o.owner_id and l.order_id = o.order_id
    and ${conditionsOnLines(selection).join(' and ') || 'true'})`
  const where = [...conditions(selection), ...(selection.filters?.category === undefined ? [] : [lines])]
  const customers = selection.filters?.segment === undefined ? '' : joinCustomers
  return `select count(*)::int as orders from orders o ${customers} where ${where.join(' and ')}`
}

// COPY takes no bind parameters, so values are part of the text: each passes through `escapeLiteral`, here and nowhere else.
function conditions({ ownerId, fromDate, toDate, filters = {} }: OrderSelection): string[] {
  const owners = readableOwners(ownerId, filters.source).map((owner) => escapeLiteral(owner))
  const compared = (column: string, operator: string, value: string | undefined, type = '') =>
    value === undefined ? [] : [`${column} ${operator} ${escapeLiteral(value)}${type}`]
  return [
    `o.owner_id in (${owners.join(', ')})`,
    ...compared('o.order_date', '>=', fromDate, '::date'),
    ...compared('o.order_date', '<=', toDate, '::date'),
    ...compared('o.country', '=', filters.country),
    ...compared('o.region', '=', filters.region),
    ...compared('o.state', '=', filters.state),
    ...compared('c.segment', '=', filters.segment),
  ]
}

function conditionsOnLines({ filters = {} }: OrderSelection): string[] {
  return filters.category === undefined ? [] : [`l.category = ${escapeLiteral(filters.category)}`]
}

/** The last day with an order that the owner may read, whatever the other filters: one row `last`. */
export function lastOrderDay({ ownerId, fromDate, toDate, filters }: OrderSelection): string {
  const source = filters?.source
  const where = conditions({ ownerId, fromDate, toDate, filters: source === undefined ? {} : { source } })
  return `select max(o.order_date)::text as last from orders o where ${where.join(' and ')}`
}
