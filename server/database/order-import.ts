import type { PoolClient } from 'pg'
import { csvText } from './report-queries.ts'

/** How the rows of a file ended; `read` is the sum of the others. */
export type ImportCounts = { read: number; loaded: number; unchanged: number; rejected: number }

const fieldTypes = `row_id bigint, order_id text, order_date date, ship_date date, ship_mode text, customer_id text,
  customer_name text, segment text, country text, city text, state text, postal_code text, region text, product_id text,
  category text, sub_category text, product_name text, sales numeric(14,4), quantity integer, discount numeric(5,4),
  profit numeric(14,4)`

/**
 * Where a file's rows wait, good and bad, until all of it has been read: gone with the transaction. A bad row has a `reason` and of
 * its fields at most the row id.
 */
const createIncoming = `
  create temporary table incoming (line integer, ${fieldTypes}, fault_column text, reason text, fault_value text,
    unchanged boolean not null default false) on commit drop`

/** COPY's text format: line, the fields in the table's order, then fault column, reason and value. */
export const copyIncoming = `
  copy incoming (line, ${fieldTypes.replaceAll(/ (bigint|text|date|integer|numeric\(\d+,\d+\))/g, '')},
    fault_column, reason, fault_value) from stdin`

/** Opens the transaction of an import. Imports of one owner wait for each other: they may hold the same rows. */
export async function beginImport(client: PoolClient, ownerId: string): Promise<void> {
  await client.query('begin')
  await client.query(`select pg_advisory_xact_lock(hashtextextended('import:' || $1, 0))`, [ownerId])
  await client.query(createIncoming)
}

type Merge = { name: string; sql: string }

const header = [
  'customer_id',
  'order_date',
  'ship_date',
  'ship_mode',
  'country',
  'region',
  'state',
  'city',
  'postal_code',
]
const content = [
  'order_id',
  'product_id',
  'product_name',
  'category',
  'sub_category',
  'sales',
  'quantity',
  'discount',
  'profit',
]

const row = (alias: string, columns: string[]) => `(${columns.map((column) => `${alias}.${column}`).join(', ')})`
const customer = ['name', 'segment']
const everything = [...content, ...header, 'customer_name', 'segment']
const repeated = 'select row_id from incoming where reason is null group by row_id having count(*) > 1'

/** Rejects good rows of `incoming` for which `where` holds, saying where and why. */
const reject = (column: string, reason: string, value: string, from: string, where: string) => `
  update incoming i set fault_column = '${column}', reason = '${reason}', fault_value = i.${value}::text
  from ${from} where i.reason is null and ${where}`

/** The first good row of each `key` in the file whose key has rows that differ in `columns`. */
const firstOf = (key: string, columns: string[]) => `(
  select distinct on (${key}) f.* from incoming f
  where reason is null and ${key} in (
    select ${key} from incoming where reason is null group by ${key}
    having ${columns.map((column) => `min(${column}) <> max(${column})`).join(' or ')})
  order by ${key}, line) f`

/**
 * What makes a file's rows part of the tables, in order. Each statement works on the whole set; `$1` is the owner. The file's
 * first row with a key is believed; what is in the tables already is believed before the file.
 */
