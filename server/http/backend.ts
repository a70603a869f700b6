import type { OperationType } from '../../generated/operations.ts'
import type { Keyring } from '../auth/keys.ts'
import type { Limits } from '../auth/limits.ts'
import type { OpenStreams } from '../auth/open-streams.ts'
import type { Links } from '../contract/links.ts'
import type { PageTokens } from '../contract/page-token.ts'
import type { ProblemPlace } from '../contract/problem.ts'
import type { UrlRules } from '../contract/webhook-url.ts'
import type { Db } from '../database/db.ts'
import type { Hints } from '../database/hints.ts'
import type { OperationRoom } from '../database/operation-room.ts'
import type { SealingKeys } from '../database/sealed.ts'
import type { StorageRoom } from '../database/storage-room.ts'
import type { LinkKeys } from '../files/link-keys.ts'
import type { FileStore } from '../files/store.ts'
import type { Retention } from '../lifecycle/retention.ts'
import type { Connections } from '../live/connections.ts'
import type { Live } from '../live/live.ts'
import type { LiveOwners } from '../live/owners.ts'
import type { Log } from '../telemetry/log.ts'
import type { Trusts } from './client-address.ts'
import type { TypicalSeconds } from './durations.ts'
import type { FinishedOperations } from './finished.ts'

/** What a submit would cost. */
export type Estimate = { rows?: number; seconds?: number }

/** What only an operation type's own code can tell of an input. */
export type Examiner = {
  /** The places that break a rule which the schema cannot express, each with how to mend it; before every submit. */
  check(type: OperationType, ownerId: string, input: Readonly<Record<string, unknown>>): Promise<ProblemPlace[]>
  /** For `validateOnly`. */
  estimate(type: OperationType, ownerId: string, input: Readonly<Record<string, unknown>>): Promise<Estimate>
}

/** What the endpoints work with. */
export type Backend = {
  db: Db
  hints: Pick<Hints, 'tell'>
  live: Pick<Live, 'follow' | 'changed' | 'ended'>
  liveOwners: Pick<LiveOwners, 'follow'>
  connections: Pick<Connections, 'add'>
  files: FileStore
  log: Log
  keyring: Keyring
  limits: Pick<Limits, 'admit'>
  openStreams: Pick<OpenStreams, 'open'>
  links: Links
  /** Of pages elsewhere that may ask, and open a WebSocket. */
  origins: ReadonlySet<string>
  /** The proxies whose word on the client counts; undefined: none. */
  trusts: Trusts | undefined
  pageTokens: PageTokens
  /** What verifies signed links to files. */
  linkKeys: Pick<LinkKeys, 'verify'>
  /** For the secrets of webhooks. */
  sealingKeys: SealingKeys
  /** Which URLs a webhook may have. */
  webhookUrls: UrlRules
  examiner: Examiner
  uploadMaxBytes: number
  operationRoom: OperationRoom
  storageRoom: StorageRoom
  retention: Retention
  typicalSeconds: TypicalSeconds
  finished: FinishedOperations
  /** Undefined while the service can serve; otherwise why not. */
  unready(): Promise<string | undefined>
}
