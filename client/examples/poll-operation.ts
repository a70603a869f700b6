import { setTimeout as sleep } from 'node:timers/promises'
import { readOperation, resultOf, type Service } from './service.ts'

/**
 * Simple polling with plain `fetch`: polls at a fixed interval, but never earlier than `Retry-After`, until the operation
 * has ended, and returns its result. Throws when the operation failed or was cancelled, and after `maxAttempts` (by default
 * 60 × 5 s = 5 minutes); the operation then continues.
 */
export async function pollOperation<Result>(
  service: Service,
  operationId: string,
  { intervalMs = 5000, maxAttempts = 60 } = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const { operation, askAgainMs } = await readOperation<Result>(service, `/api/v1/operations/${operationId}`)
    if (operation.done) return resultOf(operation)
    if (attempt === maxAttempts) throw new Error(`${operationId} had not ended after ${attempt} readings`)
    await sleep(Math.max(intervalMs, askAgainMs))
  }
}
