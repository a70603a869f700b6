import { setTimeout as sleep } from 'node:timers/promises'
import { type Operation, readOperation, type Service } from './service.ts'

/**
 * Polling with exponential backoff: 1 s doubling to 30 s, with 20 % jitter so that many clients do not poll at the same
 * moment, but never earlier than `Retry-After`. Returns the finished operation, whatever its status; throws after
 * `maxAttempts`.
 */
export async function pollWithBackoff<Result>(
  service: Service,
  operationId: string,
  { firstDelayMs = 1000, maxDelayMs = 30_000, maxAttempts = 20 } = {},
): Promise<Operation<Result>> {
  let delayMs = firstDelayMs
  for (let attempt = 1; ; attempt++) {
    const { operation, askAgainMs } = await readOperation<Result>(service, `/api/v1/operations/${operationId}`)
    if (operation.done) return operation
    if (attempt === maxAttempts) throw new Error(`${operationId} had not ended after ${attempt} readings`)
    await sleep(Math.max(delayMs * (0.8 + 0.2 * Math.random()), askAgainMs))
    delayMs = Math.min(delayMs * 2, maxDelayMs)
  }
}
