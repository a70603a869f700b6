import type { PgPoolClient } from '../client.ts'
import { csvText } from '../csv-text.ts'
import { DatabaseUnavailable, sqlState } from '../errors.ts'

const lockSeconds = 10
const lockNotAvailable = '55P03'

/** The outcomes of a file's rows; `read` is the sum of the others. */
export type ImportCounts = { read: number; loaded: number; unchanged: number; rejected: number }

const fieldTypes = `row_id bigint, order_id text, order_date date, ship_date date, ship_mode text, customer_id text,
  customer_name text, segment text, country text, city text, state text, postal_code text, region text, product_id text,
  category text, sub_category text, product_name text, sales numeric(14,4), quantity integer, discount numeric(5,4),
  profit numeric(14,4)`

/**
 * Holds all rows of a file, valid and rejected, until the whole file has been read. Dropped with the transaction. A rejected row has a
 * `reason`, and of its fields at most the row id.
 */
const createIncoming = `
  create temporary table incoming (line integer, ${fieldTypes}, fault_column text, reason text, fault_value text,
    unchanged boolean not null default false) on commit drop`

/** COPY's text format: line, the fields in the table's order, then fault column, reason and value. */
export const copyIncoming = `
  copy incoming (line, ${fieldTypes.replaceAll(/ (bigint|text|date|integer|numeric\(\d+,\d+\))/g, '')},
    fault_column, reason, fault_value) from stdin`

/**
 * Starts the transaction of an import. Imports of one owner run one after the other, because they may contain the same rows: the contract
 * declares a concurrency key. The lock is for what the key does not cover: an attempt that lost its lease and still has its transaction, and imports
 * from before a version with keys. Such an import does not occupy a slot while it waits: after a moment the attempt ends without a charge and
 * comes again later.
 */
export async function beginImport(client: PgPoolClient, ownerId: string): Promise<void> {
  await client.query('begin')
  await client.query(`set local lock_timeout = '${lockSeconds}s'`)
  await client
    .query(`select pg_advisory_xact_lock(hashtextextended('import:' || $1, 0))`, [ownerId])
    .catch((error: unknown) => {
      throw sqlState(error) === lockNotAvailable ? new DatabaseUnavailable(error) : error
    })
  await client.query('set local lock_timeout to default')
  await client.query(createIncoming)
}

type Merge = { name: string; sql: string }

/** With the file's rows, the owner would have more order lines than its quota. */
export class TooManyOrderLines extends Error {}

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

/** Rejects valid rows of `incoming` that match `where`, and records column and reason. */
const reject = (column: string, reason: string, value: string, from: string, where: string) => `
  update incoming i set fault_column = '${column}', reason = '${reason}', fault_value = i.${value}::text
  from ${from} where i.reason is null and ${where}`

/** The first valid row of each `key` of the file whose rows differ in `columns`. */
const firstOf = (key: string, columns: string[]) => `(
  select distinct on (${key}) f.* from incoming f
  where reason is null and ${key} in (
    select ${key} from incoming where reason is null group by ${key}
    having ${columns.map((column) => `min(${column}) <> max(${column})`).join(' or ')})
  order by ${key}, line) f`

/**
 * The statements that find a file's valid rows, in order. Each works on all rows; `$1` is the owner. Of contradicting rows of a file the first
 * one is valid; rows in the tables take precedence over the file.
 */
const checks: Merge[] = [
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
    // After the other checks: a row that repeats a rejected row was rejected for the same reason.
    name: 'rows of the file that repeat one',
    sql: `
      update incoming i set unchanged = true
      from (select row_id, min(line) as line from incoming where reason is null and row_id in (${repeated}) group by row_id) f
      where i.reason is null and i.row_id = f.row_id and i.line > f.line`,
  },
]

/** The statements that insert the customers and orders of the valid rows, in order. */
const parents: Merge[] = [
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
]

