import { CommanderError } from 'commander'
import { LongrunProblem, OperationCancelled, OperationFailed, ResultTimeout } from '../errors.ts'

/** How the command line ends. `docs` and `--help` state the same list. */
export const exitCodes = { done: 0, error: 1, usage: 2, timedOut: 3, credentials: 4, failed: 5, cancelled: 6 } as const

/** The arguments or the configuration are wrong. */
export class UsageError extends Error {}

/** There is no API key, or none for this profile. */
export class CredentialError extends Error {}

export function exitCodeOf(error: unknown): number {
  // Help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  if (error instanceof UsageError) return exitCodes.usage
  if (error instanceof CredentialError) return exitCodes.credentials
  if (error instanceof LongrunProblem)
    return [401, 403].includes(error.status) ? exitCodes.credentials : exitCodes.error
  if (error instanceof ResultTimeout || (error instanceof Error && error.name === 'TimeoutError'))
    return exitCodes.timedOut
  if (error instanceof OperationFailed) return exitCodes.failed
  if (error instanceof OperationCancelled) return exitCodes.cancelled
  return exitCodes.error
}

/** The most serious of several: a failure, then a cancel, then a timeout. */
export function worstOf(codes: readonly number[]): number {
  const order = [exitCodes.credentials, exitCodes.error, exitCodes.failed, exitCodes.cancelled, exitCodes.timedOut]
  return order.find((code) => codes.includes(code)) ?? exitCodes.done
}
