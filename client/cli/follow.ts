import type { FoundHandle } from '../index.ts'
import type { Operation } from '../operations.ts'
import type { Session } from './connection.ts'
import { lineOf } from './describe.ts'
import { followed } from './detach.ts'
import { exitCodeOf, exitCodes, worstOf } from './exit-code.ts'
import { createBars } from './progress-bars.ts'

/**
 * Follows the operations to their ends: with progress bars on a terminal, otherwise with one JSON line for each change. Returns the exit code of
 * the worst end.
 */
export async function followAll(handles: readonly FoundHandle[], { output, timeoutMs }: Session): Promise<number> {
  const bars = output.isJson ? undefined : createBars(process.stdout)
  const show = (operation: Operation) => (bars ? bars.update(operation) : output.show(operation, lineOf))
  const again = `longrun watch ${handles.map(({ id }) => id).join(' ')}`
  return followed(output, again, async (signal) => {
    const endings = await Promise.all(handles.map((handle) => followOne(handle, { signal, timeoutMs }, show)))
    for (const { message } of endings) if (message) output.note(message)
    return worstOf(endings.map(({ exitCode }) => exitCode))
  })
}

type Ending = { exitCode: number; message?: string }

async function followOne(
  handle: FoundHandle,
  options: { signal: AbortSignal; timeoutMs: number | undefined },
  onChange: (operation: Operation) => void,
): Promise<Ending> {
  try {
    for await (const operation of handle.updates(options)) onChange(operation)
    // Throws for an operation that has failed or was cancelled.
    await handle.result(options)
    return { exitCode: exitCodes.done }
  } catch (error) {
    if (options.signal.aborted) throw error
    const isTimeout = error instanceof Error && error.name === 'TimeoutError'
    // Some messages begin with the id.
    const message = isTimeout
      ? 'has not ended in time; it continues'
      : (error as Error).message.replace(`${handle.id} `, '')
    return { exitCode: exitCodeOf(error), message: `${handle.id}: ${message}` }
  }
}
