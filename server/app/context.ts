import type { Links } from '../contract/links.ts'
import type { UrlRules } from '../contract/webhook-url.ts'
import type { Connection } from '../database/connection.ts'
import type { SealingKeys } from '../database/sealed.ts'
import type { LinkKeys } from '../files/link-keys.ts'
import type { FileStore } from '../files/store.ts'
import type { Notifier } from '../notifications/notifier.ts'
import type { Log } from '../telemetry/log.ts'

/** The resources that both roles of a process share. */
export type Shared = {
  connection: Connection
  notifications: Notifier
  files: FileStore
  log: Log
  links: Links
  linkKeys: LinkKeys
  /** Signs callback URLs. */
  callbackSecret: Uint8Array
  webhooks: UrlRules & { sealingKeys: SealingKeys; allowInsecure: boolean }
}
