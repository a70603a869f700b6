import { Interruption, OperationError, type ParallelOptions } from '../../../handlers/define.ts'
import { isOutage } from '../../attempt/outcome.ts'
import { serializeError } from '../protocol.ts'

export type ParallelCall = ParallelOptions & { settle?: boolean }

/** Why the call of `context.parallel` is wrong; undefined when it is correct. */
export function misuse(names: readonly string[], { limit = 1 }: ParallelCall): string | undefined {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) return `context.parallel got the step ${twice} twice: name each step once`
  return limit >= 1 ? undefined : `context.parallel got the limit ${limit}: use a number of at least 1`
}

/**
 * Runs `run` for each name, in this order, at most `limit` at the same time. Settles only when everything that was started has ended, so that
 * nothing runs on beside the compensation.
 */
export async function runTogether(
  names: readonly string[],
  { limit = names.length, settle = false }: ParallelCall,
  signal: AbortSignal,
  run: (name: string) => Promise<unknown>,
): Promise<unknown[]> {
  const values: unknown[] = []
  const outcomes: PromiseSettledResult<unknown>[] = []
  const failures: unknown[] = []
  const waiting = names.entries()

  async function runNext() {
    for (const [index, name] of waiting) {
      if (signal.aborted || failures.length > 0) return
      try {
        const value = await run(name)
        values[index] = value
        outcomes[index] = { status: 'fulfilled', value }
      } catch (reason) {
        outcomes[index] = { status: 'rejected', reason }
        if (!settle || endsAttempt(reason)) failures.push(reason)
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(limit, names.length) }, runNext))
  signal.throwIfAborted()
  if (failures.length > 0) throw decisive(failures)
  return settle ? outcomes : values
}

/** An interruption, or an outage of the service's own database or storage: it says nothing about the step. */
export function endsAttempt(reason: unknown): boolean {
  return reason instanceof Interruption || isOutage(serializeError(reason))
}

/** An `OperationError` is final: no further attempt would help, whatever failed before it. */
function decisive(failures: readonly unknown[]): unknown {
  return failures.find((reason) => reason instanceof OperationError) ?? failures[0]
}
