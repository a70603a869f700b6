import { startApi } from './api-role.ts'
import { developmentKey } from './auth/development-key.ts'
import { type Config, tokenRules } from './config.ts'
import { createLinks } from './contract/links.ts'
import { nameServers, systemNames } from './contract/webhook-url.ts'
import { connect } from './database/connect.ts'
import { startEmbeddedPostgres } from './database/embedded.ts'
import { openHints } from './database/hints.ts'
import { readLinkKeys } from './database/link-keys.ts'
import { migrate } from './database/migrate.ts'
import { sealingKeys } from './database/sealed.ts'
import { openLinkKeys } from './files/link-keys.ts'
import { diskStore } from './files/store.ts'
import { filesFolder } from './files-folder.ts'
import type { Fetch } from './http/listen.ts'
import type { Patience } from './http/patience.ts'
import { loadSample } from './sample.ts'
import { hintsTroubled } from './telemetry/events.ts'
import { createLog, type Log } from './telemetry/log.ts'
import { startWork, vendorsOf } from './worker-role.ts'

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

/** Starts everything that the configuration asks for; when it resolves the service serves. Leaves nothing running when it fails. */
export async function startService(config: Config, options: ServiceOptions = {}): Promise<Service> {
  const log = options.log ?? createLog(config.LOG_LEVEL)
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

  const endings: (() => Promise<unknown>)[] = []
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
  const shared = { connection, hints, files, log, links, linkKeys, webhooks }
  const { wrapFetch, patience } = options
  const keys = key ? [key.key] : config.API_KEYS
  const api = config.ROLES.includes('api')
    ? await startApi(config, shared, { keys, issuer, wrapFetch, patience })
    : undefined
  if (api) endings.push(api.close)
  if (vendors) endings.push(startWork(config, shared, vendors).close)

  const running = starting.move()
  return {
    url: api?.url,
    developmentKey: key && { key: key.key.key, made: key.made },
    close: () => running.disposeAsync(),
  }
}

async function embedded({ DATA_DIR: dataDir }: Config, starting: AsyncDisposableStack): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir })
  starting.defer(() => postgres.stop())
  return postgres.url
}
