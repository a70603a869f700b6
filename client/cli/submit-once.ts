import { LongrunProblem } from '../errors.ts'
import type { Output } from './output.ts'

/** Described in the help of each command that submits or creates. */
export const idempotencyKeyOption = [
  '--idempotency-key <key>',
  'repeating the command with the same key submits once',
] as const

/**
 * Sends a request with an idempotency key, by default a random one. If it is unknown whether the service received the request, a note says how to
 * repeat the command without submitting twice.
 */
export async function submitOnce<T>(
  { note }: Pick<Output, 'note'>,
  given: string | undefined,
  send: (idempotencyKey: string) => Promise<T>,
): Promise<T> {
  const key = given ?? crypto.randomUUID()
  try {
    return await send(key)
  } catch (error) {
    const isAnswered = error instanceof LongrunProblem && error.status < 500
    if (!isAnswered)
      note(`It may have been submitted. Repeat the command with --idempotency-key ${key} to submit it once.`)
    throw error
  }
}
