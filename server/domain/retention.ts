/** Retention periods in seconds. Completed operations use `retentionSeconds` of their type. */
export type Retention = {
  /** An operation of `type` that failed or was cancelled, from its end. */
  failedSeconds(type: string): number
  /** A tombstone, from the expiry of the operation. Until then the operation's id responds with 410. */
  tombstoneSeconds: number
  /** An idempotency key, from its submit. */
  idempotencySeconds: number
  /** An upload that no active operation uses. */
  uploadSeconds: number
}

type Kept = { readonly completed: number; readonly failed: number }

/** `rules` with the given periods of `kept` instead of those of each type. */
export function withRetention<R extends Record<keyof R, { readonly retentionSeconds: Kept }>>(
  rules: R,
  kept: { readonly [P in keyof Kept]?: number | undefined },
): R {
  const replaced = (rule: { readonly retentionSeconds: Kept }) => {
    const { completed = rule.retentionSeconds.completed, failed = rule.retentionSeconds.failed } = kept
    return { ...rule, retentionSeconds: { completed, failed } }
  }
  const types = Object.keys(rules) as (keyof R)[]
  return Object.fromEntries(types.map((type) => [type, replaced(rules[type])])) as R
}
