import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type Child = { process: ChildProcess; stop(): Promise<void>; kill(): Promise<void> }

/**
 * Runs `processes/<name>.ts` as a process of its own, with `options` as JSON; resolves when it says that it is ready. Each queue has
 * the event loop of such a process to itself, so that none pays for another's work or for the bench's.
 */
export async function startChild(name: string, options: object): Promise<Child> {
  const child = fork(join(import.meta.dirname, 'processes', `${name}.ts`), [JSON.stringify(options)])
  const gone = once(child, 'exit')
  const said = await Promise.race([once(child, 'message').then(([message]) => message), gone])
  if (said !== 'ready') throw new Error(`the process of ${name} ended before it was ready`)
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await gone
  }
  return { process: child, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}
