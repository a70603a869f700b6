import type { Links } from './contract/links.ts'
import type { UrlRules } from './contract/webhook-url.ts'
import type { Connection } from './database/connect.ts'
import type { Hints } from './database/hints.ts'
import type { SealingKeys } from './database/sealed.ts'
import type { LinkKeys } from './files/link-keys.ts'
import type { FileStore } from './files/store.ts'
import type { Log } from './telemetry/log.ts'

/** What both roles of a process work with. */
export type Shared = {
  connection: Connection
  hints: Hints
  files: FileStore
  log: Log
  links: Links
  linkKeys: LinkKeys
  webhooks: UrlRules & { sealingKeys: SealingKeys; allowInsecure: boolean }
}
