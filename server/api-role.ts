import { openDatabaseKeys } from './auth/database-keys.ts'
import { createKeyring, type Key } from './auth/keys.ts'
import { createLimits } from './auth/limits.ts'
import { countStreams } from './auth/open-streams.ts'
import type { TokenRules } from './auth/token-rules.ts'
import type { Config } from './config.ts'
import { createPageTokens } from './contract/page-token.ts'
import { typicalDurations } from './database/durations.ts'
import { watchOperationRoom } from './database/operation-room.ts'
import { secret } from './database/secrets.ts'
import { watchStorageRoom } from './database/storage-room.ts'
import { examinerOf } from './examiner.ts'
import { createApp } from './http/app.ts'
import { trusting } from './http/client-address.ts'
import { rememberDurations } from './http/durations.ts'
import { rememberFinished } from './http/finished.ts'
import { implement } from './http/implementation.ts'
import { type Fetch, listen } from './http/listen.ts'
import type { Patience } from './http/patience.ts'
import { watchConnections } from './live/connections.ts'
import { openLive } from './live/live.ts'
import { openLiveOwners } from './live/owners.ts'
import { watchReadiness } from './readiness.ts'
import { retentionOf } from './retention-rules.ts'
import type { Shared } from './shared.ts'
import { limitsTroubled } from './telemetry/events.ts'

export type ApiOptions = {
  /** Those of the environment, or the development key. */
  keys: readonly Key[]
  issuer: TokenRules | undefined
  wrapFetch?: ((fetch: Fetch) => Fetch) | undefined
  patience?: Patience | undefined
}

/** Starts the role `api`: when it resolves the API listens at `url`. */
export async function startApi(
  config: Config,
  { connection, hints, files, log, links, linkKeys, webhooks }: Shared,
  { keys, issuer, wrapFetch = (fetch) => fetch, patience }: ApiOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const readiness = watchReadiness(connection)
  const database = openDatabaseKeys(connection.db)
  // Most services have no issuer, and start faster without what verifies tokens.
  const tokens = issuer && (await import('./auth/tokens.ts')).createTokens(issuer)
  const keyring = createKeyring(keys, { database, tokens })
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
    { origin: links.origin, ...(patience ? { patience } : {}) },
  )
  return {
    url: listener.url,
    async close() {
      readiness.stop()
      connections.close()
      limits.close()
      await Promise.all([live.close(), liveOwners.close(), listener.close()])
      await openStreams.close()
      await database.close()
    },
  }
}
