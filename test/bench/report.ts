import { createReadStream, createWriteStream } from 'node:fs'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { createClient } from '../../client/index.ts'
import { customerColumns, customersCsv } from '../../server/database/orders/customer-export.ts'
import { line, median, peakMemoryMiB, type Service } from './rig.ts'

/** The query of ORDERS_SUMMARY without the service. */
const bareQuery = `
select o.order_id, o.order_date, o.ship_date, c.name, c.segment, o.country, o.region,
  count(*), sum(l.quantity), round(sum(l.sales), 2), round(sum(l.profit), 2)
from orders o
join customers c on c.owner_id = o.owner_id and c.customer_id = o.customer_id
join order_lines l on l.owner_id = o.owner_id and l.order_id = o.order_id
where o.owner_id in ('', 'bench') and o.order_date between '1990-01-01' and '2100-12-31'
group by o.owner_id, o.order_id, c.owner_id, c.customer_id
order by o.order_date, o.order_id`

const everything = { fromDate: '1990-01-01', toDate: '2100-12-31' }

/** The query of an export of all customers, without the service. */
const bareExport = customersCsv({ ownerId: 'bench', columns: customerColumns, filters: {} })

/** A report and an export as CSV over all rows, compared with their SQL copied to nowhere; and the service's peak memory. */
export async function benchReport(service: Service, databaseUrl: string) {
  const longrun = createClient({ baseUrl: service.url, apiKey: service.key })
  const report = () => longrun.generateReport({ reportType: 'ORDERS_SUMMARY', dateRange: everything, format: 'CSV' })
  await compare('ORDERS_SUMMARY', report, () => timeCopy(databaseUrl, bareQuery))
  await compare(
    'export of customers',
    () => longrun.exportCustomers({ format: 'CSV' }),
    () => timeCopy(databaseUrl, bareExport),
  )
  memory('peak memory after the reports', service)
}

type Finished = { result(): Promise<unknown>; snapshot: { duration?: number } }

async function compare(name: string, submit: () => Promise<Finished>, bare: () => Promise<number>) {
  const rounds: { own: number; bare: number }[] = []
  for (let round = 0; round < 4; round++) {
    const operation = await submit()
    await operation.result()
    const own = operation.snapshot.duration ?? Number.NaN
    const bareSeconds = await bare()
    // The first round warms the caches of both.
    if (round > 0) rounds.push({ own, bare: bareSeconds })
  }
  const ratio = median(rounds.map(({ own, bare }) => bare / own))
  line(`${name} as CSV, all rows`, `${median(rounds.map(({ own }) => own)).toFixed(2)} s`)
  line('its bare query, copied', `${median(rounds.map(({ bare }) => bare)).toFixed(2)} s`)
  line(`speed of ${name} ÷ bare copy`, ratio.toFixed(2), { text: '≥ 0.5', met: ratio >= 0.5 })
}

/** Exports all order lines of the database to one CSV file, imports that file, and copies it into a table with the same columns. */
export async function benchImport(service: Service, databaseUrl: string, file: string) {
  const columns = `l.row_id as "rowId", l.order_id as "orderId", o.order_date as "orderDate", o.ship_date as "shipDate",
    o.ship_mode as "shipMode", o.customer_id as "customerId", c.name as "customerName", c.segment, o.country, o.city,
    o.state, o.postal_code as "postalCode", o.region, l.product_id as "productId", l.category,
    l.sub_category as "subCategory", l.product_name as "productName", l.sales, l.quantity, l.discount, l.profit`
  const lines = `select ${columns} from order_lines l
    join orders o using (owner_id, order_id) join customers c using (owner_id, customer_id) where l.owner_id = ''`
  await copyOut(databaseUrl, lines, createWriteStream(file))

  const longrun = createClient({ baseUrl: service.url, apiKey: service.key })
  const upload = await longrun.upload(createReadStream(file), { mediaType: 'text/csv' })
  const operation = await longrun.importOrders({ uploadId: upload.uploadId })
  const result = await operation.result()
  const seconds = operation.snapshot.duration ?? Number.NaN
  line('import: lines read', String(result.rowsRead))
  line('import: lines a second', (result.rowsRead / seconds).toFixed(0))
  const bare = await timeCopyIn(databaseUrl, lines, file)
  line('the same file copied into a table without indexes', `${bare.toFixed(2)} s`)
  line('speed of the import ÷ bare copy', (bare / seconds).toFixed(2), { text: '≥ 0.5', met: bare / seconds >= 0.5 })
  memory('peak memory after the import', service)
}

function memory(name: string, service: Service) {
  const mib = peakMemoryMiB(service.pid)
  if (mib !== undefined) line(name, `${mib} MiB`, { text: '≤ 300 MiB', met: mib <= 300 })
}

async function timeCopy(url: string, query: string): Promise<number> {
  const started = performance.now()
  await copyOut(url, query, new Writable({ write: (_chunk, _encoding, done) => done() }))
  return (performance.now() - started) / 1000
}

async function copyOut(url: string, query: string, to: Writable) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await pipeline(client.query(copyTo(`copy (${query}) to stdout with (format csv, header)`)), to)
  } finally {
    await client.end()
  }
}

/** Seconds to copy `file` into a new table with the columns of `query`. */
async function timeCopyIn(url: string, query: string, file: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`create table copied as ${query} limit 0`)
    const started = performance.now()
    await pipeline(createReadStream(file), client.query(copyFrom('copy copied from stdin with (format csv, header)')))
    return (performance.now() - started) / 1000
  } finally {
    await client.query('drop table if exists copied')
    await client.end()
  }
}