const merges: Merge[] = [
  { name: 'analyze', sql: 'analyze incoming' },
  {
    name: 'rows of the file with one row id and other content',
    sql: `
      update incoming i set fault_column = 'rowId', reason = 'line ' || f.line || ' has the same row id with other content',
        fault_value = i.row_id::text
      from (select distinct on (row_id) * from incoming where reason is null and row_id in (${repeated}) order by row_id, line) f
      where i.reason is null and i.row_id = f.row_id and ${row('i', everything)} <> ${row('f', everything)}`,
  },
  {
    name: 'rows that are there already',
    sql: `
      update incoming i set unchanged = true from order_lines l
      join orders o on o.owner_id = l.owner_id and o.order_id = l.order_id
      join customers c on c.owner_id = o.owner_id and c.customer_id = o.customer_id
      where i.reason is null and l.owner_id = $1 and l.row_id = i.row_id and ${row('i', content)} = ${row('l', content)}
        and ${row('i', header)} = ${row('o', header)} and (i.customer_name, i.segment) = ${row('c', customer)}`,
  },
  {
    name: 'row ids that are taken',
    sql: reject(
      'rowId',
      'a row with this row id is there already, with other content',
      'row_id',
      'order_lines l',
      'not i.unchanged and l.owner_id = $1 and l.row_id = i.row_id',
    ),
  },
  {
    name: 'orders that contradict the tables',
    sql: reject(
      'orderId',
      'the order is there already with another customer, dates, ship mode or address',
      'order_id',
      'orders o',
      `not i.unchanged and o.owner_id = $1 and o.order_id = i.order_id and ${row('i', header)} <> ${row('o', header)}`,
    ),
  },
  {
    name: 'orders that contradict themselves',
    sql: reject(
      'orderId',
      'an earlier line has the order with another customer, dates, ship mode or address',
      'order_id',
      firstOf('order_id', header),
      `f.order_id = i.order_id and ${row('i', header)} <> ${row('f', header)}`,
    ),
  },
  {
    name: 'customers that contradict the tables',
    sql: reject(
      'customerId',
      'the customer is there already with another name or segment',
      'customer_id',
      'customers c',
      `not i.unchanged and c.owner_id = $1 and c.customer_id = i.customer_id
        and (i.customer_name, i.segment) <> ${row('c', customer)}`,
    ),
  },
  {
    name: 'customers that contradict themselves',
    sql: reject(
      'customerId',
      'an earlier line has the customer with another name or segment',
      'customer_id',
      firstOf('customer_id', ['customer_name', 'segment']),
      `f.customer_id = i.customer_id and (i.customer_name, i.segment) <> (f.customer_name, f.segment)`,
    ),
  },
  {
    // Only now: a row that repeats a rejected one has been rejected for the same reason.
    name: 'rows of the file that repeat one',
    sql: `
      update incoming i set unchanged = true
      from (select row_id, min(line) as line from incoming where reason is null and row_id in (${repeated}) group by row_id) f
      where i.reason is null and i.row_id = f.row_id and i.line > f.line`,
  },
  {
    name: 'customers',
    sql: `
      insert into customers (owner_id, customer_id, name, segment)
      select distinct $1, customer_id, customer_name, segment from incoming where reason is null and not unchanged
      on conflict do nothing`,
  },
  {
    name: 'orders',
    sql: `
      insert into orders (owner_id, order_id, ${header.join(', ')})
      select distinct $1, order_id, ${header.join(', ')} from incoming where reason is null and not unchanged
      on conflict do nothing`,
  },
  {
    name: 'lines',
    sql: `
      insert into order_lines (owner_id, row_id, ${content.join(', ')})
      select $1, row_id, ${content.join(', ')} from incoming where reason is null and not unchanged`,
  },
]

/** Moves what is good into the owner's tables. Says after each of `total` steps how many are done. */
export async function mergeIncoming(
  client: PoolClient,
  ownerId: string,
  onStep: (done: number, total: number) => void,
): Promise<ImportCounts> {
  for (const [index, { sql }] of merges.entries()) {
    await client.query(sql, sql.includes('$1') ? [ownerId] : [])
    onStep(index + 1, merges.length)
  }
  const { rows } = await client.query<ImportCounts>(`
    select count(*)::int as read, count(*) filter (where reason is null and not unchanged)::int as loaded,
      count(*) filter (where unchanged)::int as unchanged, count(*) filter (where reason is not null)::int as rejected
    from incoming`)
  return rows[0] as ImportCounts
}

/** The rejected rows by line, for a CSV. */
export const rejectedRows = `
  select line, ${csvText('fault_column')} as "column", reason, ${csvText('fault_value')} as value, row_id as "rowId"
  from incoming where reason is not null order by line`

/** The first of them, for an error. */
export async function firstRejects(client: PoolClient, limit: number) {
  const { rows } = await client.query<{ line: number; column: string; reason: string }>(
    `select line, fault_column as "column", reason from incoming where reason is not null order by line limit $1`,
    [limit],
  )
  return rows
}

/**
 * After a load, outside its transaction: until autovacuum has seen the new rows the planner believes in empty tables, and a report
 * takes ten times as long.
 */
export async function refreshStatistics(client: PoolClient): Promise<void> {
  await client.query('analyze customers, orders, order_lines')
}