/** The valid rows of the pages from `$2` up to `$3`. A condition on `ctid` reads only those pages. */
const insertLines = `
  insert into order_lines (owner_id, row_id, ${content.join(', ')})
  select $1, row_id, ${content.join(', ')} from incoming
  where reason is null and not unchanged and ctid >= $2::tid and ctid < $3::tid`

const countRows = `
  select count(*)::int as read, count(*) filter (where reason is null and not unchanged)::int as loaded,
    count(*) filter (where unchanged)::int as unchanged, count(*) filter (where reason is not null)::int as rejected,
    (pg_relation_size('incoming') / current_setting('block_size')::int)::int as pages
  from incoming`

/** Progress is reported after each part; a small file has one. */
const mostParts = 20
const leastPagesInPart = 200

type MergeProgress = {
  /** After each of `total` checks, which all look at all rows. */
  onChecked(done: number, total: number): void
  /** Rows of the file that are loaded, or need not be, of all its rows. */
  onLoaded(rows: number, total: number): void
}

/**
 * Inserts the valid rows for the owner. Throws `TooManyOrderLines` before the first insert if the owner would have more than `mostLines`.
 */
export async function mergeIncoming(
  client: PgPoolClient,
  { ownerId, mostLines }: { ownerId: string; mostLines: number | undefined },
  { onChecked, onLoaded }: MergeProgress,
): Promise<ImportCounts> {
  const run = ({ sql }: Merge) => client.query(sql, sql.includes('$1') ? [ownerId] : [])
  for (const [index, check] of checks.entries()) {
    await run(check)
    onChecked(index + 1, checks.length)
  }
  const { pages, ...counts } = (await client.query<ImportCounts & { pages: number }>(countRows)).rows[0] ?? nothing
  if (mostLines !== undefined) await refuseBeyond(client, ownerId, mostLines)
  // A file without a valid row fails, and its loading never starts.
  if (counts.rejected === counts.read) return counts
  let done = counts.unchanged + counts.rejected
  onLoaded(done, counts.read)
  if (counts.loaded === 0) return counts
  for (const insert of parents) await run(insert)
  const part = Math.max(leastPagesInPart, Math.ceil(pages / mostParts))
  for (let from = 0; from < pages; from += part) {
    const { rowCount } = await client.query(insertLines, [ownerId, `(${from},0)`, `(${from + part},0)`])
    done += rowCount ?? 0
    onLoaded(done, counts.read)
  }
  return counts
}

const nothing = { read: 0, loaded: 0, unchanged: 0, rejected: 0, pages: 0 }

/** Exact, because imports of one owner run one after the other. */
async function refuseBeyond(client: PgPoolClient, ownerId: string, mostLines: number): Promise<void> {
  const { rows } = await client.query<{ fits: boolean }>(
    `select (select count(*) from (select from order_lines where owner_id = $1 limit $2::bigint + 1) as held)
      + (select count(*) from incoming where reason is null and not unchanged) <= $2::bigint as fits`,
    [ownerId, mostLines],
  )
  if (rows[0]?.fits !== true) throw new TooManyOrderLines()
}

/** The rejected rows by line, formatted for CSV. */
export const rejectedRows = `
  select line, ${csvText('fault_column')} as "column", ${csvText('reason')} as reason, ${csvText('fault_value')} as value,
    row_id as "rowId"
  from incoming where reason is not null order by line`

/** The first rejected rows, for an error. */
export async function firstRejects(client: PgPoolClient, limit: number) {
  const { rows } = await client.query<{ line: number; column: string; reason: string }>(
    `select line, fault_column as "column", reason from incoming where reason is not null order by line limit $1`,
    [limit],
  )
  return rows
}

/**
 * Updates the planner's statistics after a load, outside its transaction. Until autovacuum does so, the planner assumes empty tables, and a
 * report takes ten times as long.
 */
export async function refreshStatistics(client: PgPoolClient): Promise<void> {
  await client.query('analyze customers, orders, order_lines')
}
