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
 * Every way an operation may move. A step is a compare-and-set on (operation, attempt, status in `from`);
 * nothing else in the product writes `operations.status`.
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
  timeOut: { from: ['RUNNING'], to: 'FAILED' },
  expireInQueue: { from: ['PENDING'], to: 'FAILED' },
  cancelPending: { from: ['PENDING'], to: 'CANCELLED' },
  requestCancel: { from: ['RUNNING'], to: 'CANCELLING' },
  /** The handler yielded, or its grace period is over. */
  cancel: { from: ['CANCELLING'], to: 'CANCELLED' },
} as const satisfies Record<string, { from: readonly Status[]; to: Status }>

export type Step = keyof typeof transitions

/** Whether `step` may be taken by an operation that is in `status`. */
export function allows(step: Step, status: Status): boolean {
  return (transitions[step].from as readonly Status[]).includes(status)
}
