import type { Call } from '../contract/call.ts'
import type { WireOperation } from '../contract/present/operation.ts'
import { Problem } from '../contract/problem.ts'

/**
 * An operation now and after each change, for at most so many seconds. Ends early when it cannot be read any more, or when so many requests of its owner
 * are held that this one is not.
 */
export async function* changesOf(
  call: Call,
  operationId: string,
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): AsyncGenerator<WireOperation> {
  const untilMs = performance.now() + seconds * 1000
  let headers: Record<string, string> = {}
  for (;;) {
    const read = await call('getOperation', { operationId }, { headers, signal })
    if (read instanceof Problem || read.status === 304) return
    yield read.body as WireOperation
    const isHeld = headers.prefer === undefined || read.headers?.['Preference-Applied'] !== undefined
    const leftSeconds = Math.floor((untilMs - performance.now()) / 1000)
    if (!isHeld || leftSeconds < 1 || signal.aborted) return
    headers = { 'if-none-match': String(read.headers?.ETag), prefer: `wait=${leftSeconds}` }
  }
}
