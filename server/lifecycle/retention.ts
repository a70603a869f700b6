/** How long things are kept, in seconds; the operations themselves by `retentionSeconds` of their type. */
export type Retention = {
  /** The record of an operation of `type` that failed or was cancelled, from its end. */
  failedSeconds(type: string): number
  /** What is left of an operation that has gone, from its expiry: meanwhile its id answers 410. */
  tombstoneSeconds: number
  /** An idempotency key, from its submit. */
  idempotencySeconds: number
  /** An upload that no operation uses. */
  uploadSeconds: number
}

type Kept = { readonly completed: number; readonly failed: number }

/** `rules` with the periods of `kept` in place of each type's own, as far as they are given. */
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
