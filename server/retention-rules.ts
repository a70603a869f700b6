import type { Config } from './config.ts'
import { type Rule, type Rules, specRules } from './engine/rules.ts'
import { type Retention, withRetention } from './lifecycle/retention.ts'

/** The spec's rules of each type, with the periods that the configuration replaces. */
export function rulesOf({ RETENTION_COMPLETED_SECONDS: completed, RETENTION_FAILED_SECONDS: failed }: Config): Rules {
  return withRetention(specRules, { completed, failed })
}

/** How long what the API makes and answers is kept. */
export function retentionOf(config: Config): Retention {
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
