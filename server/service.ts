import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OperationType } from '../generated/operations.ts'
import { openDatabaseKeys } from './auth/database-keys.ts'
import { developmentKey } from './auth/development-key.ts'
import { createKeyring } from './auth/keys.ts'
import { createLimits } from './auth/limits.ts'
import { countStreams } from './auth/open-streams.ts'
import { type Config, tokenRules } from './config.ts'
import { createLinks } from './contract/links.ts'
import { createPageTokens } from './contract/page-token.ts'
import { nameServers, systemNames } from './contract/webhook-url.ts'
import { type Connection, connect } from './database/connect.ts'
import { typicalDurations } from './database/durations.ts'
import { startEmbeddedPostgres } from './database/embedded.ts'
import { openHints } from './database/hints.ts'
import { readLinkKeys } from './database/link-keys.ts'
import { migrate } from './database/migrate.ts'
import { watchOperationRoom } from './database/operation-room.ts'
import { sealingKeys } from './database/sealed.ts'
import { secret } from './database/secrets.ts'
import { watchStorageRoom } from './database/storage-room.ts'
import { startDelivery } from './delivery/sender.ts'
import { startRetention } from './engine/retention.ts'
import { type Rule, type Rules, specRules } from './engine/rules.ts'
import { startWorker } from './engine/worker.ts'
import { openLinkKeys } from './files/link-keys.ts'
import { diskStore } from './files/store.ts'
import type { CheckContext, Estimate, Fault, Vendors } from './handlers/define.ts'
import { handlers } from './handlers/registry.ts'
import { createApp } from './http/app.ts'
import { trusting } from './http/client-address.ts'
import { rememberDurations } from './http/durations.ts'
import { rememberFinished } from './http/finished.ts'
import { implement } from './http/implementation.ts'
import { type Fetch, listen } from './http/listen.ts'
import type { Patience } from './http/patience.ts'
import { type Retention, withRetention } from './lifecycle/retention.ts'
import { watchConnections } from './live/connections.ts'
import { openLive } from './live/live.ts'
import { openLiveOwners } from './live/owners.ts'
import { loadSample } from './sample.ts'
import { hintsTroubled, limitsTroubled } from './telemetry/events.ts'
import { createLog, type Log } from './telemetry/log.ts'
import { startSampleVendors } from './vendors/sample.ts'

export type Service = {
  /** Where the API listens; undefined without the role `api`. */
  url: string | undefined
  /** The key for local use, when neither `API_KEYS` nor an issuer of tokens is configured; `made`: just now, at the first start. */
  developmentKey: { key: string; made: boolean } | undefined
  /** Stops accepting, finishes what is under way, stops what was started; less than 30 s. */
  close(): Promise<void>
}

export type ServiceOptions = {
  log?: Log
  /** Put around the API, for tests that look at every answer. */
  wrapFetch?: (fetch: Fetch) => Fetch
  /** How long slow callers are waited for; the same everywhere but in tests. */
  patience?: Patience
  /** How often the keys of signed links are read; the same everywhere but in tests. */
  linkKeysReadMs?: number
}

const registry = new URL('handlers/registry.ts', import.meta.url).href

/** A drain, the pools' five seconds and the embedded server's fifteen must fit into 30 s. */
const drainMs = 9000

