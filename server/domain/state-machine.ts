/** The statuses of an operation, in the order of its life cycle. */
export const statuses = [
  'PENDING',
  'RUNNING',
  'WAITING',
  'CANCELLING',
  'COMPLETED',
  'COMPLETED_WITH_ERRORS',
  'FAILED',
  'CANCELLED',
] as const

export type Status = (typeof statuses)[number]

/** Statuses that never change again. */
export const terminalStatuses = [
  'COMPLETED',
  'COMPLETED_WITH_ERRORS',
  'FAILED',
  'CANCELLED',
] as const satisfies readonly Status[]

export type TerminalStatus = (typeof terminalStatuses)[number]

export const activeStatuses = ['PENDING', 'RUNNING', 'WAITING', 'CANCELLING'] as const satisfies readonly Status[]

export function isTerminal(status: Status): status is TerminalStatus {
  return (terminalStatuses as readonly Status[]).includes(status)
}

/**
 * All changes of an operation's status. A transition is a compare-and-set on (operation, attempt, status in `from`); nothing else writes
 * `operations.status`. Transitions to `FAILED` and `CANCELLED` are refused while steps must be compensated: until then the status stays as
 * it is (`compensate…`).
 */
export const transitions = {
  /** A worker starts an attempt. The attempt number, which is the fencing token, is incremented. */
  claim: { from: ['PENDING'], to: 'RUNNING' },
  finish: { from: ['RUNNING'], to: 'COMPLETED' },
  finishWithErrors: { from: ['RUNNING'], to: 'COMPLETED_WITH_ERRORS' },
  fail: { from: ['RUNNING'], to: 'FAILED' },
  /** A retryable error with attempts left; counts as a failure. */
  retry: { from: ['RUNNING'], to: 'PENDING' },
  /** Lost or draining worker, or an outage of the database; no failure is charged. */
  release: { from: ['RUNNING'], to: 'PENDING' },
  /** Its executor exited: charged only if it ran no other operation. It runs alone next. */
  crash: { from: ['RUNNING'], to: 'PENDING' },
  /** The handler awaits a timer, a callback or an input. Refused if a wait was completed since the handler began to await it. */
  wait: { from: ['RUNNING'], to: 'WAITING' },
  /** A wait is over or has expired: the handler runs again. */
  resume: { from: ['WAITING'], to: 'PENDING' },
  timeOut: { from: ['RUNNING'], to: 'FAILED' },
  expireInQueue: { from: ['PENDING'], to: 'FAILED' },
  /** The operation is to fail; its steps are compensated first. The intended failure is stored. */
  compensate: { from: ['RUNNING'], to: 'RUNNING' },
  /** The same after the queue timeout between two attempts. */
  compensateQueued: { from: ['PENDING'], to: 'PENDING' },
  /** A dependency did not complete. */
  failDependent: { from: ['PENDING'], to: 'FAILED' },
  /** Nothing has to be stopped or compensated. */
  cancelPending: { from: ['PENDING', 'WAITING'], to: 'CANCELLED' },
  /** Cancelled between two attempts: waits for a worker to compensate its steps. */
  cancelToCompensate: { from: ['PENDING', 'WAITING'], to: 'CANCELLING' },
  requestCancel: { from: ['RUNNING'], to: 'CANCELLING' },
  /** The handler has stopped and its steps are being compensated: the grace period no longer applies. */
  compensateCancelled: { from: ['CANCELLING'], to: 'CANCELLING' },
  /** Lost or draining worker, or expired grace period: waits for a worker to compensate its steps. */
  releaseCancelled: { from: ['CANCELLING'], to: 'CANCELLING' },
  /** A worker starts an attempt to compensate its steps. The attempt number is incremented. */
  claimCancelled: { from: ['CANCELLING'], to: 'CANCELLING' },
  /** The handler has stopped, or its grace period has expired; no step is left to compensate. */
  cancel: { from: ['CANCELLING'], to: 'CANCELLED' },
  /** A step could not be compensated: the only other outcome of an acknowledged cancel. */
  failToCancel: { from: ['CANCELLING'], to: 'FAILED' },
} as const satisfies Record<string, { from: readonly Status[]; to: Status }>

export type Transition = keyof typeof transitions

/** Whether the transition is allowed for an operation in `status`. */
export function allows(name: Transition, status: Status): boolean {
  return (transitions[name].from as readonly Status[]).includes(status)
}
