/**
 * What a sample vendor plays when a request carries one of these values in its vendor's field, as payment sandboxes do with
 * card numbers. Every other value is taken as it is. The contract (`deliverOrder`) and docs/vendors.md list them for callers.
 */
export const behaviours = [
  'test_declined',
  'test_unavailable',
  'test_flaky',
  'test_hang',
  'test_late',
  'test_twice',
  'test_undo_flaky',
  'test_undo_unavailable',
] as const

export type Behaviour = (typeof behaviours)[number]

export function behaviourOf(value: unknown): Behaviour | undefined {
  return behaviours.find((behaviour) => behaviour === value)
}

/** Tries that a flaky vendor answers 503. */
export const flakyTries = 2

/** Longer than a caller of good sense waits for one call. */
export const lateMs = 7000

/** Seconds after which a 503 is worth another try. */
export const retryAfterSeconds = 1