/** Starts everything that the configuration asks for; when it resolves the service serves. Leaves nothing running when it fails. */
export async function startService(config: Config, options: ServiceOptions = {}): Promise<Service> {
  const log = options.log ?? createLog(config.LOG_LEVEL)
  const wrapFetch = options.wrapFetch ?? ((fetch: Fetch) => fetch)
  await using starting = new AsyncDisposableStack()

  const databaseUrl = config.DATABASE_URL ?? (await embedded(config, starting))
  await migrate(databaseUrl)
  const connection = connect(databaseUrl, {
    poolSize: config.DATABASE_POOL_SIZE,
    // Each handler that runs holds one; with fewer, those that wait would fail after the connect timeout. Two for estimates.
    copyPoolSize: config.WORKER_CONCURRENCY + 2,
    applicationName: 'longrun',
  })
  starting.defer(() => connection.close())
  await loadSample(connection)
  const hints = openHints(databaseUrl, (error) => hintsTroubled(log, error))
  starting.defer(() => hints.close())
  const files = diskStore(filesFolder(config))

  const vendors = config.ROLES.includes('worker') ? await vendorsOf(config, { connection, log }, starting) : undefined

  const endings: (() => Promise<void>)[] = []
  starting.defer(async () => {
    await Promise.all(endings.map((end) => end()))
  })
  const linkKeys = await openLinkKeys({
    read: () => readLinkKeys(connection.db),
    lifetimeSeconds: config.LINK_SECONDS,
    ...(options.linkKeysReadMs === undefined ? {} : { readMs: options.linkKeysReadMs }),
  })
  starting.defer(() => linkKeys.close())
  const links = createLinks(config.PUBLIC_URL, linkKeys.mint)
  const issuer = tokenRules(config)
  // Whoever has an issuer has a way in: a key with every scope would be a second one, which nobody asked for.
  const key = config.API_KEYS.length > 0 || issuer ? undefined : await developmentKey(config.DATA_DIR)
  const allowInsecure = config.WEBHOOK_ALLOW_INSECURE
  const webhooks = {
    sealingKeys: await sealingKeys(connection.db, config.SECRETS_KEY),
    resolve: allowInsecure ? systemNames : nameServers(),
    allowInsecure,
  }
  let url: string | undefined
  if (config.ROLES.includes('api')) {
    const readiness = watchReadiness(connection)
    const database = openDatabaseKeys(connection.db)
    // Most services have no issuer, and start faster without what verifies tokens.
    const tokens = issuer && (await import('./auth/tokens.ts')).createTokens(issuer)
    const keyring = createKeyring(key ? [key.key] : config.API_KEYS, { database, tokens })
    const live = openLive({ db: connection.db, hints, log })
    const liveOwners = openLiveOwners({ db: connection.db, hints, log })
    const connections = watchConnections({ recall: keyring.recall, log })
    const onTrouble = (cause: unknown) => limitsTroubled(log, cause)
    const { LIMIT_SUBMITS: submits, LIMIT_READS: reads, LIMIT_UPLOADS: uploads, LIMIT_STREAMS: streams } = config
    const limits = createLimits(connection.countPool, { most: { submits, reads, uploads }, onTrouble })
    const openStreams = countStreams(connection.db, { limit: streams, onTrouble })
    const backend = {
      db: connection.db,
      hints,
      files,
      log,
      live,
      liveOwners,
      connections,
      keyring,
      limits,
      openStreams,
      links,
      origins: new Set(config.CORS_ORIGINS),
      trusts: config.TRUSTED_PROXIES.length > 0 ? trusting(config.TRUSTED_PROXIES) : undefined,
      pageTokens: createPageTokens(await secret(connection.db, 'page-tokens')),
      linkKeys,
      sealingKeys: webhooks.sealingKeys,
      webhookUrls: webhooks,
      examiner: examinerOf(connection),
      uploadMaxBytes: config.UPLOAD_MAX_BYTES,
      operationRoom: watchOperationRoom(connection.db, config.OWNER_OPERATIONS),
      storageRoom: watchStorageRoom(connection.db, config.OWNER_STORED_BYTES),
      retention: retentionOf(config),
      typicalSeconds: rememberDurations(() => typicalDurations(connection.db)),
      finished: rememberFinished(hints),
      unready: readiness.unready,
    }
    const { fetch } = createApp(backend, implement(backend))
    const listener = await listen(
      wrapFetch(fetch),
      { port: config.PORT, host: config.HOST },
      { origin: links.origin, ...(options.patience ? { patience: options.patience } : {}) },
    )
    url = listener.url
    endings.push(async () => {
      readiness.stop()
      connections.close()
      limits.close()
      await Promise.all([live.close(), liveOwners.close(), listener.close()])
      await openStreams.close()
      await database.close()
    })
  }
  if (vendors) {
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
      rules,
      vendors,
    })
    endings.push(() => worker.drain(drainMs))
    const delivery = startDelivery({ connection, hints, log, links, ...webhooks })
    endings.push(() => delivery.stop(drainMs))
    const { RETENTION_TOMBSTONE_SECONDS: tombstoneSeconds, SWEEP_SECONDS: sweepSeconds } = config
    const sweep = startRetention({ db: connection.db, files, log }, { tombstoneSeconds, sweepSeconds })
    endings.push(() => sweep.stop())
  }

  const running = starting.move()
  return {
    url,
    developmentKey: key && { key: key.key.key, made: key.made },
    close: () => running.disposeAsync(),
  }
}

