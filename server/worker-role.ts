import type { Config } from './config.ts'
import { startDelivery } from './delivery/sender.ts'
import { startRetention } from './engine/retention.ts'
import { startWorker } from './engine/worker.ts'
import { filesFolder } from './files-folder.ts'
import type { Vendors } from './handlers/define.ts'
import { rulesOf } from './retention-rules.ts'
import type { Shared } from './shared.ts'
import { startSampleVendors } from './vendors/sample.ts'

const registry = new URL('handlers/registry.ts', import.meta.url).href

/** A drain, the pools' five seconds and the embedded server's fifteen must fit into 30 s. */
const drainMs = 9000

/** Starts the role `worker`: operations are run, webhooks sent, and what is over its time is swept. */
export function startWork(
  config: Config,
  { connection, hints, files, log, links, webhooks }: Shared,
  vendors: Vendors,
): { close(): Promise<unknown> } {
  const { WORKER_CONCURRENCY: concurrency, LEASE_SECONDS: leaseSeconds } = config
  const rssLimitBytes = config.EXECUTOR_RSS_MB * 2 ** 20
  const executors = { handlers: registry, filesFolder: filesFolder(config), rssLimitBytes }
  const ownerCap = config.OWNER_CONCURRENCY
  const rules = rulesOf(config)
  const worker = startWorker({
    connection,
    hints,
    files,
    log,
    executors,
    concurrency,
    leaseSeconds,
    ownerCap,
    ownerOperations: config.OWNER_OPERATIONS,
    ownerStoredBytes: config.OWNER_STORED_BYTES,
    rules,
    vendors,
  })
  const delivery = startDelivery({ connection, hints, log, links, ...webhooks })
  const { RETENTION_TOMBSTONE_SECONDS: tombstoneSeconds, SWEEP_SECONDS: sweepSeconds } = config
  const sweep = startRetention({ db: connection.db, files, log }, { tombstoneSeconds, sweepSeconds })
  return { close: () => Promise.all([worker.drain(drainMs), delivery.stop(drainMs), sweep.stop()]) }
}

/** The configured vendors; without any, sample ones, which stop after the worker that calls them. */
export async function vendorsOf(
  config: Config,
  { connection, log }: Pick<Shared, 'connection' | 'log'>,
  starting: AsyncDisposableStack,
): Promise<Vendors> {
  const {
    VENDOR_STOCK_URL: stock,
    VENDOR_PAYMENT_URL: payment,
    VENDOR_CARRIER_URL: carrier,
    VENDOR_CONFIRMATION_URL: confirmation,
  } = config
  if (stock && payment && carrier && confirmation) return { stock, payment, carrier, confirmation }
  const sample = await startSampleVendors({ db: connection.db, log })
  starting.defer(() => sample.close())
  return sample.addresses
}
