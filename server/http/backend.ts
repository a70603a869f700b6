import type { OperationType } from '../../generated/operations.ts'
import type { Keyring } from '../auth/credential.ts'
import type { Links } from '../contract/links.ts'
import type { PageTokens } from '../contract/page-token.ts'
import type { Violation } from '../contract/problem.ts'
import type { UrlRules } from '../contract/webhook-url.ts'
import type { Db } from '../database/db.ts'
import type { SealingKeys } from '../database/sealed.ts'
import type { Retention } from '../domain/retention.ts'
import type { LinkKeys } from '../files/link-keys.ts'
import type { FileStore } from '../files/store.ts'
import type { Notifier } from '../notifications/notifier.ts'
import type { AddressLimits } from '../quotas/address-limits.ts'
import type { BatchQuota } from '../quotas/batches.ts'
import type { OpenStreams } from '../quotas/open-streams.ts'
import type { OperationQuota } from '../quotas/operations.ts'
import type { Limits } from '../quotas/rate-limits.ts'
import type { StorageQuota } from '../quotas/stored-bytes.ts'
import type { TargetQuota } from '../quotas/webhook-targets.ts'
import type { BatchFeed } from '../streaming/batch-feed.ts'
import type { Connections } from '../streaming/connections.ts'
import type { History } from '../streaming/history.ts'
import type { OperationFeed } from '../streaming/operation-feed.ts'
import type { OwnerFeed } from '../streaming/owner-feed.ts'
import type { Log } from '../telemetry/log.ts'
import type { Gate } from './policy/gate.ts'
import type { Trusts } from './request/client-address.ts'
import type { HeldRequests } from './request/prefer.ts'
import type { ConsoleFiles } from './resources/console-files.ts'
import type { Documentation } from './resources/documentation.ts'
import type { TypicalSeconds } from './response/durations.ts'
import type { FinishedOperations } from './response/finished-cache.ts'

/** What a submit would process. */
export type Estimate = { rows?: number | undefined; seconds?: number }

/** Checks of an input by the code of its operation type. */
export type InputChecks = {
  /** Whether operations of this type have such rules, and the check may look at data. */
  checks(type: OperationType): boolean
  /** The violations of rules that the schema cannot express. Called before every submit. */
  check(
    type: OperationType,
    /** `waits`: it starts after others, which may create the data that it needs. */
    at: { ownerId: string; waits: boolean },
    input: Readonly<Record<string, unknown>>,
  ): Promise<Violation[]>
  /** For `validateOnly`. */
  estimate(type: OperationType, ownerId: string, input: Readonly<Record<string, unknown>>): Promise<Estimate>
}

/** What the endpoints depend on. */
export type Backend = {
  db: Db
  notifications: Pick<Notifier, 'notify' | 'wake'>
  operationFeed: Pick<OperationFeed, 'subscribe' | 'changed' | 'ended'>
  batchFeed: Pick<BatchFeed, 'read'>
  ownerFeed: Pick<OwnerFeed, 'subscribe'>
  history: Pick<History, 'turn'>
  connections: Pick<Connections, 'add'>
  /** Requests with `Prefer: wait`. */
  heldRequests: HeldRequests
  files: FileStore
  log: Log
  keyring: Keyring
  limits: Pick<Limits, 'admit' | 'admitMore'>
  gate: Gate
  /** Of requests without a valid credential. */
  addressLimits: AddressLimits
  openStreams: Pick<OpenStreams, 'open'>
  links: Links
  /** The issuer of tokens, to which clients of MCP are led; undefined if tokens are not accepted. */
  issuer: string | undefined
  documentation: Documentation
  consoleFiles: ConsoleFiles
  /** Other origins whose pages may send requests and open a WebSocket. */
  origins: ReadonlySet<string>
  /** The proxies whose `X-Forwarded-` headers are trusted; undefined: none. */
  trusts: Trusts | undefined
  pageTokens: PageTokens
  /** Verifies signed links to files. */
  linkKeys: Pick<LinkKeys, 'verify' | 'isMintedFor'>
  /** Verifies the tokens of callback URLs. */
  callbackSecret: Uint8Array
  /** Encrypts the secrets of webhooks. */
  sealingKeys: SealingKeys
  /** The URLs that a webhook may have. */
  webhookUrls: UrlRules
  inputChecks: InputChecks
  uploadMaxBytes: number
  /** Uploads of one owner that may be in progress at once. */
  ownerUploads: number
  /** Schedules of one owner. */
  ownerSchedules: number
  /** The shortest time between two due times of a schedule. */
  scheduleMinSeconds: number
  /** A worker that has not renewed its lease for so long has lost it. */
  leaseSeconds: number
  operationQuota: OperationQuota
  storageQuota: StorageQuota
  /** The origins that the webhooks of an owner's operations may have at once. */
  batchQuota: BatchQuota
  targetQuota: TargetQuota
  retention: Retention
  typicalSeconds: TypicalSeconds
  finished: FinishedOperations
  /** Why the service is not ready; undefined if it is. */
  unready(): Promise<string | undefined>
}
