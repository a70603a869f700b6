import { type DevelopmentKey, developmentKey } from '../auth/development-key.ts'
import { createLinks } from '../contract/links.ts'
import { nameServers, systemNames } from '../contract/webhook-url.ts'
import { connect } from '../database/connection.ts'
import { readLinkKeys } from '../database/files/link-keys.ts'
import { migrate } from '../database/migrate.ts'
import { apiPools, metricsConnections, workerPools } from '../database/pool-sizes.ts'
import { sealingKeys } from '../database/sealed.ts'
import { secret } from '../database/secrets.ts'
import { openLinkKeys } from '../files/link-keys.ts'
import { openServiceFiles } from '../files/open.ts'
import type { Fetch } from '../http/server.ts'
import type { Timeouts } from '../http/timeouts.ts'
import { publicUrlMissing } from '../telemetry/events.ts'
import { createLog, type Log } from '../telemetry/log.ts'
import { startApi } from './api.ts'
import { type Config, hasMetrics, tokenRules } from './config.ts'
import { databaseUrlOf } from './database-url.ts'
import { filesLocation } from './files-location.ts'
import { listenForMetrics, openMetrics, type Sharing } from './metrics.ts'
import { openNotifier } from './notifier.ts'
import { webhookOrigin } from './webhook-origin.ts'
import { type ExecutorOptions, startWork, vendorsOf } from './worker.ts'

export type Service = {
  /** The URL of the API; undefined without the role `api`. */
  url: string | undefined
  /** The key for local use, if neither `API_KEYS` nor an issuer of tokens is configured. */
  developmentKey: DevelopmentKey | undefined
  /** The URL of the metrics, if they have a port of their own. */
  metricsUrl: string | undefined
  /** Resolves with a one-sentence reason when the service cannot continue because its embedded PostgreSQL cannot be restarted. */
  failed: Promise<Error>
  /** Stops accepting requests, drains requests and operations, and stops everything that was started. Takes less than 30 s. */
  close(): Promise<void>
}

export type ServiceOptions = {
  log?: Log
  /** Wraps the API, for tests that check every response. */
  wrapFetch?: (fetch: Fetch) => Fetch
  /** Timeouts of slow clients; for tests. */
  timeouts?: Timeouts
  /** How often the keys of signed links are read; for tests. */
  linkKeysReadMs?: number
  executors?: ExecutorOptions
  /** How long scrapes share figures; for tests. */
  metricsSharing?: Sharing
}

/** Starts the service as configured. When the promise resolves, the service is ready; if it rejects, everything is stopped. */
export async function startService(config: Config, options: ServiceOptions = {}): Promise<Service> {
  const log = options.log ?? createLog(config.LOG_LEVEL)
  await using starting = new AsyncDisposableStack()

  const traces = await openTraces(config, log)
  starting.defer(traces.flushed)
  const embedded = config.DATABASE_URL ? undefined : await startEmbedded({ dataDir: config.DATA_DIR, log })
  if (embedded) starting.defer(() => embedded.stop())
  const databaseUrl = await databaseUrlOf(config, embedded?.url)
  await migrate(databaseUrl)
  const { DATABASE_POOL_SIZE, WORKER_CONCURRENCY: concurrency } = config
  const total = DATABASE_POOL_SIZE - (hasMetrics(config) ? metricsConnections : 0)
  const working = config.ROLES.includes('worker')
    ? workerPools(total, concurrency, options.executors?.count)
    : undefined
  const pools = working ?? apiPools(total)
  const connection = connect(databaseUrl, {
    poolSize: pools.queries,
    transactionPoolSize: pools.transactions,
    // Used for the sample, before the other pools.
    copyPoolSize: 1,
    countPoolSize: pools.counts,
    applicationName: 'longrun',
  })
  starting.defer(() => connection.close())
  const { loadSample } = await import('../dev/sample-data/load.ts')
  await loadSample(connection)
  const notifications = await openNotifier(config, connection, log)
  starting.defer(() => notifications.close())
  const stored = await openServiceFiles(filesLocation(config))
  const { files } = stored

  const measured = await openMetrics(config, connection, options.metricsSharing)
  if (measured) starting.defer(measured.close)

  const vendors = working ? await vendorsOf(config, { connection, log }, starting) : undefined

  const endings: (() => Promise<unknown>)[] = []
  starting.defer(async () => {
    await Promise.all(endings.map((end) => end()))
    // Not awaited here: closing the database takes time as well.
    void traces.flushed()
  })
  const linkKeys = await openLinkKeys({
    read: () => readLinkKeys(connection.db),
    lifetimeSeconds: config.LINK_SECONDS,
    ...(options.linkKeysReadMs === undefined ? {} : { readMs: options.linkKeysReadMs }),
  })
  starting.defer(() => linkKeys.close())
  const links = createLinks(config.PUBLIC_URL, linkKeys.mint)
  const issuer = tokenRules(config)
  // No development key beside an issuer: callers already have credentials, and this key has every scope.
  const key = config.API_KEYS.length > 0 || issuer ? undefined : await developmentKey(config.DATA_DIR)
  const allowInsecure = config.WEBHOOK_ALLOW_INSECURE
  const webhooks = {
    sealingKeys: await sealingKeys(connection.db, config.SECRETS_KEY),
    resolve: allowInsecure ? systemNames : nameServers(),
    allowInsecure,
  }
  const callbackSecret = await secret(connection.db, 'callbacks')
  const shared = { connection, notifications, files, log, links, linkKeys, webhooks, callbackSecret }
  const { wrapFetch, timeouts } = options
  const keys = key ? [key.key] : config.API_KEYS
  const api = config.ROLES.includes('api')
    ? await startApi(config, shared, {
        keys,
        issuer,
        queryConnections: pools.queries,
        metrics: measured?.metrics,
        wrapFetch,
        timeouts,
      })
    : undefined
  if (api) endings.push(api.close)
  const metricsListener = measured && (await listenForMetrics(config, measured, connection))
  if (metricsListener) endings.push(metricsListener.close)
  if (vendors && working) {
    const origin = webhookOrigin(config, api?.url)
    // With a development key, callers and receivers are on this machine.
    if (config.PUBLIC_URL === undefined && !key) publicUrlMissing(log, { origin })
    const forWork = { ...shared, links: createLinks(origin, linkKeys.mint) }
    const { close } = startWork(config, forWork, { vendors, pools: working.executors, stored }, options.executors)
    endings.push(close)
  }

  const running = starting.move()
  return {
    url: api?.url,
    metricsUrl: metricsListener && `${metricsListener.url}/metrics`,
    developmentKey: key,
    failed: embedded?.failed ?? new Promise(() => {}),
    close: () => running.disposeAsync(),
  }
}

/** Loaded only when needed. */
async function startEmbedded(options: { dataDir: string; log: Log }) {
  const { startEmbeddedPostgres } = await import('../dev/embedded-postgres/start.ts')
  return startEmbeddedPostgres(options)
}

/** Starts tracing, if it is configured. `flushed` ends it, and resolves when the spans are sent, or after 2 s. */
async function openTraces({ tracing }: Config, log: Log): Promise<{ flushed(): Promise<void> }> {
  // Loaded only when needed.
  const started = tracing && (await import('../telemetry/tracing-sdk.ts')).startTracing(tracing, log)
  let flushing: Promise<void> | undefined
  return {
    async flushed() {
      flushing ??= started?.close()
      await flushing
    },
  }
}