async function embedded({ DATA_DIR: dataDir }: Config, starting: AsyncDisposableStack): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir })
  starting.defer(() => postgres.stop())
  return postgres.url
}

/** The configured vendors; without any, sample ones, which stop after the worker that calls them. */
async function vendorsOf(
  config: Config,
  { connection, log }: { connection: Connection; log: Log },
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

function filesFolder({ FILES_URL: address, DATA_DIR: dataDir }: Config): string {
  const folder = address === undefined ? join(dataDir, 'files') : fileURLToPath(address)
  return isAbsolute(folder) ? folder : join(process.cwd(), folder)
}

/** The spec's rules of each type, with the periods that the configuration replaces. */
function rulesOf({ RETENTION_COMPLETED_SECONDS: completed, RETENTION_FAILED_SECONDS: failed }: Config): Rules {
  return withRetention(specRules, { completed, failed })
}

function retentionOf(config: Config): Retention {
  const rules: Partial<Record<string, Rule>> = rulesOf(config)
  // A type that only another version of the service knows is kept as long as those here.
  const longest = Math.max(...Object.values(rulesOf(config)).map(({ retentionSeconds }) => retentionSeconds.failed))
  return {
    failedSeconds: (type) => rules[type]?.retentionSeconds.failed ?? longest,
    tombstoneSeconds: config.RETENTION_TOMBSTONE_SECONDS,
    idempotencySeconds: config.RETENTION_IDEMPOTENCY_SECONDS,
    uploadSeconds: config.RETENTION_UPLOAD_SECONDS,
  }
}

const answerMs = 1000

/** Ready while the database answers within a second, and the service is not stopping. */
function watchReadiness({ sql }: Connection) {
  let stopping = false
  return {
    stop: () => {
      stopping = true
    },
    unready: async () => {
      if (stopping) return 'The service is stopping.'
      const late = AbortSignal.timeout(answerMs)
      const answered = sql`select 1`.then(
        () => true,
        () => false,
      )
      const silent = new Promise<boolean>((resolve) => late.addEventListener('abort', () => resolve(false)))
      return (await Promise.race([answered, silent])) ? undefined : 'The database does not answer.'
    },
  }
}

type Input = Readonly<Record<string, unknown>>

/** The part of a handler that looks at an input before anything is accepted. */
type Examining = {
  check?(context: CheckContext, input: Input): Fault[] | Promise<Fault[]>
  estimate?(context: CheckContext, input: Input): Promise<Estimate>
}

/** Lets the API, which may not know the handlers, ask them about an input. */
function examinerOf({ db, copyPool }: Pick<Connection, 'db' | 'copyPool'>) {
  // The schema of its submit has checked that the input is the type's own.
  const of = (type: OperationType) => handlers[type] as Examining
  return {
    check: async (type: OperationType, ownerId: string, input: Input) =>
      (await of(type).check?.({ ownerId, db, copyPool }, input)) ?? [],
    estimate: async (type: OperationType, ownerId: string, input: Input) =>
      (await of(type).estimate?.({ ownerId, db, copyPool }, input)) ?? {},
  }
}
