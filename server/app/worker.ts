import type { ExecutorPools } from '../database/pool-sizes.ts'
import { startSweep } from '../engine/sweep.ts'
import { startWorker } from '../engine/worker.ts'
import type { ServiceFiles } from '../files/open.ts'
import { type Vendors, vendorNames } from '../handlers/define.ts'
import { entryPoint } from '../lib/package.ts'
import { startWebhooks } from '../webhooks/due.ts'
import { type Config, configuredVendors, storageQuota } from './config.ts'
import type { Shared } from './context.ts'
import { rulesOf } from './retention-rules.ts'

/** For tests. */
export type ExecutorOptions = {
  /** The module of the handlers, which decides whether executors and the lease thread run sources or the bundle. Default: like this process. */
  handlers?: URL
  /** The number of executors; default: one per core. */
  count?: number
}

/** The drain, closing the pools (5 s) and stopping the embedded PostgreSQL (15 s) must fit into 30 s. */
const drainMs = 9000

/** Starts the role `worker`, which runs operations, sends webhooks and deletes expired data. */
export function startWork(
  config: Config,
  { connection, notifications, files, log, links, webhooks, callbackSecret }: Shared,
  { vendors, pools, stored }: { vendors: Vendors; pools: ExecutorPools; stored: ServiceFiles },
  { handlers = entryPoint('handlers') }: ExecutorOptions = {},
): { close(): Promise<unknown> } {
  const { WORKER_CONCURRENCY: concurrency, LEASE_SECONDS: leaseSeconds } = config
  const rssLimitBytes = config.EXECUTOR_RSS_MB * 2 ** 20
  const executors = {
    handlers: handlers.href,
    files: stored.location,
    fileCredentials: stored.credentials,
    rssLimitBytes,
    variables: config.EXECUTOR_ENV,
    pools,
  }
  const ownerCap = config.OWNER_CONCURRENCY
  const rules = rulesOf(config)
  const worker = startWorker({
    connection,
    notifications,
    files,
    log,
    executors,
    leaseThread: entryPoint('lease-thread', handlers.href),
    concurrency,
    leaseSeconds,
    ownerCap,
    ownerOperations: config.OWNER_OPERATIONS,
    ownerStorage: storageQuota(config),
    ownerOrderLines: config.OWNER_ORDER_LINES,
    ownerWebhookTargets: config.OWNER_WEBHOOK_TARGETS,
    rules,
    sealingKeys: webhooks.sealingKeys,
    vendors,
    callbacks: { secret: callbackSecret, base: links.api('/callbacks/') },
  })
  const perOwner = config.OWNER_WEBHOOK_SENDS
  const delivery = startWebhooks({ connection, notifications, log, links, perOwner, ...webhooks })
  const { RETENTION_TOMBSTONE_SECONDS: tombstoneSeconds, SWEEP_SECONDS: sweepSeconds } = config
  const sweep = startSweep({ db: connection.db, files, log }, { tombstoneSeconds, sweepSeconds })
  return { close: () => Promise.all([worker.drain(drainMs), delivery.stop(drainMs), sweep.stop()]) }
}

/** The configured vendors, and sample vendors for the types without configured ones. They are stopped after the worker. */
export async function vendorsOf(
  config: Config,
  { connection, log }: Pick<Shared, 'connection' | 'log'>,
  starting: AsyncDisposableStack,
): Promise<Vendors> {
  const configured = configuredVendors(config)
  if (isComplete(configured)) return configured
  const { startSampleVendors } = await import('../dev/sample-vendors/sample.ts')
  const sample = await startSampleVendors({ db: connection.db, log })
  starting.defer(() => sample.close())
  return { ...sample.addresses, ...configured }
}

function isComplete(vendors: Partial<Vendors>): vendors is Vendors {
  return vendorNames.every((name) => vendors[name] !== undefined)
}
