/**
 * Values of a vendor's field that trigger a test behaviour, like the test card numbers of payment sandboxes. Other values are normal input. The
 * contract (`deliverOrder`, `screenCandidate`) and docs/vendors.md list them for callers.
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
  // Of the vendors of a screening.
  'test_review',
  'test_adverse',
  'test_callback',
  'test_callback_twice',
  'test_callback_early',
  'test_slow',
  'test_no_callback',
] as const

export type Behaviour = (typeof behaviours)[number]

export function behaviourOf(value: unknown): Behaviour | undefined {
  return behaviours.find((behaviour) => behaviour === value)
}

/** The number of first tries for which a flaky vendor responds 503. */
export const flakyTries = 2

/** When a vendor of a screening calls back, and when a slow one does. */
export const callbackMs = 1000
export const slowCallbackMs = 20_000

/** Longer than a reasonable timeout of one call. */
export const lateMs = 7000

/** The `Retry-After` of a 503, in seconds. */
export const retryAfterSeconds = 1
