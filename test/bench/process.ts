import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type Child = {
  /** The next message of the process; throws when it ends first. */
  said(): Promise<unknown>
  stop(): Promise<void>
  kill(): Promise<void>
}

/**
 * Runs `processes/<name>.ts` as a process of its own, with `options` as JSON; resolves when it says that it is ready. Each queue has
 * the event loop of such a process to itself, so that none pays for another's work or for the bench's.
 */
export async function startChild(name: string, options: object): Promise<Child> {
  const child = fork(join(import.meta.dirname, 'processes', `${name}.ts`), [JSON.stringify(options)])
  const gone = once(child, 'exit')
  const said = async () => {
    const early = gone.then(([code]) => {
      throw new Error(`the process of ${name} ended with ${code}`)
    })
    const [message] = await Promise.race([once(child, 'message'), early])
    return message
  }
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await gone
  }
  await said()
  return { said, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}
