import { type Retention, withRetention } from '../domain/retention.ts'
import { type Rule, type Rules, specRules } from '../engine/rules.ts'
import type { Config } from './config.ts'

/** The contract's rules of each type, with the periods of the configuration. */
export function rulesOf({ RETENTION_COMPLETED_SECONDS: completed, RETENTION_FAILED_SECONDS: failed }: Config): Rules {
  return withRetention(specRules, { completed, failed })
}

/** How long the API keeps operations, tombstones, idempotency keys and uploads. */
export function retentionOf(config: Config): Retention {
  const rules: Partial<Record<string, Rule>> = rulesOf(config)
  // An unknown type belongs to another version of the service.
  const longest = Math.max(...Object.values(rulesOf(config)).map(({ retentionSeconds }) => retentionSeconds.failed))
  return {
    failedSeconds: (type) => rules[type]?.retentionSeconds.failed ?? longest,
    tombstoneSeconds: config.RETENTION_TOMBSTONE_SECONDS,
    idempotencySeconds: config.RETENTION_IDEMPOTENCY_SECONDS,
    uploadSeconds: config.RETENTION_UPLOAD_SECONDS,
  }
}
