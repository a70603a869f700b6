import { createReadStream } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { createGunzip } from 'node:zlib'
import type { OperationType, ResultOf } from '../../generated/operations.ts'
import { createClient, type Longrun, type OperationHandle } from '../index.ts'
import { deliverOrders } from './deliver-orders.ts'
import { progressBar } from './progress-bar.ts'
import { scheduleDeliveries } from './schedule-deliveries.ts'
import { screenCandidate } from './screen-candidate.ts'
import { keyFile, startService } from './service-process.ts'

/**
 * `npm run demo`: starts the service, imports orders, generates reports, delivers one order, compensates one delivery, screens a
 * candidate, submits a batch and a schedule, writes the files to DATA_DIR/reports and stops the service. Exit code 0; 1 with a message on failure; 130 on Ctrl-C. The service is
 * stopped in each case.
 */
async function demo(dataDir: string, signal: AbortSignal): Promise<void> {
  const where = process.env.DATABASE_URL ? 'the Postgres of DATABASE_URL' : `its own Postgres in ${shown(dataDir)}`
  console.log(`Starting Longrun on ${where} …`)
  const service = await startService(dataDir, signal)
  try {
    console.log(`Ready after ${seconds(service.readyMs)}: ${service.url}\n`)
    const longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
    await importOrders(longrun, signal)
    await makeReports(longrun, join(dataDir, 'reports'), signal)
    await deliverOrders(longrun, 'CA-2016-152156', signal)
    await screenCandidate(longrun, signal)
    await scheduleDeliveries(longrun, 'CA-2016-152156', signal)
  } catch (error) {
    const output = service.crashed()
    throw output === undefined ? error : new Error(`The service ended by itself:\n\n${output}`, { cause: error })
  } finally {
    console.log('\nStopping the service …')
    await service.stop()
  }
  console.log(whatNext(dataDir))
}

async function importOrders(longrun: Longrun, signal: AbortSignal): Promise<void> {
  const file = resolve(import.meta.dirname, '../../data/superstore.csv.gz')
  const csv = createReadStream(file).pipe(createGunzip())
  const { uploadId } = await longrun.upload(csv, { mediaType: 'text/csv', signal })
  const operation = await longrun.importOrders({ uploadId }, { labels: { from: 'demo' }, signal })
  await follow('Import orders', operation, signal, ({ rowsRead, rowsLoaded, rowsUnchanged, rowsRejected }) => {
    const counts = [
      `${count(rowsLoaded)} loaded`,
      `${count(rowsUnchanged)} unchanged`,
      `${count(rowsRejected)} rejected`,
    ]
    return `${count(rowsRead)} lines: ${counts.join(', ')}`
  })
}

const reports = [
  { reportType: 'ORDERS_SUMMARY', format: 'CSV' },
  { reportType: 'ORDERS_SUMMARY', format: 'PDF' },
  { reportType: 'SALES_BY_PRODUCT', format: 'CSV' },
  { reportType: 'SALES_BY_PRODUCT', format: 'PDF' },
  { reportType: 'SALES_BY_COUNTRY', format: 'JSON' },
] as const

async function makeReports(longrun: Longrun, folder: string, signal: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true })
  const input = {
    dateRange: { fromDate: '2014-01-01', toDate: '2017-12-31' },
    filters: { source: 'IMPORTED' },
  } as const
  // The service runs the operations concurrently while the demo shows one after the other.
  const submitted = await Promise.all(
    reports.map(async (report) => ({
      report,
      operation: await longrun.generateReport({ ...input, ...report }, { labels: { from: 'demo' }, signal }),
    })),
  )
  for (const { report, operation } of submitted) {
    const name = `${report.reportType.toLowerCase().replaceAll('_', '-')}.${report.format.toLowerCase()}`
    const path = join(folder, name)
    await follow(
      name,
      operation,
      signal,
      ({ rowCount, size }) => `${count(rowCount)} ${rowCount === 1 ? 'row' : 'rows'}, ${kilobytes(size)}`,
    )
    await operation.download(path, { signal })
  }
  console.log(`\n  ${await totals(join(folder, 'sales-by-country.json'))}\n  The reports are in ${shown(folder)}\n`)
}

/** Draws the progress of the operation until it ends, then prints `summary` of the result. */
async function follow<T extends OperationType>(
  label: string,
  operation: OperationHandle<T>,
  signal: AbortSignal,
  summary: (result: ResultOf[T]) => string,
): Promise<void> {
  const bar = progressBar(label)
  for await (const { status, progress } of operation.updates({ signal })) {
    bar.update(progress.percentage, (progress.phase ?? status).toLowerCase().replaceAll('_', ' '), progress.message)
  }
  bar.end(summary(await operation.result({ signal })))
}

/** The totals of the report, for comparison with the import. */
async function totals(file: string): Promise<string> {
  const { rows } = JSON.parse(await readFile(file, 'utf8')) as { rows: { orderCount: number; sales: number }[] }
  const orders = rows.reduce((sum, row) => sum + row.orderCount, 0)
  const sales = rows.reduce((sum, row) => sum + row.sales, 0)
  return `2014–2017: ${count(orders)} orders, ${sales.toLocaleString('en-US', { style: 'currency', currency: 'USD' })}`
}

function whatNext(dataDir: string): string {
  const own = dataDir === resolve('.data') ? '' : `DATA_DIR=${shown(dataDir)} `
  const key = process.env.API_KEYS ? '<a key of API_KEYS>' : `$(cat ${shown(keyFile(dataDir))})`
  return `
What to try next:

  ${own}npm start      # to stay, with these orders; then open http://127.0.0.1:8080/docs

  curl -si http://127.0.0.1:8080/api/v1/reports:generate \\
    -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' \\
    -d '{"reportType":"CUSTOMER_ACTIVITY","dateRange":{"fromDate":"2017-01-01","toDate":"2017-12-31"},"format":"PDF","filters":{"source":"IMPORTED"}}'
  curl -s  http://127.0.0.1:8080/api/v1/operations -H "Authorization: Bearer ${key}"

README.md goes on from there. client/index.ts is the client that did this, client/examples has its loops in plain fetch.`
}

/** The path relative to the working directory. */
function shown(path: string): string {
  const near = relative('.', path)
  return near.startsWith('..') || isAbsolute(near) ? path : near || '.'
}

/** Includes the cause, which names the network error of a failed fetch. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message} (${reasonOf(error.cause)})`
}

const count = (value: number) => value.toLocaleString('en-US')
const kilobytes = (bytes: number) => `${count(Math.ceil(bytes / 1000))} kB`
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort(name))

try {
  await demo(resolve(process.env.DATA_DIR || '.data'), stop.signal)
} catch (error) {
  process.exitCode = stop.signal.aborted ? 130 : 1
  console.error(stop.signal.aborted ? '\nStopped.' : `\nThe demo failed. ${reasonOf(error)}`)
}
