/** Every status an operation can have, in the order of its life. */
export const statuses = [
  'PENDING',
  'RUNNING',
  'CANCELLING',
  'COMPLETED',
  'COMPLETED_WITH_ERRORS',
  'FAILED',
  'CANCELLED',
] as const

export type Status = (typeof statuses)[number]

/** Statuses that never change again: the operation's truth from then on. */
export const terminalStatuses = [
  'COMPLETED',
  'COMPLETED_WITH_ERRORS',
  'FAILED',
  'CANCELLED',
] as const satisfies readonly Status[]

export type TerminalStatus = (typeof terminalStatuses)[number]

export const activeStatuses = ['PENDING', 'RUNNING', 'CANCELLING'] as const satisfies readonly Status[]

export function isTerminal(status: Status): status is TerminalStatus {
  return (terminalStatuses as readonly Status[]).includes(status)
}

/**
 * Every way an operation may move. A step is a compare-and-set on (operation, attempt, status in `from`); nothing else in
 * the product writes `operations.status`. One that ends at `FAILED` or `CANCELLED` is refused while an undo is owed:
 * compensation comes first, and the statuses then stay what they are (`unwind…`) until everything is undone.
 */
export const transitions = {
  /** A worker takes it; the attempt (the fence) rises. */
  claim: { from: ['PENDING'], to: 'RUNNING' },
  finish: { from: ['RUNNING'], to: 'COMPLETED' },
  finishWithErrors: { from: ['RUNNING'], to: 'COMPLETED_WITH_ERRORS' },
  fail: { from: ['RUNNING'], to: 'FAILED' },
  /** A retryable error with attempts left; counts as a failure. */
  retry: { from: ['RUNNING'], to: 'PENDING' },
  /** Worker lost, or draining: runs again, and no failure is charged. */
  release: { from: ['RUNNING'], to: 'PENDING' },
  /** Its process died: charged only if it ran alone there; next it does. */
  crash: { from: ['RUNNING'], to: 'PENDING' },
  timeOut: { from: ['RUNNING'], to: 'FAILED' },
  expireInQueue: { from: ['PENDING'], to: 'FAILED' },
  /** It will fail, and finished steps are undone first; the intended end is stored. */
  unwind: { from: ['RUNNING'], to: 'RUNNING' },
  /** The same for one that waited too long for its next attempt. */
  unwindQueued: { from: ['PENDING'], to: 'PENDING' },
  cancelPending: { from: ['PENDING'], to: 'CANCELLED' },
  /** Cancelled between two attempts, with finished steps: waits for a worker to undo them. */
  cancelToUnwind: { from: ['PENDING'], to: 'CANCELLING' },
  requestCancel: { from: ['RUNNING'], to: 'CANCELLING' },
  /** The handler yielded, and its finished steps are being undone: the grace period does not end that. */
  unwindCancelled: { from: ['CANCELLING'], to: 'CANCELLING' },
  /** The worker is lost, draining, or its grace period over, while an undo is owed: waits for a worker. */
  releaseCancelled: { from: ['CANCELLING'], to: 'CANCELLING' },
  /** A worker takes it to undo its finished steps; the attempt rises. */
  claimCancelled: { from: ['CANCELLING'], to: 'CANCELLING' },
  /** The handler yielded, or its grace period is over, and nothing is left to undo. */
  cancel: { from: ['CANCELLING'], to: 'CANCELLED' },
  /** A step could not be undone: the only other end of an acknowledged cancel. */
  failToCancel: { from: ['CANCELLING'], to: 'FAILED' },
} as const satisfies Record<string, { from: readonly Status[]; to: Status }>

export type Step = keyof typeof transitions

/** Whether `step` may be taken by an operation that is in `status`. */
export function allows(step: Step, status: Status): boolean {
  return (transitions[step].from as readonly Status[]).includes(status)
}
