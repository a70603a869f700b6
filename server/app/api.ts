import { createKeyring, type Key } from '../auth/credential.ts'
import { openDatabaseKeys } from '../auth/database-keys.ts'
import type { TokenRules } from '../auth/token-rules.ts'
import { createPageTokens } from '../contract/page-token.ts'
import { batchedFindBatch } from '../database/batches/read.ts'
import { typicalDurations } from '../database/operations/durations.ts'
import { watchReadiness } from '../database/readiness.ts'
import { secret } from '../database/secrets.ts'
import { createApp } from '../http/app.ts'
import { openGate } from '../http/policy/gate.ts'
import { plainAddress, trusting } from '../http/request/client-address.ts'
import { countHeldRequests } from '../http/request/prefer.ts'
import { loadConsole } from '../http/resources/console-files.ts'
import { loadDocumentation } from '../http/resources/documentation.ts'
import { implement } from '../http/resources/index.ts'
import { createDurationCache } from '../http/response/durations.ts'
import { createFinishedCache } from '../http/response/finished-cache.ts'
import { type Fetch, listen } from '../http/server.ts'
import type { Timeouts } from '../http/timeouts.ts'
import { createAddressLimits } from '../quotas/address-limits.ts'
import { watchBatchQuota } from '../quotas/batches.ts'
import { countStreams } from '../quotas/open-streams.ts'
import { openOperationQuota } from '../quotas/operations.ts'
import { createLimits } from '../quotas/rate-limits.ts'
import { openStorageQuota } from '../quotas/stored-bytes.ts'
import { watchTargetQuota } from '../quotas/webhook-targets.ts'
import { openBatchFeed } from '../streaming/batch-feed.ts'
import { watchConnections } from '../streaming/connections.ts'
import { createHistory } from '../streaming/history.ts'
import { openOperationFeed } from '../streaming/operation-feed.ts'
import { openOwnerFeed } from '../streaming/owner-feed.ts'
import { connectionsRefused, limitsError } from '../telemetry/events.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { type Config, storageQuota } from './config.ts'
import type { Shared } from './context.ts'
import { inputChecksOf } from './input-checks.ts'
import { withSharedMetrics } from './metrics.ts'
import { retentionOf } from './retention-rules.ts'

export type ApiOptions = {
  /** The API keys of the environment, or the development key. */
  keys: readonly Key[]
  issuer: TokenRules | undefined
  /** Connections for queries, which owners share. */
  queryConnections: number
  metrics?: Metrics | undefined
  wrapFetch?: ((fetch: Fetch) => Fetch) | undefined
  timeouts?: Timeouts | undefined
}

/** Starts the role `api`. When the promise resolves, the API listens at `url`. */
export async function startApi(
  config: Config,
  { connection, notifications, files, log, links, linkKeys, callbackSecret, webhooks }: Shared,
  { keys, issuer, queryConnections, metrics, wrapFetch = (fetch) => fetch, timeouts }: ApiOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const readiness = watchReadiness(connection)
  const database = openDatabaseKeys(connection.db)
  // Loaded only with an issuer, because the import delays the start.
  const tokens = issuer && (await import('../auth/tokens.ts')).createTokens(issuer)
  const keyring = createKeyring(keys, { database, tokens })
  const history = createHistory()
  const operationFeed = openOperationFeed({ db: connection.db, notifications, log, history })
  const batchFeed = openBatchFeed({ find: batchedFindBatch(connection.db), notifications, log })
  const ownerFeed = openOwnerFeed({ db: connection.db, notifications, log, history })
  const connections = watchConnections({ recall: keyring.recall, log })
  const onError = (cause: unknown) => limitsError(log, cause)
  const most = {
    credential: { submits: config.LIMIT_SUBMITS, reads: config.LIMIT_READS, uploads: config.LIMIT_UPLOADS },
    owner: {
      submits: config.LIMIT_OWNER_SUBMITS,
      reads: config.LIMIT_OWNER_READS,
      uploads: config.LIMIT_OWNER_UPLOADS,
    },
  }
  const limits = createLimits(connection.countPool, { most, onError })
  const streams = { credential: config.LIMIT_STREAMS, owner: config.LIMIT_OWNER_STREAMS }
  const openStreams = countStreams(connection.db, { limits: streams, onError })
  const addressLimits = createAddressLimits({
    requests: config.LIMIT_ANONYMOUS,
    links: config.LIMIT_ANONYMOUS,
    preflights: config.LIMIT_READS,
  })
  const trusts = config.TRUSTED_PROXIES.length > 0 ? trusting(config.TRUSTED_PROXIES) : undefined
  const backend = {
    db: connection.db,
    notifications,
    files,
    log,
    operationFeed,
    batchFeed,
    ownerFeed,
    history,
    connections,
    heldRequests: countHeldRequests(),
    keyring,
    limits,
    gate: openGate({ poolSize: queryConnections }),
    addressLimits,
    openStreams,
    links,
    issuer: issuer?.issuer,
    documentation: await loadDocumentation(),
    consoleFiles: await loadConsole(),
    origins: new Set(config.CORS_ORIGINS),
    trusts,
    pageTokens: createPageTokens(await secret(connection.db, 'page-tokens')),
    linkKeys,
    callbackSecret,
    sealingKeys: webhooks.sealingKeys,
    webhookUrls: webhooks,
    inputChecks: inputChecksOf(connection),
    uploadMaxBytes: config.UPLOAD_MAX_BYTES,
    ownerUploads: config.OWNER_UPLOADS,
    ownerSchedules: config.OWNER_SCHEDULES,
    scheduleMinSeconds: config.SCHEDULE_MIN_SECONDS,
    leaseSeconds: config.LEASE_SECONDS,
    operationQuota: openOperationQuota(connection.db, config.OWNER_OPERATIONS),
    batchQuota: watchBatchQuota(connection.db, config.OWNER_BATCHES),
    storageQuota: openStorageQuota(connection.db, storageQuota(config)),
    targetQuota: watchTargetQuota(connection.db, config.OWNER_WEBHOOK_TARGETS),
    retention: retentionOf(config),
    typicalSeconds: createDurationCache(() => typicalDurations(connection.db)),
    finished: createFinishedCache(notifications, linkKeys),
    unready: readiness.unready,
  }
  const app = createApp(backend, implement(backend))
  // Opens the connection that counts requests: the first ones would wait for it, and then be admitted without being counted.
  await readiness.unready()
  const listener = await listen(
    withSharedMetrics(config, metrics, wrapFetch(app.fetch), { addressLimits, trusts, origin: links.origin }),
    { port: config.PORT, host: config.HOST },
    {
      origin: links.origin,
      ...(timeouts ? { timeouts } : {}),
      connections: {
        total: config.LIMIT_CONNECTIONS,
        perAddress: config.LIMIT_ADDRESS_CONNECTIONS,
        trusts,
        onRefused: (refused) => connectionsRefused(log, refused),
      },
      // A trusted proxy forwards the requests of many clients.
      admitUnreadable(peer) {
        const address = plainAddress(peer)
        return trusts?.(address) || addressLimits.admit(address, 'requests') === undefined
      },
    },
  )
  return {
    url: listener.url,
    async close() {
      readiness.stop()
      limits.close()
      const feeds = [operationFeed, batchFeed, ownerFeed]
      await Promise.all([connections, ...feeds, listener].map((one) => one.close()))
      await Promise.all([history.close(), openStreams.close()])
      await database.close()
    },
  }
}
